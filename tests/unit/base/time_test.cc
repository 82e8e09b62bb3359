#include "lib/base/time.h"

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

std::int64_t MillisecondsOf(std::string_view text) {
  return ParseRfc3339(text).value().time_since_epoch().count();
}

TEST(Rfc3339, ReadsFractionsAndOffsets) {
  EXPECT_EQ(MillisecondsOf("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(MillisecondsOf("2026-01-02T03:04:05Z"), 1'767'323'045'000);
  EXPECT_EQ(MillisecondsOf("2026-01-02T03:04:05.678Z"), 1'767'323'045'678);
  EXPECT_EQ(MillisecondsOf("2026-01-02T03:04:05.6789012Z"), 1'767'323'045'678);
  EXPECT_EQ(MillisecondsOf("2026-01-02T03:04:05.6Z"), 1'767'323'045'600);
  EXPECT_EQ(MillisecondsOf("2026-01-02T04:34:05+01:30"), 1'767'323'045'000);
  EXPECT_EQ(MillisecondsOf("2026-01-01T22:04:05-05:00"), 1'767'323'045'000);
  EXPECT_EQ(MillisecondsOf("2026-01-02t03:04:05z"), 1'767'323'045'000);
  EXPECT_EQ(MillisecondsOf("2016-12-31T23:59:60Z"), MillisecondsOf("2017-01-01T00:00:00Z"));
  EXPECT_EQ(MillisecondsOf("1969-12-31T23:59:59.999Z"), -1);
}

TEST(Rfc3339, RefusesAnythingElse) {
  for (const char* text :
       {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z", "2026-01-02T24:04:05Z",
        "2026-01-02T03:60:05Z", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05+1:00",
        "2026-01-02T03:04:05+01:00x", "26-01-02T03:04:05Z", "2026-01-02T03:04Z", "never"}) {
    const Result<WallTime> time = ParseRfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code(), ErrorCode::kInvalidInput);
  }
}

TEST(Rfc3339, IsPrintedInWholeSeconds) {
  EXPECT_EQ(FormatRfc3339(ParseRfc3339("2026-01-02T04:34:05.999+01:30").value()), "2026-01-02T03:04:05Z");
  EXPECT_EQ(FormatRfc3339(WallTime(std::chrono::milliseconds(-1))), "1969-12-31T23:59:59Z");
}

TEST(HttpDate, ReadsImfFixdate) {
  EXPECT_EQ(FormatRfc3339(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT").value()), "1994-11-06T08:49:37Z");
  EXPECT_EQ(FormatRfc3339(ParseHttpDate("Thu, 29 Feb 2024 23:59:59 GMT").value()), "2024-02-29T23:59:59Z");
}

TEST(HttpDate, RefusesAnythingElse) {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 31 Feb 2024 00:00:00 GMT", "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(text)) << text;
  }
}

TEST(NowWall, IsLaterThanThisFile) {
  EXPECT_GT(NowWall(), ParseRfc3339("2024-01-01T00:00:00Z").value());
}

}  // namespace
}  // namespace kontrakt
