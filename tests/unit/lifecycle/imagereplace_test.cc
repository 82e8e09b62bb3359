#include "lib/lifecycle/imagereplace.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>

#include "lib/doc/json.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDigest = "sha256:" + std::string(64, 'a');

/// Keeps the notes.
class Notes : public SilentProgress {
 public:
  void Note(std::string_view, std::string_view text, Mood) override { texts.emplace_back(text); }
  std::vector<std::string> texts;
};

class ImagereplaceTest : public testing::Test {
 protected:
  ImagereplaceTest() {
    scope_.files = {folder_.path()};
    scope_.recursive = true;
    scope_.root = folder_.path();
    options_.variables.source_reference = "abc";
    options_.variables.ko_docker_repo = "host/team";
    options_.images.ko_docker_repo = "host/team";
    options_.images.source_reference = "abc";
  }
  Result<ImagereplaceReport> Run(ReplaceMode mode) {
    options_.mode = mode;
    return Imagereplace(scope_, options_, progress_);
  }
  static std::string Pod(const std::string& image) {
    return "# a comment\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: " + image + "\n";
  }

  fakes::TemporaryFolder folder_;
  manifest::Scope scope_;
  ImagereplaceOptions options_;
  Notes progress_;
};

TEST_F(ImagereplaceTest, InPlaceChangesFilesThatHoldSomething) {
  folder_.Write("a/kontrakt/pod.yaml", Pod("${KO_DOCKER_REPO}/web:${kontrakt.sourceReference}"));
  folder_.Write("a/kontrakt/plain.yaml", Pod("nginx"));
  folder_.Write("a/other.yaml", Pod("${KO_DOCKER_REPO}/web"));
  const auto report = Run(ReplaceMode::kInPlace);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(folder_.Read("a/kontrakt/pod.yaml"), Pod("host/team/web:abc"));
  EXPECT_EQ(folder_.Read("a/kontrakt/plain.yaml"), Pod("nginx"));
  EXPECT_EQ(folder_.Read("a/other.yaml"), Pod("${KO_DOCKER_REPO}/web"));
  EXPECT_THAT(report->Names(), ElementsAre(folder_ / "a/kontrakt/pod.yaml"));
  EXPECT_EQ(report->ToText({}), "changed " + folder_ / "a/kontrakt/pod.yaml" + "\n");
  EXPECT_TRUE(report->Outcome().ok());
}

TEST_F(ImagereplaceTest, SecondTimeChangesNothing) {
  folder_.Write("kontrakt/pod.yaml", Pod("'$${KO_DOCKER_REPO}'") + "  - image: ./web\n");
  ASSERT_TRUE(Run(ReplaceMode::kInPlace).ok());
  const std::string once = folder_.Read("kontrakt/pod.yaml");
  EXPECT_EQ(once, Pod("'$${KO_DOCKER_REPO}'") + "  - image: host/team/web:abc\n");
  const auto again = Run(ReplaceMode::kInPlace);
  ASSERT_TRUE(again.ok());
  EXPECT_THAT(again->Names(), ElementsAre());
  EXPECT_EQ(folder_.Read("kontrakt/pod.yaml"), once);
}

TEST_F(ImagereplaceTest, KeepsTheModeOfFiles) {
  const std::string file = folder_.Write("kontrakt/pod.yaml", Pod("ko://x/web"));
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  ASSERT_TRUE(Run(ReplaceMode::kInPlace).ok());
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(ImagereplaceTest, PrintsAllDocumentsAndResolvesEscapes) {
  folder_.Write("kontrakt/a.yaml", "a: '$${KO_DOCKER_REPO}'");
  folder_.Write("kontrakt/b.yaml", "--- # second\nb: ${KO_DOCKER_REPO}\n");
  folder_.Write("kontrakt/c.yaml", "");
  folder_.Write("kontrakt/d.json", "\xEF\xBB\xBF{\"d\": 1}\n");
  folder_.Write("kontrakt/e.yaml", "%YAML 1.1\n---\ne: 1\n");
  const auto report = Run(ReplaceMode::kPrint);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->ToText({}),
            "a: '${KO_DOCKER_REPO}'\n--- # second\nb: host/team\n---\n{\"d\": 1}\n...\n%YAML 1.1\n---\ne: 1\n");
  EXPECT_EQ(folder_.Read("kontrakt/b.yaml"), "--- # second\nb: ${KO_DOCKER_REPO}\n");
}

