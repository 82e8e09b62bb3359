#include "lib/kube/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

net::Response Answer(int status, std::string body, std::string content_type = "application/json") {
  net::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.Set("Content-Type", content_type);
  return response;
}

Error ErrorOf(int status, std::string body, std::string content_type = "application/json") {
  return ToError(DecodeStatus(Answer(status, std::move(body), std::move(content_type))));
}

struct CodeCase {
  int status;
  std::string reason;
  ErrorCode code;
};

class StatusCode : public ::testing::TestWithParam<CodeCase> {};

TEST_P(StatusCode, DecidesTheErrorCode) {
  const CodeCase& c = GetParam();
  const Error error = ErrorOf(c.status, R"({"kind":"Status","reason":")" + c.reason + R"(","message":"text"})");
  EXPECT_EQ(error.code(), c.code);
  EXPECT_EQ(error.http_status(), c.status);
  EXPECT_EQ(error.reason(), c.reason);
  EXPECT_EQ(error.message(), c.reason + ": text");
}

INSTANTIATE_TEST_SUITE_P(Status, StatusCode,
                         ::testing::Values(CodeCase{400, "BadRequest", ErrorCode::kInvalidInput},
                                           CodeCase{401, "Unauthorized", ErrorCode::kDenied},
                                           CodeCase{403, "Forbidden", ErrorCode::kDenied},
                                           CodeCase{404, "NotFound", ErrorCode::kNotFound},
                                           CodeCase{405, "MethodNotAllowed", ErrorCode::kInvalidInput},
                                           CodeCase{409, "AlreadyExists", ErrorCode::kConflict},
                                           CodeCase{409, "Conflict", ErrorCode::kConflict},
                                           CodeCase{410, "Expired", ErrorCode::kExpired},
                                           CodeCase{410, "Gone", ErrorCode::kExpired},
                                           CodeCase{413, "RequestEntityTooLarge", ErrorCode::kInvalidInput},
                                           CodeCase{415, "UnsupportedMediaType", ErrorCode::kInvalidInput},
                                           CodeCase{422, "Invalid", ErrorCode::kInvalidInput},
                                           CodeCase{429, "TooManyRequests", ErrorCode::kUnavailable},
                                           CodeCase{500, "InternalError", ErrorCode::kUnavailable},
                                           CodeCase{503, "ServiceUnavailable", ErrorCode::kUnavailable},
                                           CodeCase{504, "Timeout", ErrorCode::kUnavailable}),
                         [](const auto& test) { return std::to_string(test.param.status) + test.param.reason; });

TEST(Status, ReadsAllOfAStatus) {
  const Status status = DecodeStatus(Answer(409, R"({
    "kind":"Status","apiVersion":"v1","status":"Failure","message":"conflict","reason":"Conflict","code":409,
    "details":{"name":"web","group":"apps","kind":"deployments","uid":"u-1","retryAfterSeconds":3,
      "causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".spec.replicas"}]}})"));
  EXPECT_EQ(status.code, 409);
  EXPECT_EQ(status.details_name, "web");
  EXPECT_EQ(status.details_kind, "deployments");
  EXPECT_EQ(status.details_uid, "u-1");
  EXPECT_EQ(status.retry_after_seconds, 3);
  EXPECT_TRUE(status.HasCause("FieldManagerConflict"));
  EXPECT_FALSE(status.HasCause("NamespaceTerminating"));
}

TEST(Status, ListsEachComplaintOfA422Once) {
  const Error error = ErrorOf(422, R"({"kind":"Status","reason":"Invalid","code":422,
    "message":"Pod \"x\" is invalid: [spec.a: Required value, spec.a: Required value, spec.b: Invalid value: 1]",
    "details":{"name":"x","kind":"Pod","causes":[
      {"reason":"FieldValueRequired","message":"Required value","field":"spec.a"},
      {"reason":"FieldValueRequired","message":"Required value","field":"spec.a"},
      {"reason":"FieldValueInvalid","message":"Invalid value: 1","field":"spec.b"}]}})");
  EXPECT_EQ(error.message(), "Invalid: Pod \"x\" is invalid: spec.a: required value; spec.b: invalid value: 1");
  EXPECT_THAT(error.fields(), ElementsAre("spec.a", "spec.b"));
}

