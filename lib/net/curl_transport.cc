#include "lib/net/curl_transport.h"

#include <array>
#include <atomic>
#include <string_view>

#include <curl/curl.h>

#include "lib/net/curl_lane.h"

namespace kontrakt::net {
namespace {

bool InitializeLibcurl() {
  static const bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ok;
}

Result<void> CheckPem(const std::string& pem, std::string_view what, std::string_view label) {
  if (pem.empty() || pem.find(label) != std::string::npos)
    return {};
  return InvalidInput(std::string(what) + ": no PEM block \"" + std::string(label) + "\"");
}

Result<void> CheckTls(const TlsConfig& tls) {
  KT_TRY(CheckPem(tls.ca_pem, "certificate authority", "-----BEGIN "));
  KT_TRY(CheckPem(tls.client_cert_pem, "client certificate", "-----BEGIN CERTIFICATE-----"));
  KT_TRY(CheckPem(tls.client_key_pem, "client key", "PRIVATE KEY-----"));
  if (tls.client_cert_pem.empty() != tls.client_key_pem.empty()) {
    return InvalidInput(tls.client_key_pem.empty() ? "client certificate without its key"
                                                   : "client key without its certificate");
  }
  return {};
}

class ThreeLaneTransport : public CurlTransport {
 public:
  explicit ThreeLaneTransport(CurlSettings settings)
      : settings_(std::move(settings)),
        lanes_{CurlLane(settings_, counters_), CurlLane(settings_, counters_), CurlLane(settings_, counters_)} {}

  Ticket Start(Request request, Completion done) override {
    const Ticket ticket = next_ticket_.fetch_add(1);
    // The lane is part of the ticket, so that Cancel knows where to look.
    const Ticket full = ticket * lanes_.size() + static_cast<std::size_t>(request.lane);
    CurlLane& lane = lanes_[full % lanes_.size()];
    lane.Start(std::make_unique<CurlTransfer>(full, std::move(request), std::move(done)));
    return full;
  }

  void Cancel(Ticket ticket) override { lanes_[ticket % lanes_.size()].Cancel(ticket); }

  TransferCounts Counts() const override {
    return {counters_.requests, counters_.connections, counters_.bytes_sent, counters_.bytes_received};
  }

  void SetTls(TlsConfig tls) override {
    const auto shared = std::make_shared<const TlsConfig>(std::move(tls));
    for (CurlLane& lane : lanes_)
      lane.SetTls(shared);
  }

 private:
  const CurlSettings settings_;
  LaneCounters counters_;
  std::atomic<Ticket> next_ticket_{1};
  std::array<CurlLane, 3> lanes_;
};

}  // namespace

Result<std::unique_ptr<CurlTransport>> CurlTransport::Create(CurlOptions options) {
  if (!InitializeLibcurl())
    return Internal("libcurl can't be initialized");
  KT_TRY(CheckTls(options.tls));
  CurlSettings settings;
  KT_ASSIGN(settings.proxy_http, options.proxy_http.CurlUrl());
  KT_ASSIGN(settings.proxy_https, options.proxy_https.CurlUrl());
  settings.options = std::move(options);
  return std::unique_ptr<CurlTransport>(std::make_unique<ThreeLaneTransport>(std::move(settings)));
}

}  // namespace kontrakt::net
