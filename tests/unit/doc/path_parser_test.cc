#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/path.h"

namespace kontrakt::doc {
namespace {

using testing::HasSubstr;

struct BadCase {
  std::string text;
  std::string message;
};

TEST(PathParser, NamesTheColumnOfWhatItDoesNotUnderstand) {
  for (const BadCase& c : {
           BadCase{"", "column 1: a path such as .status.phase belongs here"},
           BadCase{".a b", "column 4: the path ends before this"},
           BadCase{".a..", "column 5: a field's name is missing"},
           BadCase{".a.", "column 4: a field's name is missing"},
           BadCase{"{.a", "column 4: '}' is missing"},
           BadCase{".a[", "column 4: a number, a quoted name, '*' or '?(' belongs here"},
           BadCase{".a[0", "column 5: ']' is missing"},
           BadCase{".a['b]", "column 7: a quote is never closed"},
           BadCase{".a['b',c]", "column 8: a quoted name belongs here"},
           BadCase{".a[?@.b]", "column 5: '(' is missing"},
           BadCase{".a[?(@.b]", "column 9: ')' is missing"},
           BadCase{".a[99999999999999999999]", "column 4"},
           BadCase{".a[::0]", "a slice's step is at least 1"},
           BadCase{".a == 1", "column 4: the path ends before this"},
       }) {
    const Result<JsonPath> path = JsonPath::Parse(c.text);
    ASSERT_FALSE(path) << c.text;
    EXPECT_EQ(path.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(path.error().message(), HasSubstr(c.message)) << c.text;
  }
}

TEST(PathParser, NamesWhatIsWrongInAConditionToo) {
  for (const BadCase& c : {
           BadCase{"", "column 1: a path such as .status.phase belongs here"},
           BadCase{".a ==", "column 6: a value is missing"},
           BadCase{".a == && .b", "a value is missing"},
           BadCase{".a &&", "a path such as .status.phase belongs here"},
           BadCase{"(.a", "column 4: ')' is missing"},
           BadCase{".a)", "column 3: the condition ends before this"},
           BadCase{".a == \"b", "a quote is never closed"},
           BadCase{".a =~ '('", "is no regular expression: missing )"},
           BadCase{"== 1", "column 1"},
           BadCase{".a == 'b' c", "column 11: the condition ends before this"},
       }) {
    const Result<Condition> condition = Condition::Parse(c.text);
    ASSERT_FALSE(condition) << c.text;
    EXPECT_EQ(condition.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(condition.error().message(), HasSubstr(c.message)) << c.text;
  }
}

TEST(PathParser, BoundsNesting) {
  EXPECT_FALSE(Condition::Parse(std::string(10'000, '(') + ".a" + std::string(10'000, ')')));
  std::string nested = ".a";
  for (int i = 0; i < 1000; ++i)
    nested = ".a[?(@" + nested + ")]";
  EXPECT_FALSE(JsonPath::Parse(nested));
}

}  // namespace
}  // namespace kontrakt::doc
