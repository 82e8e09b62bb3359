#include "lib/doc/pattern.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::doc {
namespace {

TEST(Pattern, MatchesAnywhere) {
  const Pattern pattern = Pattern::Parse("b+c").value();
  EXPECT_TRUE(pattern.Matches("abbcd"));
  EXPECT_FALSE(pattern.Matches("abd"));
  EXPECT_EQ(pattern.text(), "b+c");
  EXPECT_TRUE(Pattern::Parse("^ab$")->Matches("ab"));
  EXPECT_FALSE(Pattern::Parse("^ab$")->Matches("xab"));
}

TEST(Pattern, SaysWhyItIsNone) {
  const Result<Pattern> pattern = Pattern::Parse("a(b");
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(pattern.error().message(), testing::HasSubstr("'a(b' is no regular expression: missing )"));
}

TEST(Pattern, TakesLinearTimeWhateverItIs) {
  EXPECT_FALSE(Pattern::Parse("(a*)*b")->Matches(std::string(100'000, 'a')));
}

}  // namespace
}  // namespace kontrakt::doc
