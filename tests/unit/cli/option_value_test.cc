#include "lib/cli/option_value.h"

#include <array>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::cli {

enum class Keep : unsigned char { kNever, kOnFailure, kAlways };
constexpr std::array<std::pair<std::string_view, Keep>, 3> ValueNames(Keep) {
  return {{{"never", Keep::kNever}, {"on-failure", Keep::kOnFailure}, {"always", Keep::kAlways}}};
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(OptionValue, BooleansAreTrueOrFalseAndNothingElse) {
  EXPECT_EQ(OptionValue<bool>::Parse("true").value(), true);
  EXPECT_EQ(OptionValue<bool>::Parse("false").value(), false);
  for (const char* text : {"yes", "1", "TRUE", ""}) {
    const auto value = OptionValue<bool>::Parse(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code(), ErrorCode::kUsage);
  }
}

TEST(OptionValue, NumbersAreDecimalAndWhole) {
  EXPECT_EQ(OptionValue<int>::Parse("42").value(), 42);
  EXPECT_EQ(OptionValue<int>::Parse("-3").value(), -3);
  for (const char* text : {"0x10", "4 ", "1.5", "four", "99999999999"}) {
    EXPECT_FALSE(OptionValue<int>::Parse(text)) << text;
  }
  EXPECT_EQ(OptionValue<std::int64_t>::Parse("99999999999").value(), 99'999'999'999);
}

TEST(OptionValue, DurationsAreAsInGoOrSeconds) {
  EXPECT_EQ(OptionValue<milliseconds>::Parse("5m").value(), std::chrono::minutes(5));
  EXPECT_EQ(OptionValue<milliseconds>::Parse("300").value(), seconds(300));
  EXPECT_EQ(OptionValue<milliseconds>::Parse("250ms").value(), milliseconds(250));
  EXPECT_EQ(OptionValue<milliseconds>::Parse("soon").error().message(),
            "'soon' is no duration such as 90s, 5m or 1h30m");
}

TEST(OptionValue, SecondsRefuseFractions) {
  EXPECT_EQ(OptionValue<seconds>::Parse("90s").value(), seconds(90));
  EXPECT_EQ(OptionValue<seconds>::Parse("1500ms").error().message(), "'1500ms' is finer than a second");
}

TEST(OptionValue, DurationsArePrintedInTheirLargestUnit) {
  EXPECT_EQ(OptionValue<milliseconds>::Print(std::chrono::hours(2)), "2h");
  EXPECT_EQ(OptionValue<milliseconds>::Print(std::chrono::minutes(10)), "10m");
  EXPECT_EQ(OptionValue<milliseconds>::Print(seconds(90)), "90s");
  EXPECT_EQ(OptionValue<milliseconds>::Print(milliseconds(350)), "350ms");
  EXPECT_EQ(OptionValue<milliseconds>::Print(milliseconds(0)), "");
}

TEST(OptionValue, EnumsAreReadAndPrintedByName) {
  EXPECT_EQ(OptionValue<Keep>::Parse("on-failure").value(), Keep::kOnFailure);
  EXPECT_EQ(OptionValue<Keep>::Print(Keep::kAlways), "always");
  EXPECT_THAT(OptionValue<Keep>::Choices(), ::testing::ElementsAre("never", "on-failure", "always"));
}

TEST(OptionValue, AnUnknownChoiceNamesAllAndTheNearest) {
  const auto value = OptionValue<Keep>::Parse("nevr");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message(), "'nevr' is none of never, on-failure, always");
  EXPECT_EQ(value.error().hint(), "did you mean never?");
}

TEST(OptionTarget, ShowsDefaultsOfOptionalsAndLists) {
  EXPECT_EQ(OptionTarget<std::optional<int>>::Default(std::nullopt), "");
  EXPECT_EQ(OptionTarget<std::optional<int>>::Default(3), "3");
  EXPECT_EQ(OptionTarget<std::vector<std::string>>::Default({"a", "b"}), "a,b");
}

}  // namespace
}  // namespace kontrakt::cli
