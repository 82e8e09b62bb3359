#include "lib/oci/network.h"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/fakes/scripted_transport.h"

namespace kontrakt::oci {
namespace {

net::Request RequestOf(bool retryable) {
  net::Request request;
  request.url = *net::Url::Parse("https://reg.example/v2/");
  request.retryable = retryable;
  return request;
}

RegistryOptions OptionsWith(net::Transport& transport) {
  RegistryOptions options;
  options.transport = &transport;
  options.retry = {.attempts = 3, .first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(2)};
  return options;
}

TEST(Network, RepeatsThrottledAndBrokenAnswersAndCountsAll) {
  fakes::ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 500);
  transport.Expect(net::Method::kGet, "*", 429);
  transport.Expect(net::Method::kGet, "*", 200);
  const std::shared_ptr<Network> network = *Network::Create(OptionsWith(transport));
  EXPECT_EQ(net::Send(network->transport(), RequestOf(true), {})->status, 200);
  EXPECT_EQ(network->RequestCount(), 3u);
}

TEST(Network, SendsOnceWhereAsked) {
  fakes::ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 503);
  const std::shared_ptr<Network> network = *Network::Create(OptionsWith(transport));
  EXPECT_EQ(net::Send(network->once(), RequestOf(true), {})->status, 503);
  EXPECT_EQ(network->RequestCount(), 1u);
}

TEST(Network, NamesAMissingCertificateAuthority) {
  RegistryOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  const auto network = Network::Create(options);
  ASSERT_FALSE(network.ok());
  EXPECT_NE(network.error().ToString().find("/nonexistent/ca.pem"), std::string::npos);
}

TEST(Network, RefusesACertificateAuthorityThatIsNone) {
  const std::string path = testing::TempDir() + "no_ca.pem";
  std::ofstream(path) << "not a certificate\n";
  RegistryOptions options;
  options.ca_file = path;
  EXPECT_EQ(Network::Create(options).error().code(), ErrorCode::kInvalidInput);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace kontrakt::oci
