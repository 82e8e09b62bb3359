# shellcheck shell=bash
# How each part of a cluster is started: part_NAME becomes the program. Sourced by init.sh, inside the namespaces, with
# the instance's settings in scope. The order in which they start is scripts/cluster's.

etc=/mnt/node/etc
pki=/mnt/node/pki

part_registry() { exec 9<&- && exec docker-registry serve "$etc/registry.yaml"; }

# The registry answers on localhost inside. This gives the host the same name for it.
part_forward() {
  exec nsenter --net=/proc/self/fd/9 \
    socat "TCP4-LISTEN:$REGISTRY_PORT,bind=127.0.0.1,reuseaddr,fork,backlog=128" "TCP4:$NODE_ADDRESS:$REGISTRY_PORT"
}

part_containerd() { exec 9<&- && exec containerd --config "$etc/containerd.toml" --log-level warn; }

# No fsync: a test cluster that lost its disk is started anew.
part_etcd() {
  exec 9<&-
  exec etcd --data-dir /mnt/node/etcd --unsafe-no-fsync --log-level error \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380
}

part_apiserver() {
  exec 9<&-
  exec kube-apiserver --etcd-servers=http://127.0.0.1:2379 --bind-address=0.0.0.0 \
    --advertise-address="$NODE_ADDRESS" --service-cluster-ip-range="$SERVICE_RANGE" \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=$pki/service-account.pub \
    --service-account-signing-key-file=$pki/service-account.key --client-ca-file=$pki/ca.crt \
    --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key \
    --kubelet-client-certificate=$pki/kubelet-client.crt --kubelet-client-key=$pki/kubelet-client.key \
    --kubelet-certificate-authority=$pki/ca.crt --kubelet-preferred-address-types=InternalIP \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --requestheader-client-ca-file=$pki/ca.crt --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- --proxy-client-cert-file=$pki/front-proxy.crt \
    --proxy-client-key-file=$pki/front-proxy.key --enable-aggregator-routing=true \
    --audit-policy-file=$etc/audit-policy.yaml --audit-log-path=/mnt/node/log/audit.log \
    --audit-log-maxsize=200 --audit-log-maxbackup=1
}

# The default rate, 20 requests a second, keeps the first service account waiting for five seconds.
part_controllers() {
  exec 9<&-
  exec kube-controller-manager --kubeconfig=$etc/controllers.kubeconfig --root-ca-file=$pki/ca.crt \
    --service-account-private-key-file=$pki/service-account.key --use-service-account-credentials=true \
    --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key \
    --leader-elect=false --allocate-node-cidrs=false --cluster-cidr="$POD_RANGE" \
    --flex-volume-plugin-dir=/mnt/node/opt --kube-api-qps=200 --kube-api-burst=400
}

part_scheduler() {
  exec 9<&- && exec kube-scheduler --kubeconfig=$etc/scheduler.kubeconfig --leader-elect=false
}

part_kubelet() {
  exec 9<&-
  exec kubelet --config=$etc/kubelet.yaml --kubeconfig=$etc/kubelet.kubeconfig --hostname-override=node1 \
    --node-ip="$NODE_ADDRESS"
}

part_proxy() { exec 9<&- && exec kube-proxy --config=$etc/proxy.yaml; }

part_dns() { exec 9<&- && exec coredns -conf $etc/Corefile; }
