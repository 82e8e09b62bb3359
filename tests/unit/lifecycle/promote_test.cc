#include "lib/lifecycle/promote.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt {
namespace {

using fakes::FakeRegistry;
using fakes::FaultKind;
using fakes::StoredManifest;

class Promoting : public testing::Test {
 protected:
  explicit Promoting(fakes::RegistryOptions options = {}) : fake_(std::move(options)) {
    oci::RegistryOptions client;
    client.retry = {.attempts = 2, .first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(2)};
    EXPECT_TRUE(
        client.keychain
            .AddDockerConfigJson(R"({"auths":{")" + fake_.address() + R"(":{"username":"u","password":"p"}}})", "test")
            .ok());
    registry_ = std::make_unique<oci::Registry>(*oci::Registry::Create(std::move(client)));
  }

  Destination At(const std::string& path, const std::string& tag) const {
    return {oci::Repository{fake_.address(), path}, tag};
  }
  PromotionItem Item(const StoredManifest& image, std::vector<Destination> destinations,
                     const std::string& path = "team/web") const {
    return {"web",
            "deployment/web",
            "app",
            {oci::Repository{fake_.address(), path}, "1", *Digest::Parse(image.digest)},
            std::move(destinations)};
  }
  Result<PromotionOutcome> Run(const std::vector<PromotionItem>& items, const PromotionOptions& options = {}) {
    return Promote(*registry_, items, options, progress_, {});
  }
  std::string Tag(const std::string& path, const std::string& tag) { return fake_.store().DigestOf(path, tag); }

  FakeRegistry fake_;
  SilentProgress progress_;
  std::unique_ptr<oci::Registry> registry_;
};

TEST_F(Promoting, RetagsInThreeRequests) {
  const StoredManifest image = fakes::PushIndex(fake_.store(), "team/web", "1", "seed");
  const auto outcome = Run({Item(image, {At("team/web", "stable")})});
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(registry_->RequestCount(), 3u);
  EXPECT_EQ(Tag("team/web", "stable"), image.digest);
  ASSERT_EQ(outcome->promotions.size(), 1u);
  EXPECT_EQ(outcome->promotions[0].state, PromotionState::kMoved);
  EXPECT_TRUE(outcome->promotions[0].previous.empty());
}

TEST_F(Promoting, SendsOneRequestForWhatIsThereAlready) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  fake_.store().Tag("team/web", "stable", image.digest);
  const auto outcome = Run({Item(image, {At("team/web", "stable")})});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(registry_->RequestCount(), 1u);
  EXPECT_EQ(outcome->promotions[0].state, PromotionState::kThere);
}

TEST_F(Promoting, FetchesOnceForSeveralTags) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  ASSERT_TRUE(Run({Item(image, {At("team/web", "a"), At("team/web", "b"), At("team/web", "c")})}).ok());
  EXPECT_EQ(registry_->RequestCount(), 3u + 1u + 3u);
  EXPECT_EQ(fake_.Count("manifest-get"), 1);
  EXPECT_EQ(Tag("team/web", "c"), image.digest);
}

TEST_F(Promoting, CopiesWithinTheRegistryInTwelveRequests) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1", {.layers = 8});
  const auto outcome = Run({Item(image, {At("live/web", "stable")})});
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(registry_->RequestCount(), 12u);
  EXPECT_EQ(outcome->copied.blobs_mounted, 9u);
  EXPECT_EQ(Tag("live/web", "stable"), image.digest);
}

TEST_F(Promoting, GivesACopyAllItsTags) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  ASSERT_TRUE(Run({Item(image, {At("live/web", "a"), At("live/web", "b")})}).ok());
  EXPECT_EQ(Tag("live/web", "a"), image.digest);
  EXPECT_EQ(Tag("live/web", "b"), image.digest);
  EXPECT_EQ(fake_.Count("mount"), 3);
}

TEST_F(Promoting, PutsAnImageByItsDigestAlone) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  ASSERT_TRUE(Run({Item(image, {At("live/web", "")})}).ok());
  EXPECT_TRUE(fake_.store().Manifest("live/web", image.digest));
  EXPECT_TRUE(fake_.store().Tags("live/web").empty());
  const auto again = Run({Item(image, {At("live/web", "")})});
  EXPECT_EQ(again->promotions[0].state, PromotionState::kThere);
}

