#include "lib/base/duration.h"

#include <string>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

using std::chrono::milliseconds;

struct ParseCase {
  std::string text;
  std::int64_t expected;
};

TEST(ParseDuration, ReadsGoDurationsAndSeconds) {
  for (const ParseCase& c :
       {ParseCase{"0", 0}, ParseCase{"300", 300'000}, ParseCase{"300ms", 300}, ParseCase{"5m", 300'000},
        ParseCase{"1h2m3.5s", 3'723'500}, ParseCase{"1.5h", 5'400'000}, ParseCase{".5s", 500}, ParseCase{"1.s", 1000},
        ParseCase{" 10s ", 10'000}, ParseCase{"0s", 0}, ParseCase{"2m2m", 240'000}, ParseCase{"1000us", 1},
        ParseCase{"1000\xC2\xB5s", 1}, ParseCase{"1000\xCE\xBCs", 1}, ParseCase{"1h1m1s1ms1us1ns", 3'661'002}}) {
    const Result<milliseconds> duration = ParseDuration(c.text);
    ASSERT_TRUE(duration) << c.text;
    EXPECT_EQ(duration->count(), c.expected) << c.text;
  }
}

TEST(ParseDuration, RoundsUpSoThatNothingBecomesZero) {
  EXPECT_EQ(ParseDuration("1ns")->count(), 1);
}

TEST(ParseDuration, RefusesAnythingElse) {
  for (const char* text : {"", " ", "-1", "-5m", "m", "1.5", "5 m", "5x", "1h2", "..s", "1.2.3s", "0x10", "1e3",
                           "9223372036854775807", "99999999999999999999", "300000000h", "9223372036s1h", "Inf"}) {
    const Result<milliseconds> duration = ParseDuration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code(), ErrorCode::kInvalidInput);
    EXPECT_TRUE(duration.error().hint());
  }
}

TEST(FormatDuration, IsShort) {
  EXPECT_EQ(FormatDuration(milliseconds(0)), "0s");
  EXPECT_EQ(FormatDuration(milliseconds(350)), "350ms");
  EXPECT_EQ(FormatDuration(milliseconds(4200)), "4.2s");
  EXPECT_EQ(FormatDuration(milliseconds(4049)), "4s");
  EXPECT_EQ(FormatDuration(milliseconds(59'999)), "59.9s");
  EXPECT_EQ(FormatDuration(milliseconds(60'000)), "1m");
  EXPECT_EQ(FormatDuration(milliseconds(125'999)), "2m05s");
  EXPECT_EQ(FormatDuration(milliseconds(3'599'999)), "59m59s");
  EXPECT_EQ(FormatDuration(milliseconds(3'720'000)), "1h02m");
  EXPECT_EQ(FormatDuration(milliseconds(90'000'000)), "25h");
  EXPECT_EQ(FormatDuration(milliseconds(-1500)), "-1.5s");
}

TEST(FormatDuration, OfWholeUnitsCanBeReadBack) {
  for (const std::int64_t value : {1, 999, 1000, 59'000, 60'000, 61'000, 3'600'000, 3'660'000}) {
    EXPECT_EQ(ParseDuration(FormatDuration(milliseconds(value)))->count(), value);
  }
}

}  // namespace
}  // namespace kontrakt
