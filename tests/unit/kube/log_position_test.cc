#include "lib/kube/log_position.h"

#include <gtest/gtest.h>

namespace kontrakt::kube {
namespace {

constexpr char kFirst[] = "2026-01-02T03:04:05.100000001Z one";
constexpr char kSecond[] = "2026-01-02T03:04:05.100000002Z two";

TEST(LogPosition, TakesTheTimestampOff) {
  LogPosition position;
  EXPECT_EQ(position.Take(kFirst), "one");
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.2Z "), "");
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.3Z"), "");
  EXPECT_EQ(position.Take("2026-01-02T03:04:06Z  two spaces"), " two spaces");
}

TEST(LogPosition, GivesALineWithoutATimestampAsItIs) {
  LogPosition position;
  EXPECT_EQ(position.Take("unable to retrieve container logs"), "unable to retrieve container logs");
  EXPECT_EQ(position.Take(""), "");
  EXPECT_EQ(position.SinceTime(), "");
}

TEST(LogPosition, GoesOnFromTheWholeSecondOfTheLastLine) {
  LogPosition position;
  EXPECT_EQ(position.SinceTime(), "");
  position.Take(kSecond);
  EXPECT_EQ(position.SinceTime(), "2026-01-02T03:04:05Z");
}

TEST(LogPosition, LeavesOutWhatWasGivenBefore) {
  LogPosition position;
  position.Take(kFirst);
  position.Take(kSecond);
  position.BeginStream();
  EXPECT_EQ(position.Take(kFirst), std::nullopt);
  EXPECT_EQ(position.Take(kSecond), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.100000003Z three"), "three");
}

TEST(LogPosition, CountsLinesOfOneTimestamp) {
  LogPosition position;
  position.Take("2026-01-02T03:04:05.1Z a");
  position.Take("2026-01-02T03:04:05.1Z b");
  position.BeginStream();
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z a"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z b"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z c"), "c");
  position.BeginStream();
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z a"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z b"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z c"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.1Z d"), "d");
}

TEST(LogPosition, KnowsThatZerosAreCutFromFractions) {
  LogPosition position;
  position.Take("2026-01-02T03:04:05.123Z a");
  position.BeginStream();
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.12Z earlier"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05Z earlier still"), std::nullopt);
  EXPECT_EQ(position.Take("2026-01-02T03:04:05.123000001Z later"), "later");
}

TEST(LogPosition, WithinOneStreamGivesAll) {
  LogPosition position;
  EXPECT_EQ(position.Take(kSecond), "two");
  EXPECT_EQ(position.Take(kFirst), "one");
}

}  // namespace
}  // namespace kontrakt::kube
