#include "lib/verdict/condition.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/object_json.h"

namespace kontrakt::verdict {
namespace {

TEST(Condition, IsFoundByItsType) {
  const doc::Json object = Object("status: {conditions: [{type: Ready, status: 'False', reason: Why, message: text}]}");
  const StatusCondition ready = ConditionOf(object, "Ready");
  EXPECT_TRUE(ready.present);
  EXPECT_TRUE(ready.IsFalse());
  EXPECT_EQ(ready.reason, "Why");
  EXPECT_FALSE(ConditionOf(object, "Other").present);
}

TEST(Condition, CountsOnlyOnceTheControllerHasSeenTheSpec) {
  EXPECT_FALSE(IsObserved(Object("{metadata: {generation: 3}, status: {observedGeneration: 2}}")));
  EXPECT_TRUE(IsObserved(Object("{metadata: {generation: 3}, status: {observedGeneration: 3}}")));
  EXPECT_TRUE(IsObserved(Object("{metadata: {generation: 3}, status: {}}")));
}

}  // namespace
}  // namespace kontrakt::verdict
