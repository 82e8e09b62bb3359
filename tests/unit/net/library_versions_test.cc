#include "lib/net/library_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::net {
namespace {

TEST(LibraryVersions, AreNumbersWithDots) {
  for (const auto& [name, version] : LibraryVersions()) {
    EXPECT_THAT(version, ::testing::MatchesRegex("[0-9]+\\.[0-9]+.*")) << name;
  }
  EXPECT_EQ(LibraryVersions().count("libcurl"), 1U);
}

}  // namespace
}  // namespace kontrakt::net
