#include "lib/net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers{{"Content-Type", "text/plain"}, {"warning", "a"}, {"Warning", "b"}};
  EXPECT_EQ(headers.Get("content-type"), "text/plain");
  EXPECT_THAT(headers.GetAll("WARNING"), ElementsAre("a", "b"));
  EXPECT_EQ(headers.Get("Accept"), std::nullopt);
}

TEST(Headers, SetReplacesAllOfThatName) {
  Headers headers{{"A", "1"}, {"a", "2"}, {"B", "3"}};
  headers.Set("A", "4");
  EXPECT_THAT(headers.GetAll("a"), ElementsAre("4"));
  headers.Remove("b");
  EXPECT_EQ(headers.fields().size(), 1u);
}

TEST(Method, HasTheNameThatGoesOverTheWire) {
  EXPECT_EQ(NameOf(Method::kPatch), "PATCH");
  EXPECT_EQ(NameOf(Method::kHead), "HEAD");
  EXPECT_EQ(NameOf(Method::kDelete), "DELETE");
}

Response WithRetryAfter(const std::string& value) {
  Response response;
  response.headers.Set("Retry-After", value);
  return response;
}

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(RetryAfter(WithRetryAfter("3"), seconds(30)), milliseconds(3000));
  EXPECT_EQ(RetryAfter(WithRetryAfter(" 0 "), seconds(30)), milliseconds(0));
}

TEST(RetryAfter, IsNeverLongerThanAllowed) {
  EXPECT_EQ(RetryAfter(WithRetryAfter("3600"), seconds(30)), seconds(30));
  EXPECT_EQ(RetryAfter(WithRetryAfter("99999999999999999999999"), seconds(30)), seconds(30));
}

TEST(RetryAfter, ReadsADateByTheServersOwnClock) {
  Response response = WithRetryAfter("Sun, 06 Nov 1994 08:49:47 GMT");
  response.headers.Set("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(RetryAfter(response, seconds(30)), seconds(10));
}

TEST(RetryAfter, IsZeroForADateThatHasPassed) {
  EXPECT_EQ(RetryAfter(WithRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT"), seconds(30)), milliseconds(0));
}

TEST(RetryAfter, IsNothingWithoutOrWithAnUnreadableField) {
  EXPECT_EQ(RetryAfter(Response{}, seconds(30)), std::nullopt);
  for (const char* value : {"", "soon", "-1", "1.5", "3 s"}) {
    EXPECT_EQ(RetryAfter(WithRetryAfter(value), seconds(30)), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace kontrakt::net
