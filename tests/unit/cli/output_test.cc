#include "lib/cli/output.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/cli/captured.h"

namespace kontrakt::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Report {
  std::string text;
  doc::Json ToJson() const { return {{"text", text}, {"list", {text, 1}}}; }
  std::string ToText(const TextStyle& style) const { return style.Good(text); }
  std::vector<std::string> Names() const { return {"pod/" + text, "job/b"}; }
};

class OutputTest : public ::testing::Test {
 protected:
  std::unique_ptr<Output> Make(Format format = Format::kText, LogFormat log_format = LogFormat::kText) {
    OutputSettings settings;
    settings.flags.format = format;
    settings.flags.log_format = log_format;
    settings.program = "kontrakt-apply";
    settings.out = out_.descriptor();
    settings.err = err_.descriptor();
    return std::make_unique<Output>(std::move(settings));
  }
  Captured out_;
  Captured err_;
};

TEST_F(OutputTest, PrintsTextWithALineFeedAtItsEnd) {
  Make()->Print(Report{"done"});
  EXPECT_EQ(out_.Text(), "done\n");
  EXPECT_EQ(err_.Text(), "");
}

TEST_F(OutputTest, PrintsJsonYamlAndNames) {
  Make(Format::kJson)->Print(Report{"done"});
  EXPECT_EQ(out_.Text(), "{\n  \"text\": \"done\",\n  \"list\": [\n    \"done\",\n    1\n  ]\n}\n");
  const Captured yaml;
  OutputSettings settings;
  settings.flags.format = Format::kYaml;
  settings.out = yaml.descriptor();
  Output(std::move(settings)).Print(Report{"done"});
  EXPECT_THAT(yaml.Text(), HasSubstr("text: done\n"));
  const Captured names;
  OutputSettings more;
  more.flags.format = Format::kName;
  more.out = names.descriptor();
  Output(std::move(more)).Print(Report{"a"});
  EXPECT_EQ(names.Text(), "pod/a\njob/b\n");
}

TEST_F(OutputTest, MasksSecretsInEveryFormat) {
  for (const Format format : {Format::kText, Format::kJson, Format::kYaml, Format::kName}) {
    auto out = Make(format);
    out->redactor().AddSecret("s3cr3t-\"value");
    out->Print(Report{"x s3cr3t-\"value y"});
  }
  EXPECT_THAT(out_.Text(), Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(out_.Text(), HasSubstr("x *** y"));
}

TEST_F(OutputTest, RemovesControlCharactersFromText) {
  Make()->Print(Report{"a\x1b[2Jb\rc"});
  EXPECT_THAT(out_.Text(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out_.Text(), Not(HasSubstr("\r")));
}

TEST_F(OutputTest, BreaksCiCommandsInText) {
  Make()->Print(Report{"::error::x"});
  EXPECT_EQ(out_.Text(), ": :error::x\n");
}

TEST_F(OutputTest, WritesDocumentsUntouched) {
  auto out = Make();
  out->redactor().AddSecret("s3cr3t-value");
  out->Write("::a\r\ns3cr3t-value\x1b");
  EXPECT_EQ(out_.Text(), "::a\r\ns3cr3t-value\x1b");
}

TEST_F(OutputTest, ShowsErrorsWithTheirHint) {
  auto out = Make();
  out->redactor().AddSecret("s3cr3t-value");
  Error error = Denied("no access for s3cr3t-value");
  error.AddContext("applying a.yaml:3").SetHint("ask s3cr3t-value");
  out->PrintError(error, 5);
  EXPECT_EQ(err_.Text(), "kontrakt-apply: error: applying a.yaml:3: no access for ***\nhint: ask ***\n");
  EXPECT_EQ(out_.Text(), "");
}

TEST_F(OutputTest, ShowsErrorsAsJsonWhereTheLogIs) {
  auto out = Make(Format::kText, LogFormat::kJson);
  Error error = Conflict("exists");
  error.SetHint("another name").SetReason("AlreadyExists");
  out->PrintError(error, 6);
  const auto entry = doc::ParseJson(err_.Text());
  ASSERT_TRUE(entry);
  EXPECT_EQ(doc::StringAt(*entry, {"level"}), "error");
  EXPECT_EQ(doc::StringAt(*entry, {"message"}), "exists");
  EXPECT_EQ(doc::StringAt(*entry, {"hint"}), "another name");
  EXPECT_EQ(doc::StringAt(*entry, {"code"}), "conflict");
  EXPECT_EQ(doc::StringAt(*entry, {"reason"}), "AlreadyExists");
  EXPECT_EQ(doc::IntAt(*entry, {"status"}), 6);
}

TEST_F(OutputTest, AReaderThatWentAwayIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  OutputSettings settings;
  settings.out = ends[1];
  settings.err = err_.descriptor();
  Output out(std::move(settings));
  out.Print(Report{"x"});
  EXPECT_TRUE(out.Finish());
  ::close(ends[1]);
}

TEST_F(OutputTest, AFullDiskIsOne) {
  OutputSettings settings;
  settings.out = ::open("/dev/full", O_WRONLY);
  settings.err = err_.descriptor();
  const int descriptor = settings.out;
  Output out(std::move(settings));
  out.Print(Report{"x"});
  const auto finished = out.Finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(finished.error().message(), "writing standard output: No space left on device");
  ::close(descriptor);
}

TEST_F(OutputTest, ValueFilesWithoutAPathAreNone) {
  auto out = Make();
  EXPECT_TRUE(out->ReserveValueFile("images-file", "", 1'000'000));
  EXPECT_TRUE(out->WriteValueFile("images-file", "", "x"));
}

TEST_F(OutputTest, ValueFilesBelowTektonAreLimited) {
  auto out = Make();
  EXPECT_TRUE(out->ReserveValueFile("images-file", "/tekton/results/images", 4096));
  EXPECT_FALSE(out->ReserveValueFile("digest-file", "/tekton/results/digest", 1));
}

TEST_F(OutputTest, RemembersWhatWouldBeLeftBehind) {
  auto out = Make();
  EXPECT_EQ(out->LeftBehind(), "");
  out->SetLeftBehind("namespace kontrakt-web");
  EXPECT_EQ(out->LeftBehind(), "namespace kontrakt-web");
}

TEST_F(OutputTest, AFileIsNotInteractive) {
  EXPECT_FALSE(Make()->IsInteractive());
  EXPECT_FALSE(Make()->style().colored());
}

}  // namespace
}  // namespace kontrakt::cli
