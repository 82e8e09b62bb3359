#include "lib/cli/programs.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/cli/command.h"
#include "lib/cli/main.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct NoFlags {
  void AddTo(OptionSet&) {}
};
const Command& LinkedPush() {
  static const Command command =
      Command::Of<NoFlags>("push", "Pushes.", [](const NoFlags&, Output&) { return Result<void>(); });
  return command;
}

class ProgramsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = ::testing::TempDir() + "programs_" + std::to_string(::getpid());
    own_ = root_ + "/own";
    other_ = root_ + "/other";
    std::filesystem::create_directories(own_);
    std::filesystem::create_directories(other_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  static void Make(const std::string& path, std::filesystem::perms mode = std::filesystem::perms(0755)) {
    std::ofstream(path) << "#!/bin/true\n";
    std::filesystem::permissions(path, mode);
  }
  std::vector<Program> Find(const std::string& path = "", std::span<const LinkedCommand> linked = {}) const {
    return FindPrograms(own_, Environment({{"PATH", path.empty() ? other_ : path}}), linked);
  }
  static std::vector<std::string> Paths(const std::vector<Program>& programs) {
    std::vector<std::string> paths;
    for (const Program& program : programs) {
      paths.push_back(program.path);
    }
    return paths;
  }

  std::string root_;
  std::string own_;
  std::string other_;
};

TEST_F(ProgramsTest, AreFoundBesideFirstThenOnPath) {
  Make(own_ + "/kontrakt-apply");
  Make(other_ + "/kontrakt-apply");
  Make(other_ + "/kontrakt-wait");
  EXPECT_THAT(Paths(Find()), ElementsAre(own_ + "/kontrakt-apply", other_ + "/kontrakt-wait"));
}

TEST_F(ProgramsTest, ComeInTheOrderOfTheChainThenByName) {
  for (const char* name : {"zebra", "delete", "apply", "ant", "imagereplace"}) {
    Make(own_ + "/kontrakt-" + name);
  }
  EXPECT_THAT(ProgramList(Find()).Names(), ElementsAre("imagereplace", "apply", "delete", "ant", "zebra"));
}

TEST_F(ProgramsTest, AreExecutableFiles) {
  Make(own_ + "/kontrakt-apply", std::filesystem::perms(0644));
  Make(own_ + "/kontrakt-");
  Make(own_ + "/kontrakt");
  std::filesystem::create_directories(own_ + "/kontrakt-folder");
  EXPECT_THAT(Find(), ::testing::IsEmpty());
}

TEST_F(ProgramsTest, RelativeAndMissingFoldersOfPathHoldNone) {
  Make(other_ + "/kontrakt-wait");
  EXPECT_THAT(Find("." + other_ + "::nowhere:/no/such/folder"), ::testing::IsEmpty());
}

TEST_F(ProgramsTest, LinkedOnesComeBeforeFiles) {
  Make(own_ + "/kontrakt-push");
  const LinkedCommand linked[] = {{"push", &LinkedPush}};
  const auto programs = Find("", linked);
  ASSERT_EQ(programs.size(), 1U);
  EXPECT_EQ(programs[0].linked, &LinkedPush());
}

TEST_F(ProgramsTest, ATypoGetsTheNearestName) {
  Make(own_ + "/kontrakt-apply");
  EXPECT_TRUE(FindProgram(Find(), "apply"));
  const auto typo = FindProgram(Find(), "aply");
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(typo.error().hint(), "did you mean apply?");
  EXPECT_THAT(FindProgram(Find(), "assert").error().hint().value_or(""), HasSubstr("neither beside kontrakt"));
  EXPECT_THAT(FindProgram(Find(), "qqqqqqqq").error().hint().value_or(""), HasSubstr("lists the commands"));
}

TEST_F(ProgramsTest, ListShowsDutiesAndWhereOthersAre) {
  Make(own_ + "/kontrakt-apply");
  Make(own_ + "/kontrakt-extra");
  const ProgramList list(Find());
  EXPECT_THAT(list.ToText(TextStyle()), HasSubstr("  apply  puts kontrakts up"));
  EXPECT_THAT(list.ToText(TextStyle()), HasSubstr("  extra  " + own_ + "/kontrakt-extra\n"));
  EXPECT_EQ(doc::StringAt(list.ToJson().at("commands")[1], {"path"}), own_ + "/kontrakt-extra");
}

TEST_F(ProgramsTest, StartingWhatIsGoneSaysSo) {
  const Error error = Execute({"gone", own_ + "/kontrakt-gone", nullptr}, {});
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.ToString(), "starting " + own_ + "/kontrakt-gone: No such file or directory");
}

TEST(ProgramsDeathTest, BecomesTheOtherProgram) {
  EXPECT_EXIT((void)Execute({"sh", "/bin/sh", nullptr}, {"-c", "exit 42"}), ::testing::ExitedWithCode(42), "");
}

TEST(Programs, KnowTheirOwnFolder) {
  EXPECT_TRUE(std::filesystem::is_directory(FolderOfExecutable()));
}

}  // namespace
}  // namespace kontrakt::cli
