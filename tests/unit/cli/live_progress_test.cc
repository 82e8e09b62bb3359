#include "lib/cli/live_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cli/captured.h"

namespace kontrakt::cli {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::vector<LiveRow>& Rows() {
  static const std::vector<LiveRow> rows = {
      {0, "backend", "waiting", "", seconds(12), Mood::kWaiting},
      {1, "deployment/web", "1/1 ready", "", seconds(3), Mood::kGood},
      {1, "job/smoke", "failed", "exit code 1", seconds(0), Mood::kBad},
  };
  return rows;
}

TEST(DrawRows, AlignsATree) {
  EXPECT_THAT(DrawRows(Rows(), TextStyle(), 80, 20),
              ElementsAre("o backend           waiting    12s", "  + deployment/web  1/1 ready  3s",
                          "  x job/smoke       failed             exit code 1"));
}

TEST(DrawRows, FitsEveryLine) {
  std::vector<LiveRow> rows = Rows();
  rows[1].name = std::string(200, 'n');
  rows[2].detail = std::string(200, 'd');
  for (const std::string& line : DrawRows(rows, TextStyle(), 60, 20)) {
    EXPECT_LE(DisplayWidth(line), 60U);
  }
}

TEST(DrawRows, WhatIsDoneGivesWayFirst) {
  const auto picture = DrawRows(Rows(), TextStyle(), 80, 2);
  ASSERT_EQ(picture.size(), 2U);
  EXPECT_THAT(picture[0], HasSubstr("backend"));
  EXPECT_EQ(picture[1], "and 2 more");
  const std::vector<LiveRow> more = {Rows()[0], Rows()[1], Rows()[1], Rows()[2]};
  const auto thinned = DrawRows(more, TextStyle(), 80, 3);
  ASSERT_EQ(thinned.size(), 3U);
  EXPECT_THAT(thinned[1], HasSubstr("job/smoke"));
  EXPECT_EQ(thinned[2], "and 2 more");
}

TEST(LiveProgress, ErasesItsPictureAndKeepsLines) {
  const Captured captured;
  const Redactor redactor;
  {
    LiveProgress progress({captured.descriptor(), TextStyle(), Verbosity::kNormal, LogFormat::kText}, redactor);
    progress.Live(Rows());
    while (captured.Text().empty()) {
      std::this_thread::yield();
    }
    progress.Note("backend", "applied", Mood::kNeutral);
  }
  const std::string text = captured.Text();
  EXPECT_THAT(text, HasSubstr("job/smoke"));
  EXPECT_THAT(text, HasSubstr("\x1b[3F\x1b[J"
                              "backend: applied\n"));
  // Whether the picture was drawn once more or not, nothing of it is left below the last line.
  EXPECT_TRUE(text.ends_with("\x1b[J") || text.ends_with("backend: applied\n"));
}

TEST(LiveProgress, CleansRows) {
  const Captured captured;
  Redactor redactor;
  redactor.AddSecret("s3cr3t-value");
  {
    LiveProgress progress({captured.descriptor(), TextStyle(), Verbosity::kNormal, LogFormat::kText}, redactor);
    progress.Live({{0, "a\x1b[2Jb", "s3cr3t-value", "two\nlines", seconds(0), Mood::kNeutral}});
    while (captured.Text().empty()) {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(captured.Text().find("s3cr3t"), std::string::npos);
  EXPECT_EQ(captured.Text().find("\x1b[2J"), std::string::npos);
  EXPECT_THAT(captured.Text(), HasSubstr("two lines"));
}

TEST(LiveProgress, QuietDrawsNothing) {
  const Captured captured;
  const Redactor redactor;
  {
    LiveProgress progress({captured.descriptor(), TextStyle(), Verbosity::kQuiet, LogFormat::kText}, redactor);
    progress.Live(Rows());
  }
  EXPECT_EQ(captured.Text(), "");
}

}  // namespace
}  // namespace kontrakt::cli
