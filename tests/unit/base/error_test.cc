#include "lib/base/error.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(Error, NamesEachCodeDifferently) {
  std::set<std::string_view> names;
  for (const ErrorCode code : {ErrorCode::kNegative, ErrorCode::kUsage, ErrorCode::kInvalidInput, ErrorCode::kNotFound,
                               ErrorCode::kDenied, ErrorCode::kConflict, ErrorCode::kUnavailable, ErrorCode::kExpired,
                               ErrorCode::kTimeout, ErrorCode::kInternal, ErrorCode::kCancelled}) {
    EXPECT_TRUE(names.insert(NameOf(code)).second) << NameOf(code);
  }
  EXPECT_EQ(NameOf(ErrorCode::kInvalidInput), "invalid input");
}

TEST(Error, IsMadeWithItsCode) {
  EXPECT_EQ(Negative("x").code(), ErrorCode::kNegative);
  EXPECT_EQ(Usage("x").code(), ErrorCode::kUsage);
  EXPECT_EQ(InvalidInput("x").code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(NotFound("x").code(), ErrorCode::kNotFound);
  EXPECT_EQ(Denied("x").code(), ErrorCode::kDenied);
  EXPECT_EQ(Conflict("x").code(), ErrorCode::kConflict);
  EXPECT_EQ(Unavailable("x").code(), ErrorCode::kUnavailable);
  EXPECT_EQ(Expired("x").code(), ErrorCode::kExpired);
  EXPECT_EQ(TimedOut("x").code(), ErrorCode::kTimeout);
  EXPECT_EQ(Internal("x").code(), ErrorCode::kInternal);
  EXPECT_EQ(Cancelled("x").code(), ErrorCode::kCancelled);
}

TEST(Error, PrintsContextOutermostFirstThenPlaceThenMessage) {
  Error error = InvalidInput("no name");
  error.SetLocation({"a.yaml", 12, 3}).AddContext("reading a.yaml").AddContext("applying app");
  EXPECT_EQ(error.ToString(), "applying app: reading a.yaml: a.yaml:12:3: no name");
  EXPECT_EQ(error.message(), "no name");
}

TEST(Error, CarriesWhatMachinesAndPeopleNeed) {
  Error error = Denied("no");
  error.SetHint("log in").SetHttpStatus(403).SetReason("Forbidden").SetCode(ErrorCode::kConflict);
  EXPECT_EQ(error.hint(), "log in");
  EXPECT_EQ(error.http_status(), 403);
  EXPECT_EQ(error.reason(), "Forbidden");
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
  EXPECT_EQ(error.ToString(), "no");
}

TEST(FileLine, PrintsWhatIsKnown) {
  EXPECT_EQ((FileLine{"a", 0, 0}).ToString(), "a");
  EXPECT_EQ((FileLine{"a", 0, 5}).ToString(), "a");
  EXPECT_EQ((FileLine{"a", 2, 0}).ToString(), "a:2");
  EXPECT_EQ((FileLine{"a", 2, 5}).ToString(), "a:2:5");
}

}  // namespace
}  // namespace kontrakt
