#include "lib/base/library_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(LibraryVersions, AreNumbersWithDots) {
  for (const auto& [name, version] : LibraryVersions()) {
    EXPECT_THAT(version, ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*")) << name;
  }
  EXPECT_EQ(LibraryVersions().count("openssl"), 1U);
}

}  // namespace
}  // namespace kontrakt
