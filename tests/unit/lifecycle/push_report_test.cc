#include <string>

#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "lib/lifecycle/push.h"

namespace kontrakt {
namespace {

const std::string kNew = "sha256:" + std::string(64, 'a');
const std::string kOld = "sha256:" + std::string(64, 'b');

Promotion Moved(const std::string& path, const std::string& tag) {
  return {"web",
          "deployment/web",
          "app",
          {{"reg.example", "team/web"}, "abc", *Digest::Parse(kNew)},
          {{"reg.example", path}, tag},
          *Digest::Parse(kOld),
          PromotionState::kMoved};
}

TEST(PushReport, ShowsWhatMovedAndFromWhere) {
  PushReport report;
  report.outcome.promotions = {Moved("team/web", "stable"), Moved("live/web", "v1")};
  report.outcome.promotions[1].previous = Digest();
  report.outcome.copied.blobs_mounted = 3;
  report.requests = 9;
  const std::string text = report.ToText(TextStyle());
  EXPECT_NE(text.find("promoted reg.example/team/web:stable sha256:aaaaaaaaaaaa (was sha256:bbbbbbbbbbbb)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("promoted reg.example/live/web:v1 sha256:aaaaaaaaaaaa from reg.example/team/web\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("2 promoted, 0 there already; 3 blobs mounted; 9 requests\n"), std::string::npos) << text;
}

TEST(PushReport, SaysThatADryRunWroteNothing) {
  PushReport report;
  report.dry_run = true;
  report.outcome.promotions = {Moved("team/web", "stable")};
  report.outcome.promotions[0].state = PromotionState::kPlanned;
  EXPECT_NE(report.ToText(TextStyle()).find("1 to promote, 0 there already; nothing was written"), std::string::npos);
}

TEST(PushReport, NamesEachImageOnceForPipelines) {
  PushReport report;
  report.outcome.promotions = {Moved("team/web", "stable"), Moved("team/web", "v1")};
  EXPECT_EQ(report.Images(), std::vector<std::string>{"reg.example/team/web@" + kNew});
  ASSERT_TRUE(report.TheOneImage());
  EXPECT_EQ(report.TheOneImage()->url, "reg.example/team/web");
  EXPECT_EQ(report.TheOneImage()->digest, kNew);
  report.outcome.promotions.push_back(Moved("live/web", "v1"));
  EXPECT_EQ(report.Images().size(), 2u);
  EXPECT_FALSE(report.TheOneImage());
  EXPECT_EQ(report.Names()[0], "reg.example/team/web:stable@" + kNew);
}

TEST(PushReport, PrintsJson) {
  PushReport report;
  report.unverified = true;
  report.outcome.promotions = {Moved("team/web", "stable")};
  report.kontrakts = {{"web", "kontrakt-web-x", ""}, {"api", "kontrakt-api-x", "it failed"}};
  const doc::Json json = report.ToJson();
  EXPECT_EQ(json["promotions"][0]["destination"], "reg.example/team/web:stable");
  EXPECT_EQ(json["promotions"][0]["previousDigest"], kOld);
  EXPECT_EQ(json["promotions"][0]["state"], "promoted");
  EXPECT_EQ(json["promotions"][0]["unverified"], true);
  EXPECT_EQ(json["promotions"][0]["kontrakt"], "web");
  EXPECT_EQ(json["kontrakts"][0]["passed"], true);
  EXPECT_EQ(json["kontrakts"][1]["refusal"], "it failed");
}

}  // namespace
}  // namespace kontrakt