TEST(Status, AnImmutableFieldIsAConflict) {
  const Error error = ErrorOf(422, R"({"kind":"Status","reason":"Invalid","message":
    "Job.batch \"j\" is invalid: spec.template: Invalid value: {}: field is immutable","details":{"causes":[
    {"reason":"FieldValueInvalid","message":"Invalid value: {}: field is immutable","field":"spec.template"}]}})");
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
}

TEST(Status, NamesTheFieldsOfStrictDecoding) {
  const Error error = ErrorOf(400, R"({"kind":"Status","reason":"BadRequest","message":
    "strict decoding error: unknown field \"spec.foo\", duplicate field \"spec.bar\", unknown field \"spec.foo\""})");
  EXPECT_THAT(error.fields(), ElementsAre("spec.foo", "spec.bar"));
}

TEST(Status, AnObjectThatDoesNotFitItsSchemaIsInvalidInputThoughTheServerSays500) {
  const Error error = ErrorOf(500, R"({"kind":"Status","reason":"InternalError","message":
    "failed to create typed patch object (ns/x; /v1, Kind=ConfigMap): .dta: field not declared in schema"})");
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(error.fields(), ElementsAre("dta"));
}

TEST(Status, TellsAnUnknownPathFromAMissingObject) {
  EXPECT_TRUE(DecodeStatus(Answer(404, "404 page not found\n", "text/plain")).IsUnknownPath());
  EXPECT_TRUE(DecodeStatus(Answer(404, R"({"kind":"Status","reason":"NotFound","details":{},"message":"the server
    could not find the requested resource"})"))
                  .IsUnknownPath());
  EXPECT_FALSE(DecodeStatus(Answer(404, R"({"kind":"Status","reason":"NotFound","details":{"name":"x",
    "kind":"pods"},"message":"pods \"x\" not found"})"))
                   .IsUnknownPath());
  EXPECT_FALSE(DecodeStatus(Answer(410, "")).IsUnknownPath());
}

TEST(Status, QuotesAProxysTextInOneLine) {
  const Error error = ErrorOf(503, "upstream connect error\nor disconnect \x1b[31m\n", "text/plain; charset=utf-8");
  EXPECT_EQ(error.message(), "ServiceUnavailable: upstream connect error or disconnect");
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
}

TEST(Status, QuotesNoPagesAndNoMoreThanTwoKibibytes) {
  EXPECT_EQ(ErrorOf(502, "<html>secret</html>", "text/html").message(), "BadGateway: the server answered 502");
  EXPECT_LE(ErrorOf(500, std::string(10'000, 'x'), "text/plain").message().size(), 2048u + 32u);
}

TEST(Status, SurvivesBodiesThatAreNoStatus) {
  for (const char* body : {"", "null", "[]", "{", "{\"kind\":\"Pod\"}", "{\"kind\":5}", "\xff\xfe"}) {
    EXPECT_EQ(ErrorOf(403, body).code(), ErrorCode::kDenied) << body;
    EXPECT_THAT(ErrorOf(403, body).message(), HasSubstr("Forbidden: ")) << body;
  }
}

TEST(Status, TakesRetryAfterFromTheHeaderToo) {
  net::Response response = Answer(429, "too many requests", "text/plain");
  response.headers.Set("Retry-After", "7");
  EXPECT_EQ(DecodeStatus(response).retry_after_seconds, 7);
}

TEST(Status, HttpDecidesWhatTheBodyDoesNotSay) {
  const Status status = DecodeStatus(Answer(403, R"({"kind":"Status","code":200,"message":"m"})"));
  EXPECT_EQ(status.code, 403);
  EXPECT_EQ(status.reason, "Forbidden");
}

TEST(Status, OfAnErrorEventKeepsItsOwnCode) {
  const auto json = doc::ParseJson(R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");
  const Status status = StatusOfObject(*json);
  EXPECT_EQ(status.code, 410);
  EXPECT_EQ(ToError(status).code(), ErrorCode::kExpired);
}

TEST(Status, HintsAtRenewedCredentials) {
  const Error error = ErrorOf(401, R"({"kind":"Status","reason":"Unauthorized","message":"Unauthorized"})");
  ASSERT_TRUE(error.hint());
  EXPECT_THAT(*error.hint(), HasSubstr("credentials"));
}

}  // namespace
}  // namespace kontrakt::kube
