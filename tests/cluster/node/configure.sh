#!/bin/bash
# Writes the keys, kubeconfigs and configuration files of one cluster: configure.sh FOLDER
# FOLDER/settings holds its addresses. The paths written are those seen inside, under /mnt/node.
set -euo pipefail

folder=$1
# shellcheck source=/dev/null
source "$folder/settings"
pki=$folder/pki
etc=$folder/etc
mkdir -p "$pki" "$etc/cni" "$etc/registries"
chmod 700 "$pki"

key() { openssl ecparam -genkey -name prime256v1 -noout | openssl pkcs8 -topk8 -nocrypt -out "$pki/$1.key"; }

# certificate NAME SUBJECT [ALTERNATIVE NAMES]
certificate() {
  local name=$1 subject=$2 names=${3:-DNS:$1}
  key "$name"
  openssl req -new -key "$pki/$name.key" -subj "$subject" -out "$pki/$name.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$names" >"$pki/$name.ext"
  openssl x509 -req -in "$pki/$name.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -set_serial "0x$(openssl rand -hex 8)" \
    -days 365 -extfile "$pki/$name.ext" -out "$pki/$name.crt" 2>/dev/null
  rm "$pki/$name.csr" "$pki/$name.ext"
}

make_keys() {
  key ca
  openssl req -x509 -new -key "$pki/ca.key" -subj "/CN=kontrakt test cluster" -days 365 -out "$pki/ca.crt"
  key service-account
  openssl pkey -in "$pki/service-account.key" -pubout -out "$pki/service-account.pub"
  local service=kubernetes.default.svc jobs=() job
  certificate apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:$NODE_ADDRESS,IP:$API_SERVICE,DNS:localhost,\
DNS:kubernetes,DNS:kubernetes.default,DNS:$service,DNS:$service.cluster.local" & jobs+=($!)
  certificate admin /O=system:masters/CN=admin & jobs+=($!)
  certificate controllers /CN=system:kube-controller-manager & jobs+=($!)
  certificate scheduler /CN=system:kube-scheduler & jobs+=($!)
  certificate proxy /CN=system:kube-proxy & jobs+=($!)
  certificate kubelet /O=system:nodes/CN=system:node:node1 "IP:$NODE_ADDRESS,DNS:node1" & jobs+=($!)
  certificate kubelet-client /O=system:masters/CN=kubelet-client & jobs+=($!)
  certificate front-proxy /CN=front-proxy & jobs+=($!)
  for job in "${jobs[@]}"; do wait "$job"; done
}

# The parts inside read their keys from files; the administrator's kubeconfig holds them, so that it can be copied.
write_kubeconfigs() {
  local user
  for user in controllers scheduler proxy kubelet admin; do
    cat >"$etc/$user.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters: [{name: here, cluster: {server: "https://127.0.0.1:6443", certificate-authority: /mnt/node/pki/ca.crt}}]
users: [{name: $user, user: {client-certificate: /mnt/node/pki/$user.crt, client-key: /mnt/node/pki/$user.key}}]
contexts: [{name: here, context: {cluster: here, user: $user}}]
current-context: here
EOF
  done
  (umask 077 && cat >"$folder/kubeconfig") <<EOF
apiVersion: v1
kind: Config
clusters:
- name: $NAME
  cluster:
    server: https://$NODE_ADDRESS:6443
    certificate-authority-data: $(base64 -w0 "$pki/ca.crt")
users:
- name: $NAME
  user:
    client-certificate-data: $(base64 -w0 "$pki/admin.crt")
    client-key-data: $(base64 -w0 "$pki/admin.key")
contexts:
- name: $NAME
  context: {cluster: $NAME, user: $NAME}
current-context: $NAME
EOF
}

# overlayfs does not stack on every file system (a container's own root, for one).
snapshotter() {
  local trial=$folder/overlay-trial answer=native
  mkdir -p "$trial"/{lower,upper,work,merged}
  if unshare --mount mount -t overlay -o "lowerdir=$trial/lower,upperdir=$trial/upper,workdir=$trial/work" \
    overlay "$trial/merged" 2>/dev/null; then
    answer=overlayfs
  fi
  rm -rf "$trial"
  echo "$answer"
}

write_registry() {
  cat >"$etc/registry.yaml" <<EOF
version: 0.1
storage: {filesystem: {rootdirectory: /mnt/node/registry}, delete: {enabled: true}}
http: {addr: ":$REGISTRY_PORT"}
log: {level: warn}
EOF
  local name
  for name in "localhost:$REGISTRY_PORT" "127.0.0.1:$REGISTRY_PORT" "$NODE_ADDRESS:$REGISTRY_PORT"; do
    mkdir -p "$etc/registries/$name"
    printf 'server = "http://%s"\n\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$name" "$name" \
      >"$etc/registries/$name/hosts.toml"
  done
}

# Pods are joined one by one, not by a bridge: a bridge needs the module br_netfilter for Services to work within it.
write_containerd() {
  cat >"$etc/containerd.toml" <<EOF
version = 2
root = "/mnt/node/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "/mnt/node/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost:$REGISTRY_PORT/pause:3.9"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$(snapshotter)"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/mnt/node/etc/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/mnt/packages/usr/lib/cni"
    conf_dir = "/mnt/node/etc/cni"
EOF
  cat >"$etc/cni/10-kontrakt.conflist" <<EOF
{"cniVersion": "0.4.0", "name": "kontrakt", "plugins": [
  {"type": "ptp", "ipMasq": false, "mtu": 1500, "ipam": {"type": "host-local",
   "ranges": [[{"subnet": "$POD_RANGE", "gateway": "$CLUSTER_DNS"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOF
}

write_kubernetes() {
  cat >"$etc/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: /mnt/node/pki/ca.crt}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
clusterDNS: [$CLUSTER_DNS]
clusterDomain: cluster.local
resolvConf: /mnt/node/etc/resolv.conf
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
tlsCertFile: /mnt/node/pki/kubelet.crt
tlsPrivateKeyFile: /mnt/node/pki/kubelet.key
volumePluginDir: /mnt/node/opt
serializeImagePulls: false
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
EOF
  cat >"$etc/proxy.yaml" <<EOF
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
# A Service follows its pods after this long. The default, a second, is longer than a pod takes to start here.
iptables: {minSyncPeriod: 100ms, syncPeriod: 30s}
clientConnection: {kubeconfig: /mnt/node/etc/proxy.kubeconfig}
conntrack: {maxPerCore: 0, min: 0}
clusterCIDR: $POD_RANGE
hostnameOverride: node1
EOF
  cat >"$etc/audit-policy.yaml" <<EOF
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
EOF
}

write_dns() {
  echo "nameserver $CLUSTER_DNS" >"$etc/resolv.conf"
  cat >"$etc/Corefile" <<EOF
.:53 {
  bind $CLUSTER_DNS
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig /mnt/node/etc/admin.kubeconfig here
  }
}
EOF
}

make_keys
write_kubeconfigs
write_registry
write_containerd
write_kubernetes
write_dns
