#include "lib/base/result.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0)
    return InvalidInput("odd");
  return number / 2;
}

Result<void> MustBeEven(int number) {
  KT_TRY(Half(number));
  return {};
}

Result<int> Quarter(int number) {
  KT_ASSIGN(const int half, Half(number));
  int quarter = 0;
  KT_ASSIGN_CONTEXT(quarter, Half(half), "halving " + std::to_string(half));
  KT_TRY_CONTEXT(MustBeEven(quarter), "checking");
  return quarter;
}

Result<std::unique_ptr<int>> MakeUnique() {
  return std::make_unique<int>(7);
}

Result<int> ReadUnique() {
  KT_ASSIGN(const std::unique_ptr<int> made, MakeUnique());
  return *made;
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_TRUE(Half(4).ok());
  EXPECT_EQ(Half(4).value(), 2);
  EXPECT_FALSE(Half(3).ok());
  EXPECT_EQ(Half(3).error().message(), "odd");
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_EQ(Result<std::string>().value(), "");
}

TEST(Result, PassesErrorsOnWithTheirContext) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(3).error().ToString(), "odd");
  EXPECT_EQ(Quarter(6).error().ToString(), "halving 3: odd");
  EXPECT_EQ(Quarter(4).error().ToString(), "checking: odd");
  EXPECT_TRUE(MustBeEven(2).ok());
}

TEST(Result, MovesWhatCannotBeCopied) {
  EXPECT_EQ(ReadUnique().value(), 7);
}

}  // namespace
}  // namespace kontrakt
