#include "lib/cli/version_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/version.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {
namespace {

TEST(VersionReport, NamesProgramVersionCommitAndLibraries) {
  const std::string text = VersionReport("kontrakt-apply").ToText(TextStyle());
  EXPECT_THAT(text, ::testing::StartsWith("kontrakt-apply " + std::string(Version()) + " (commit " +
                                          std::string(Commit()) + ") with\n  cxxopts  "));
  for (const char* library : {"libcurl ", "openssl ", "fmt ", "cxxopts ", "nlohmann-json "}) {
    EXPECT_THAT(text, ::testing::HasSubstr(library));
  }
}

TEST(VersionReport, JsonHasTheSame) {
  const doc::Json json = VersionReport("kontrakt").ToJson();
  EXPECT_EQ(doc::StringAt(json, {"version"}), Version());
  EXPECT_EQ(doc::StringAt(json, {"commit"}), Commit());
  EXPECT_FALSE(doc::StringAt(json, {"libraries", "openssl"}).empty());
}

TEST(UserAgent, SaysWhoAsks) {
  EXPECT_EQ(UserAgent("kontrakt-push"), "kontrakt-push/" + std::string(Version()) + " (" + std::string(Commit()) + ")");
}

}  // namespace
}  // namespace kontrakt::cli
