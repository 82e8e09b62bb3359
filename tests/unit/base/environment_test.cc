#include "lib/base/environment.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(Environment, TakesAnEmptyValueForUnset) {
  const Environment environment({{"A", "1"}, {"B", ""}});
  EXPECT_EQ(environment.Get("A"), "1");
  EXPECT_EQ(environment.Get("B"), std::nullopt);
  EXPECT_EQ(environment.Get("C"), std::nullopt);
  EXPECT_EQ(environment.values().size(), 2U);
}

TEST(Environment, OfProcessHoldsWhatIsSetNow) {
  ASSERT_EQ(setenv("KONTRAKT_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(Environment::OfProcess().Get("KONTRAKT_TEST_VARIABLE"), "a=b");
  ASSERT_EQ(unsetenv("KONTRAKT_TEST_VARIABLE"), 0);
  EXPECT_EQ(Environment::OfProcess().Get("KONTRAKT_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace kontrakt