TEST_F(Promoting, StreamsToAnotherRegistry) {
  FakeRegistry other;
  const StoredManifest image = fakes::PushIndex(fake_.store(), "team/web", "1", "seed");
  const auto outcome = Run({Item(image, {Destination{oci::Repository{other.address(), "live/web"}, "stable"}})});
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_GT(outcome->copied.bytes_copied, 1000u);
  EXPECT_EQ(other.store().DigestOf("live/web", "stable"), image.digest);
}

TEST_F(Promoting, MovesNothingWhenOneImageIsMissing) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  StoredManifest absent = image;
  absent.digest = Digest::Of("absent").ToString();
  const auto outcome =
      Run({Item(image, {At("team/web", "stable")}), Item(absent, {At("team/api", "stable")}, "team/api")});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(Tag("team/web", "stable"), "");
  EXPECT_EQ(fake_.Count("manifest-put"), 0);
}

TEST_F(Promoting, RefusesTwoImagesForOneTag) {
  const StoredManifest a = fakes::PushImage(fake_.store(), "team/web", "1", {.seed = "a"});
  const StoredManifest b = fakes::PushImage(fake_.store(), "team/web", "2", {.seed = "b"});
  const auto outcome = Run({Item(a, {At("live/web", "stable")}), Item(b, {At("live/web", "stable")})});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(registry_->RequestCount(), 0u);
}

TEST_F(Promoting, CountsOneImageOfTwoTargetsOnce) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  const auto outcome = Run({Item(image, {At("team/web", "stable")}), Item(image, {At("team/web", "stable")})});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(registry_->RequestCount(), 3u);
  EXPECT_EQ(outcome->promotions.size(), 2u);
}

TEST_F(Promoting, NeverOverwritesWhereToldNotTo) {
  const StoredManifest old = fakes::PushImage(fake_.store(), "team/web", "stable", {.seed = "old"});
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  PromotionOptions options;
  options.no_overwrite = true;
  const auto outcome = Run({Item(image, {At("team/web", "new"), At("team/web", "stable")})}, options);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kConflict);
  EXPECT_NE(outcome.error().ToString().find("team/web:stable points to " + old.digest), std::string::npos);
  EXPECT_EQ(Tag("team/web", "new"), "");
  EXPECT_EQ(Tag("team/web", "stable"), old.digest);
}

TEST_F(Promoting, TakesWhatIsThereForDoneDespiteItsGuards) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "stable");
  PromotionOptions options;
  options.no_overwrite = true;
  EXPECT_TRUE(Run({Item(image, {At("team/web", "stable")})}, options).ok());
}

TEST_F(Promoting, MovesATagOnlyFromTheDigestNamed) {
  const StoredManifest old = fakes::PushImage(fake_.store(), "team/web", "stable", {.seed = "old"});
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  PromotionOptions options;
  options.if_tag_is = Digest::Of("something else");
  EXPECT_EQ(Run({Item(image, {At("team/web", "stable")})}, options).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(Run({Item(image, {At("team/web", "absent")})}, options).error().code(), ErrorCode::kConflict);
  options.if_tag_is = *Digest::Parse(old.digest);
  const auto outcome = Run({Item(image, {At("team/web", "stable")})}, options);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(Tag("team/web", "stable"), image.digest);
  EXPECT_EQ(outcome->promotions[0].previous.ToString(), old.digest);
}

TEST_F(Promoting, ReadsAGuardedTagAgainAfterwards) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  PromotionOptions options;
  options.no_overwrite = true;
  fake_.http().faults().Add(
      {.method = "HEAD",
       .path = "*/manifests/stable",
       .from = 2,
       .kind = FaultKind::kAnswer,
       .answer = {.status = 200, .headers = {{"Docker-Content-Digest", Digest::Of("other").ToString()}}, .body = ""}});
  const auto outcome = Run({Item(image, {At("team/web", "stable")})}, options);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kConflict);
  EXPECT_NE(outcome.error().ToString().find("by somebody else"), std::string::npos);
}

TEST_F(Promoting, WritesNothingInADryRun) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  PromotionOptions options;
  options.dry_run = true;
  const auto outcome = Run({Item(image, {At("team/web", "stable"), At("live/web", "stable")})}, options);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(outcome->promotions[0].state, PromotionState::kPlanned);
  EXPECT_EQ(fake_.http().CountRequests("PUT", "*") + fake_.http().CountRequests("POST", "*"), 0);
}

