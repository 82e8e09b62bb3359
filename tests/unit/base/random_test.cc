#include "lib/base/random.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(RandomHex, HasTwoDigitsAByte) {
  for (const std::size_t bytes : {0U, 1U, 16U, 256U, 257U, 1000U}) {
    const std::string text = RandomHex(bytes);
    EXPECT_EQ(text.size(), bytes * 2);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

TEST(RandomHex, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(seen.insert(RandomHex(16)).second);
}

}  // namespace
}  // namespace kontrakt
