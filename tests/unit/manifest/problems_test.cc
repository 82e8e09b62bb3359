#include <gmock/gmock.h>

#include "lib/manifest/load.h"

namespace kontrakt::manifest {
namespace {

TEST(Combine, LeavesASingleProblemAsItIs) {
  const Error error = Combine({NotFound("x").SetHint("y").SetLocation({"a.yaml", 3, 1})});
  EXPECT_EQ(error.ToString(), "a.yaml:3:1: x");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.hint(), "y");
}

TEST(Combine, ShowsTheFirstInFullAndTheOthersBelow) {
  const Error error =
      Combine({InvalidInput("one").SetLocation({"a.yaml", 3, 0}).AddContext("loading"),
               InvalidInput("two").SetLocation({"b.yaml", 4, 0}).SetHint("do it"), InvalidInput("three")});
  EXPECT_EQ(error.ToString(), "loading: a.yaml:3: one\nand 2 more:\n  b.yaml:4: two\n  three");
  EXPECT_EQ(error.hint(), "do it");
}

TEST(Combine, TakesTheWorstCode) {
  EXPECT_EQ(Combine({Unavailable("a"), InvalidInput("b"), NotFound("c")}).code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(Combine({NotFound("a"), Denied("b")}).code(), ErrorCode::kDenied);
  EXPECT_EQ(Combine({TimedOut("a"), Unavailable("b")}).code(), ErrorCode::kTimeout);
}

}  // namespace
}  // namespace kontrakt::manifest