TEST_F(ImagereplaceTest, CheckShowsADiffAndSaysNo) {
  folder_.Write("kontrakt/pod.yaml", Pod("./web"));
  const auto report = Run(ReplaceMode::kCheck);
  ASSERT_TRUE(report.ok());
  EXPECT_THAT(report->ToText({}), HasSubstr("-  - image: ./web\n+  - image: host/team/web:abc\n"));
  ASSERT_FALSE(report->Outcome().ok());
  EXPECT_EQ(report->Outcome().error().code(), ErrorCode::kNegative);
  EXPECT_EQ(report->Outcome().error().message(), "1 file would change");
  EXPECT_EQ(folder_.Read("kontrakt/pod.yaml"), Pod("./web"));
}

TEST_F(ImagereplaceTest, CheckOfWhatIsFineSaysYes) {
  folder_.Write("kontrakt/pod.yaml", Pod("nginx"));
  const auto report = Run(ReplaceMode::kCheck);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->ToText({}), "");
  EXPECT_TRUE(report->Outcome().ok());
}

TEST_F(ImagereplaceTest, NothingIsWrittenUnlessAllFilesAreFine) {
  folder_.Write("a/kontrakt/pod.yaml", Pod("${KO_DOCKER_REPO}/web"));
  folder_.Write("b/kontrakt/pod.yaml", Pod("${kontrakt.colour}"));
  folder_.Write("c/kontrakt/pod.yaml", Pod("ko://x/UPPER"));
  const auto report = Run(ReplaceMode::kInPlace);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(report.error().ToString(), HasSubstr("b/kontrakt/pod.yaml:6:12: ${kontrakt.colour}"));
  EXPECT_THAT(report.error().ToString(), HasSubstr("c/kontrakt/pod.yaml:6:12: ko://x/UPPER"));
  EXPECT_EQ(folder_.Read("a/kontrakt/pod.yaml"), Pod("${KO_DOCKER_REPO}/web"));
}

TEST_F(ImagereplaceTest, FileThatChangedMeanwhileStaysAndUndoesTheOthers) {
  folder_.Write("a-kontrakt/pod.yaml", Pod("nginx"));
  folder_.Write("b-kontrakt/pod.yaml", Pod("redis"));
  folder_.Write("c-kontrakt/pod.yaml", Pod("alpine"));
  options_.images.resolve = [&](const std::string& reference) -> Result<std::string> {
    // Asked for the last file, when the one before has been read.
    if (reference == "alpine")
      folder_.Write("b-kontrakt/pod.yaml", Pod("another"));
    return kDigest;
  };
  const auto report = Run(ReplaceMode::kInPlace);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kConflict);
  EXPECT_THAT(report.error().ToString(), HasSubstr("b-kontrakt/pod.yaml changed while it was read"));
  EXPECT_EQ(folder_.Read("a-kontrakt/pod.yaml"), Pod("nginx"));
  EXPECT_EQ(folder_.Read("b-kontrakt/pod.yaml"), Pod("another"));
  EXPECT_EQ(folder_.Read("c-kontrakt/pod.yaml"), Pod("alpine"));
}

TEST_F(ImagereplaceTest, NameRunAndNamespaceAreThoseOfTheKontrakt) {
  scope_.run_id = "run-1";
  scope_.owner = "team";
  folder_.Write("backend/kontrakt/a.yaml", "a: ${kontrakt.name} ${kontrakt.run} ${kontrakt.namespace}\n");
  auto report = Run(ReplaceMode::kPrint);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->ToText({}), "a: backend run-1 kontrakt-backend-jkidyz3k2t\n");
  scope_.namespace_name = "pool";
  report = Run(ReplaceMode::kPrint);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->ToText({}), "a: backend run-1 pool\n");
}

