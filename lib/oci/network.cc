#include "lib/oci/network.h"

#include <atomic>

#include "lib/base/file.h"
#include "lib/net/curl_transport.h"
#include "lib/net/retry_transport.h"

namespace kontrakt::oci {
namespace {

/// A private CA stands beside the system's: one copy may go from a public registry to a private one.
Result<std::string> ReadAnchors(const std::string& file, const net::TrustStore& trust) {
  KT_ASSIGN_CONTEXT(std::string anchors, ReadFile(file), "reading the registry's certificate authority");
  if (!trust.file.empty()) {
    if (Result<std::string> system = ReadFile(trust.file); system) {
      anchors += "\n" + *system;
    }
  }
  return anchors;
}

Result<std::unique_ptr<net::Transport>> MakeCurl(const RegistryOptions& options) {
  net::CurlOptions curl;
  curl.trust = net::FindTrustStore(options.environment);
  curl.tls.insecure_skip_verify = options.insecure_skip_tls_verify;
  if (!options.ca_file.empty()) {
    KT_ASSIGN(curl.tls.ca_pem, ReadAnchors(options.ca_file, curl.trust));
  }
  curl.proxy_http = net::ProxyConfig::OfEnvironment(options.environment, "http");
  curl.proxy_https = net::ProxyConfig::OfEnvironment(options.environment, "https");
  curl.user_agent = options.user_agent;
  KT_ASSIGN(std::unique_ptr<net::CurlTransport> transport, net::CurlTransport::Create(std::move(curl)));
  return std::unique_ptr<net::Transport>(std::move(transport));
}

}  // namespace

/// Counts what is sent, repetitions and token requests included.
class Network::Counting : public net::Transport {
 public:
  explicit Counting(net::Transport& inner) : inner_(inner) {}
  Ticket Start(net::Request request, Completion done) override {
    count_.fetch_add(1);
    return inner_.Start(std::move(request), std::move(done));
  }
  void Cancel(Ticket ticket) override { inner_.Cancel(ticket); }
  std::uint64_t count() const { return count_.load(); }

 private:
  net::Transport& inner_;
  std::atomic<std::uint64_t> count_{0};
};

Network::Network(HostRules rules) : hosts_(std::move(rules)) {}
Network::~Network() = default;

Result<std::shared_ptr<Network>> Network::Create(const RegistryOptions& options) {
  std::shared_ptr<Network> network(new Network(HostRules{options.aliases, options.plain_http}));
  net::Transport* transport = options.transport;
  if (transport == nullptr) {
    KT_ASSIGN(network->owned_, MakeCurl(options));
    transport = network->owned_.get();
  }
  network->counting_ = std::make_unique<Counting>(*transport);
  net::RetryRules rules;
  rules.policy = options.retry;
  rules.also = {408, 500};
  network->retrying_ = net::MakeRetryTransport(*network->counting_, std::move(rules));
  return network;
}

net::Transport& Network::once() {
  return *counting_;
}

std::uint64_t Network::RequestCount() const {
  return counting_->count();
}

}  // namespace kontrakt::oci
