#include "lib/net/curl_error.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/net/transport.h"

namespace kontrakt::net {
namespace {

using ::testing::HasSubstr;

struct MappingCase {
  std::string name;
  CURLcode curl;
  bool sent;
  ErrorCode code;
  bool not_sent_reason;
};

class CurlErrorMapping : public ::testing::TestWithParam<MappingCase> {};

TEST_P(CurlErrorMapping, GivesCodeAndReason) {
  const MappingCase& c = GetParam();
  CurlFailure failure;
  failure.code = c.curl;
  failure.peer = "h:443";
  failure.sent = c.sent;
  const Error error = ToError(failure);
  EXPECT_EQ(error.code(), c.code);
  EXPECT_EQ(error.reason() == kNotSent, c.not_sent_reason);
  EXPECT_THAT(error.message(), HasSubstr("h:443"));
}

INSTANTIATE_TEST_SUITE_P(
    CurlError, CurlErrorMapping,
    ::testing::Values(MappingCase{"Refused", CURLE_COULDNT_CONNECT, false, ErrorCode::kUnavailable, true},
                      MappingCase{"NoSuchHost", CURLE_COULDNT_RESOLVE_HOST, false, ErrorCode::kUnavailable, true},
                      MappingCase{"NoSuchProxy", CURLE_COULDNT_RESOLVE_PROXY, false, ErrorCode::kUnavailable, true},
                      MappingCase{"HandshakeCut", CURLE_SSL_CONNECT_ERROR, false, ErrorCode::kUnavailable, true},
                      MappingCase{"ConnectTimedOut", CURLE_OPERATION_TIMEDOUT, false, ErrorCode::kUnavailable, true},
                      MappingCase{"Untrusted", CURLE_PEER_FAILED_VERIFICATION, false, ErrorCode::kDenied, false},
                      MappingCase{"BadCertificate", CURLE_SSL_CERTPROBLEM, false, ErrorCode::kInvalidInput, false},
                      MappingCase{"BadAnchors", CURLE_SSL_CACERT_BADFILE, false, ErrorCode::kInvalidInput, false},
                      MappingCase{"NotHttp", CURLE_UNSUPPORTED_PROTOCOL, true, ErrorCode::kInvalidInput, false},
                      MappingCase{"WeirdReply", CURLE_WEIRD_SERVER_REPLY, true, ErrorCode::kInvalidInput, false},
                      MappingCase{"Reset", CURLE_RECV_ERROR, true, ErrorCode::kUnavailable, false},
                      MappingCase{"EmptyReply", CURLE_GOT_NOTHING, true, ErrorCode::kUnavailable, false},
                      MappingCase{"HalfABody", CURLE_PARTIAL_FILE, true, ErrorCode::kUnavailable, false},
                      MappingCase{"StreamError", CURLE_HTTP2_STREAM, true, ErrorCode::kUnavailable, false}),
    [](const auto& test) { return test.param.name; });

TEST(CurlError, NamesWhatTheSystemSaidOfAConnect) {
  CurlFailure failure;
  failure.code = CURLE_COULDNT_CONNECT;
  failure.peer = "127.0.0.1:1";
  failure.os_error = ECONNREFUSED;
  EXPECT_EQ(ToError(failure).message(), "connecting to 127.0.0.1:1: connection refused");
}

TEST(CurlError, TellsTheRequestsTimeoutFromTheConnects) {
  CurlFailure failure;
  failure.code = CURLE_OPERATION_TIMEDOUT;
  failure.peer = "h:443";
  failure.timed_out = true;
  EXPECT_EQ(ToError(failure).code(), ErrorCode::kTimeout);
}

TEST(CurlError, NamesTheProxysAnswer) {
  CurlFailure failure;
  failure.code = CURLE_RECV_ERROR;
  failure.peer = "h:443";
  failure.proxy_status = 407;
  EXPECT_EQ(ToError(failure).code(), ErrorCode::kDenied);
  failure.proxy_status = 502;
  EXPECT_EQ(ToError(failure).code(), ErrorCode::kUnavailable);
  EXPECT_EQ(ToError(failure).message(), "connecting to h:443: the proxy answered 502");
}

TEST(CurlError, IsLowerCaseWithoutAFullStop) {
  CurlFailure failure;
  failure.code = CURLE_RECV_ERROR;
  failure.peer = "h:443";
  failure.sent = true;
  failure.detail = "Connection was reset.";
  EXPECT_EQ(ToError(failure).message(), "connection to h:443 lost: connection was reset");
  failure.detail = "SSL read failed";
  EXPECT_EQ(ToError(failure).message(), "connection to h:443 lost: SSL read failed");
}

}  // namespace
}  // namespace kontrakt::net
