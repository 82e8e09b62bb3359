#include "lib/cli/line_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "tests/unit/cli/captured.h"

namespace kontrakt::cli {
namespace {

using ::testing::IsEmpty;

class LineProgressTest : public ::testing::Test {
 protected:
  LineProgress Progress(Verbosity verbosity = Verbosity::kNormal, LogFormat format = LogFormat::kText,
                        TextStyle style = {}) {
    return LineProgress({captured_.descriptor(), style, verbosity, format}, redactor_);
  }
  Captured captured_;
  Redactor redactor_;
};

void SayEverything(Progress& progress) {
  progress.Note("backend", "12 objects applied", Mood::kGood);
  progress.Note("", "no kontrakt named", Mood::kNeutral);
  progress.Detail("GET /api");
  progress.Warn("quota is near");
  progress.Log("backend/smoke", "hello\n");
  progress.Live({{0, "backend", "1/2", "", std::chrono::seconds(1), Mood::kWaiting}});
}

TEST_F(LineProgressTest, WritesALineForEach) {
  auto progress = Progress();
  SayEverything(progress);
  EXPECT_EQ(captured_.Text(),
            "backend: 12 objects applied\nno kontrakt named\nwarning: quota is near\nbackend/smoke | hello\n");
}

TEST_F(LineProgressTest, VerboseAddsDetails) {
  auto progress = Progress(Verbosity::kVerbose);
  progress.Detail("GET /api");
  EXPECT_EQ(captured_.Text(), "GET /api\n");
}

TEST_F(LineProgressTest, QuietKeepsWarnings) {
  auto progress = Progress(Verbosity::kQuiet);
  SayEverything(progress);
  EXPECT_EQ(captured_.Text(), "warning: quota is near\n");
}

TEST_F(LineProgressTest, ColoursOnlyWhereAsked) {
  auto progress =
      Progress(Verbosity::kNormal, LogFormat::kText, {TextStyle::Color::kYes, TextStyle::Signs::kAscii, 80});
  progress.Note("web", "ready", Mood::kGood);
  EXPECT_EQ(captured_.Text(), "\x1b[1mweb\x1b[0m: \x1b[32mready\x1b[0m\n");
}

TEST_F(LineProgressTest, CleansSecretsControlCharactersAndCiCommands) {
  redactor_.AddSecret("s3cr3t-value");
  auto progress = Progress();
  progress.Log("web/\x1b[2Jpod", "::add-mask::\x1b[31ms3cr3t-value");
  EXPECT_EQ(captured_.Text().find("s3cr3t"), std::string::npos);
  EXPECT_EQ(captured_.Text().find('\x1b'), std::string::npos);
  EXPECT_NE(captured_.Text().find(" | : :add-mask::"), std::string::npos);
}

TEST_F(LineProgressTest, IndentsFurtherLinesOfAMessage) {
  auto progress = Progress();
  progress.Warn("two problems\n::one\ntwo");
  EXPECT_EQ(captured_.Text(), "warning: two problems\n  : :one\n  two\n");
}

TEST_F(LineProgressTest, JsonIsOneObjectALine) {
  auto progress = Progress(Verbosity::kVerbose, LogFormat::kJson);
  SayEverything(progress);
  std::vector<std::string> levels;
  const std::string text = captured_.Text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const auto entry = doc::ParseJson(text.substr(at, end - at));
    ASSERT_TRUE(entry);
    EXPECT_FALSE(doc::StringAt(*entry, {"time"}).empty());
    levels.push_back(doc::StringAt(*entry, {"level"}) + " " + doc::StringAt(*entry, {"about"}) +
                     doc::StringAt(*entry, {"source"}) + " " + doc::StringAt(*entry, {"message"}));
    at = end + 1;
  }
  EXPECT_THAT(levels, ::testing::ElementsAre("info backend 12 objects applied", "info  no kontrakt named",
                                             "debug  GET /api", "warning  quota is near", "log backend/smoke hello"));
}

}  // namespace
}  // namespace kontrakt::cli
