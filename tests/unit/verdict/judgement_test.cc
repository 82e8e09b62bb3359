#include "lib/verdict/judgement.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace kontrakt::verdict {
namespace {

TEST(Judgement, GivesEachCauseACodeOfItsOwn) {
  std::set<std::string_view> names;
  const int last = static_cast<int>(Cause::kNeverAppeared);
  for (int cause = static_cast<int>(Cause::kNone) + 1; cause <= last; ++cause) {
    const std::string_view name = NameOf(static_cast<Cause>(cause));
    EXPECT_FALSE(name.empty()) << cause;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Judgement, IsFinalWhereNothingCanChangeAnyMore) {
  EXPECT_FALSE(IsFinal(State::kPending));
  EXPECT_FALSE(IsFinal(State::kReady));
  for (const State state : {State::kSucceeded, State::kFailed, State::kDoomed, State::kLost}) {
    EXPECT_TRUE(IsFinal(state)) << NameOf(state);
  }
}

}  // namespace
}  // namespace kontrakt::verdict
