#include "lib/lifecycle/report.h"

#include <gtest/gtest.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt {
namespace {

TEST(ReportFile, KeepsWhatEarlierStepsWrote) {
  const fakes::TemporaryFolder folder;
  const std::string path = folder / "report.json";
  {
    ReportFile report = *ReportFile::Open(path);
    report.SetRun({{"id", "r1"}});
    const auto step = report.BeginStep("apply");
    report.MergeKontrakt("web", {{"namespace", "n"}});
    ASSERT_TRUE(report.EndStep(*step, 0).ok());
  }
  ReportFile report = *ReportFile::Open(path);
  report.MergeKontrakt("web", {{"verdict", "v"}});
  EXPECT_EQ(report.json()["kontrakts"][0]["namespace"], "n");
  EXPECT_EQ(report.json()["kontrakts"][0]["verdict"], "v");
  EXPECT_EQ(report.json()["steps"][0]["status"], 0);
  EXPECT_EQ(*ReportFile::RunIdOf(path), "r1");
}

TEST(ReportFile, HasOneWriterAtATime) {
  const fakes::TemporaryFolder folder;
  const auto first = ReportFile::Open(folder / "report.json");
  ASSERT_TRUE(first.ok());
  const auto second = ReportFile::Open(folder / "report.json");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
}

TEST(ReportFile, TouchesNothingThatIsNoReport) {
  const fakes::TemporaryFolder folder;
  folder.Write("other.json", "{\"a\": 1}");
  EXPECT_EQ(ReportFile::Open(folder / "other.json").error().code(), ErrorCode::kInvalidInput);
}

TEST(MergeReports, JoinsShardsAndRefusesContradictions) {
  const auto report = [](const char* name, const char* result) {
    return doc::Json{
        {"apiVersion", "kontrakt/v1"}, {"kind", "Report"}, {"kontrakts", {{{"name", name}, {"result", result}}}}};
  };
  const auto merged = MergeReports({report("a", "passed"), report("b", "failed")});
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ((*merged)["kontrakts"].size(), 2U);
  EXPECT_EQ(MergeReports({report("a", "passed"), report("a", "failed")}).error().code(), ErrorCode::kConflict);
}

}  // namespace
}  // namespace kontrakt