TEST_F(ImagereplaceTest, RunWithoutIdHasNoValue) {
  folder_.Write("kontrakt/a.yaml", "a: ${kontrakt.run}\n");
  const auto report = Run(ReplaceMode::kPrint);
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.error().hint().value_or(""), HasSubstr("--run-id"));
}

TEST_F(ImagereplaceTest, RuleThatMatchesNothingIsAnError) {
  folder_.Write("a-kontrakt/pod.yaml", Pod("nginx"));
  folder_.Write("b-kontrakt/pod.yaml", Pod("redis"));
  options_.images.set = {{"nginx", ":2"}, {"redis", ":3"}};
  EXPECT_TRUE(Run(ReplaceMode::kCheck).ok());
  options_.images.set.emplace_back("alpine", ":3");
  const auto report = Run(ReplaceMode::kInPlace);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(report.error().message(), HasSubstr("--image alpine=:3"));
  EXPECT_EQ(folder_.Read("a-kontrakt/pod.yaml"), Pod("nginx"));
}

TEST_F(ImagereplaceTest, RegistryIsAskedOnceAReference) {
  folder_.Write("a-kontrakt/pod.yaml", Pod("nginx:1"));
  folder_.Write("b-kontrakt/pod.yaml", Pod("nginx:1"));
  int asked = 0;
  options_.images.resolve = [&](const std::string&) -> Result<std::string> {
    ++asked;
    return kDigest;
  };
  ASSERT_TRUE(Run(ReplaceMode::kInPlace).ok());
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(folder_.Read("b-kontrakt/pod.yaml"), Pod("nginx:1@" + kDigest));
}

TEST_F(ImagereplaceTest, RegistrysAnswerKeepsItsCode) {
  folder_.Write("a-kontrakt/pod.yaml", Pod("nginx:1"));
  options_.images.resolve = [](const std::string&) -> Result<std::string> { return Unavailable("no route"); };
  const auto report = Run(ReplaceMode::kPrint);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(report.error().ToString(), HasSubstr("pod.yaml:6:12: no route"));
}

TEST_F(ImagereplaceTest, StandardInputCantBeChangedInPlace) {
  scope_.files = {"-"};
  EXPECT_EQ(Run(ReplaceMode::kInPlace).error().code(), ErrorCode::kUsage);
}

TEST_F(ImagereplaceTest, SkippedFoldersAreNoted) {
  folder_.Write("a-kontrakt/a.yaml", "a: 1\n");
  folder_.Write("b-kontrakt/README", "");
  ASSERT_TRUE(Run(ReplaceMode::kPrint).ok());
  EXPECT_THAT(progress_.texts, ElementsAre(HasSubstr("b-kontrakt: skipped")));
}

TEST_F(ImagereplaceTest, JsonSaysWhatChangedInEachFile) {
  folder_.Write("kontrakt/a.yaml", Pod("./web"));
  folder_.Write("kontrakt/b.yaml", "b: 1\n");
  const auto report = Run(ReplaceMode::kCheck);
  ASSERT_TRUE(report.ok());
  const doc::Json json = report->ToJson();
  ASSERT_EQ(json["files"].size(), 2U);
  EXPECT_EQ(json["files"][0]["path"], folder_ / "kontrakt/a.yaml");
  EXPECT_EQ(json["files"][0]["changed"], true);
  EXPECT_EQ(json["files"][0]["images"], 1);
  EXPECT_TRUE(json["files"][0].contains("diff"));
  EXPECT_EQ(json["files"][1]["changed"], false);
  EXPECT_FALSE(json["files"][1].contains("diff"));
}

TEST_F(ImagereplaceTest, OneFileIsEnough) {
  scope_.recursive = false;
  scope_.files = {folder_.Write("deploy/pod.yaml", Pod("./web"))};
  folder_.Write("deploy/other.yaml", Pod("./web"));
  ASSERT_TRUE(Run(ReplaceMode::kInPlace).ok());
  EXPECT_EQ(folder_.Read("deploy/pod.yaml"), Pod("host/team/web:abc"));
  EXPECT_EQ(folder_.Read("deploy/other.yaml"), Pod("./web"));
}

}  // namespace
}  // namespace kontrakt