TEST_F(Promoting, SaysInADryRunThatTheImageIsMissing) {
  StoredManifest absent;
  absent.digest = Digest::Of("absent").ToString();
  PromotionOptions options;
  options.dry_run = true;
  EXPECT_EQ(Run({Item(absent, {At("team/web", "stable")})}, options).error().code(), ErrorCode::kNotFound);
}

TEST_F(Promoting, InsistsOnPlatforms) {
  const StoredManifest image = fakes::PushIndex(fake_.store(), "team/web", "1", "seed", {"amd64"});
  PromotionOptions options;
  options.require_platform = {"linux/amd64"};
  EXPECT_TRUE(Run({Item(image, {At("team/web", "a")})}, options).ok());
  options.require_platform = {"linux/amd64", "linux/arm64"};
  const auto outcome = Run({Item(image, {At("team/web", "b")})}, options);
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().ToString().find("has no platform linux/arm64"), std::string::npos);
  EXPECT_EQ(Tag("team/web", "b"), "");
}

TEST_F(Promoting, AsksOnceMoreBeforeTheFirstTagMoves) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  PromotionOptions options;
  options.before_first_tag = [] { return Result<void>(Conflict("the verdict is gone")); };
  EXPECT_EQ(Run({Item(image, {At("live/web", "stable")})}, options).error().message(), "the verdict is gone");
  EXPECT_EQ(fake_.Count("manifest-put"), 0);
  EXPECT_EQ(Tag("live/web", "stable"), "");
}

TEST_F(Promoting, NamesTheTagsThatMovedBeforeAFailure) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  fake_.http().faults().Add({.method = "PUT",
                             .path = "*/manifests/b",
                             .count = 0,
                             .kind = FaultKind::kDelay,
                             .delay = std::chrono::milliseconds(100)});
  fake_.http().faults().Add({.method = "PUT",
                             .path = "*/manifests/b",
                             .count = 0,
                             .kind = FaultKind::kAnswer,
                             .answer = fakes::RegistryErrorAnswer(400, "TAG_INVALID", "tag is immutable")});
  const auto outcome = Run({Item(image, {At("team/web", "a"), At("team/web", "b")})});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kConflict);
  EXPECT_NE(outcome.error().ToString().find("team/web:a moved already"), std::string::npos)
      << outcome.error().ToString();
}

TEST_F(Promoting, GoesOnAfterARegistryThatHidesMissingTags) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  for (const char* method : {"HEAD", "GET"}) {
    fake_.http().faults().Add({.method = method,
                               .path = "*/manifests/stable",
                               .count = 0,
                               .kind = FaultKind::kAnswer,
                               .answer = {.status = 403, .headers = {}, .body = ""}});
  }
  EXPECT_TRUE(Run({Item(image, {At("team/web", "stable")})}).ok());
  PromotionOptions guarded;
  guarded.no_overwrite = true;
  EXPECT_EQ(Run({Item(image, {At("team/web", "stable")})}, guarded).error().code(), ErrorCode::kDenied);
}

class PromotingWithTokens : public Promoting {
 protected:
  PromotingWithTokens() : Promoting(Bearer()) {}
  static fakes::RegistryOptions Bearer() {
    fakes::RegistryOptions options;
    options.auth.mode = fakes::RegistryAuthMode::kBearer;
    options.auth.users = {{.name = "u", .password = "p"}};
    return options;
  }
};

TEST_F(PromotingWithTokens, RetagsInFiveRequests) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  ASSERT_TRUE(Run({Item(image, {At("team/web", "stable")})}).ok());
  EXPECT_EQ(registry_->RequestCount(), 5u);
}

TEST_F(PromotingWithTokens, SendsThreeForWhatIsThereAlready) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "stable");
  ASSERT_TRUE(Run({Item(image, {At("team/web", "stable")})}).ok());
  EXPECT_EQ(registry_->RequestCount(), 3u);
}

TEST_F(PromotingWithTokens, CopiesWithinTheRegistryInFourteen) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1", {.layers = 8});
  ASSERT_TRUE(Run({Item(image, {At("live/web", "stable")})}).ok());
  EXPECT_EQ(registry_->RequestCount(), 14u);
  EXPECT_EQ(fake_.auth().tokens(), 1);
}

}  // namespace
}  // namespace kontrakt
