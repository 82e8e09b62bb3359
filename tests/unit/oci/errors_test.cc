#include "lib/oci/errors.h"

#include <gtest/gtest.h>

namespace kontrakt::oci {
namespace {

net::Response Answer(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

TEST(RegistryError, ShowsTheRegistrysCodeAndMessage) {
  const Error error = ErrorOf(
      Answer(404, R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"x"}}]})"),
      "registry ghcr.io");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.reason(), "MANIFEST_UNKNOWN");
  EXPECT_EQ(error.http_status(), 404);
  EXPECT_EQ(error.message(), "registry ghcr.io answered 404 MANIFEST_UNKNOWN: manifest unknown");
}

TEST(RegistryError, ShowsAPagesTitleOrFirstLine) {
  EXPECT_EQ(ErrorOf(Answer(502, "<html><head><TITLE>502 Bad Gateway</TITLE></head>…"), "registry r").message(),
            "registry r answered 502: 502 Bad Gateway");
  EXPECT_EQ(ErrorOf(Answer(500, "\n  oh no\nsecond"), "registry r").message(), "registry r answered 500: oh no");
  EXPECT_EQ(ErrorOf(Answer(500, ""), "registry r").message(), "registry r answered 500");
}

TEST(RegistryError, ReadsTokenServersAndProxies) {
  EXPECT_EQ(ErrorOf(Answer(401, R"({"details":"incorrect username or password"})"), "token server t").message(),
            "token server t answered 401: incorrect username or password");
}

TEST(RegistryError, KeepsControlCharactersOut) {
  const Error error = ErrorOf(Answer(400, R"({"errors":[{"code":"X","message":"a\u001b[31mb\nc"}]})"), "registry r");
  EXPECT_EQ(error.message(), "registry r answered 400 X: a [31mb c");
}

TEST(RegistryError, BoundsWhatItShows) {
  EXPECT_LT(ErrorOf(Answer(400, std::string(10'000, 'x')), "registry r").message().size(), 400u);
}

struct Mapped {
  const char* name;
  int status;
  const char* body;
  ErrorCode code;
};

class RegistryErrorCode : public testing::TestWithParam<Mapped> {};

TEST_P(RegistryErrorCode, FollowsTheStatus) {
  EXPECT_EQ(ErrorOf(Answer(GetParam().status, GetParam().body), "registry r").code(), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    RegistryError, RegistryErrorCode,
    testing::Values(
        Mapped{"Unauthorized", 401, "", ErrorCode::kDenied}, Mapped{"Forbidden", 403, "", ErrorCode::kDenied},
        Mapped{"NotFound", 404, "", ErrorCode::kNotFound}, Mapped{"Conflict", 409, "", ErrorCode::kConflict},
        Mapped{"PreconditionFailed", 412, "", ErrorCode::kConflict},
        Mapped{"ImmutableTagOfEcr", 400, R"({"errors":[{"code":"TAG_INVALID","message":"the tag is immutable."}]})",
               ErrorCode::kConflict},
        Mapped{"Timeout", 408, "", ErrorCode::kUnavailable}, Mapped{"Throttled", 429, "", ErrorCode::kUnavailable},
        Mapped{"ServerError", 503, "", ErrorCode::kUnavailable},
        Mapped{"BadRequest", 400, "", ErrorCode::kInvalidInput}, Mapped{"TooLarge", 413, "", ErrorCode::kInvalidInput}),
    [](const auto& test) { return test.param.name; });

TEST(RegistryError, NamesBothDigestsOfAMismatch) {
  const Error error = DigestMismatch("manifest", "sha256:a", "sha256:b");
  EXPECT_EQ(error.message(), "manifest has digest sha256:b where sha256:a was asked for");
  EXPECT_EQ(error.reason(), kDigestMismatch);
}

}  // namespace
}  // namespace kontrakt::oci
