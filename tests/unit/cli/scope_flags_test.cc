#include "lib/cli/scope_flags.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/cli/option_set.h"

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;

TEST(ScopeFlags, FillTheScope) {
  ScopeFlags flags;
  OptionSet set;
  flags.AddTo(set);
  ASSERT_TRUE(set.Parse({"-R", "-f", "a", "-f", "b", "--only=web", "--name=x", "--run-id=7", "--owner=team",
                         "--root=/r", "--namespace-prefix=p", "-nns", "--report=r.json"},
                        Environment()));
  const manifest::Scope scope = flags.Resolve();
  EXPECT_TRUE(scope.recursive);
  EXPECT_THAT(scope.files, ElementsAre("a", "b"));
  EXPECT_THAT(scope.only, ElementsAre("web"));
  EXPECT_EQ(scope.name, "x");
  EXPECT_EQ(scope.run_id, "7");
  EXPECT_EQ(scope.owner, "team");
  EXPECT_EQ(scope.root, "/r");
  EXPECT_EQ(scope.namespace_prefix, "p");
  EXPECT_EQ(scope.namespace_name, "ns");
  EXPECT_EQ(scope.report, "r.json");
}

TEST(ScopeFlags, HaveTheTwinsThatPipelinesSet) {
  ScopeFlags flags;
  OptionSet set;
  flags.AddTo(set);
  ASSERT_TRUE(
      set.Parse({}, Environment({{"KONTRAKT_RUN_ID", "uid"}, {"KONTRAKT_REPORT", "r"}, {"KONTRAKT_ONLY", "a\nb"}})));
  EXPECT_EQ(flags.scope.run_id, "uid");
  EXPECT_EQ(flags.scope.report, "r");
  EXPECT_THAT(flags.scope.only, ElementsAre("a", "b"));
}

TEST(AccountNamespace, IsWhatThePodsAccountFileSays) {
  const std::string path = ::testing::TempDir() + "account_namespace_" + std::to_string(::getpid());
  std::ofstream(path) << "team-a\n";
  EXPECT_EQ(AccountNamespace(path), "team-a");
  std::filesystem::remove(path);
  EXPECT_EQ(AccountNamespace(path), "");
}

}  // namespace
}  // namespace kontrakt::cli
