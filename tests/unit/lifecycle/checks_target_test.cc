#include "lib/lifecycle/checks_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt {
namespace {

using doc::Json;
using ::testing::HasSubstr;

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(DigestOfImageId, ReadsWhatRuntimesWrite) {
  EXPECT_EQ(DigestOfImageId("docker.io/library/nginx@" + kDigest), kDigest);
  EXPECT_EQ(DigestOfImageId("docker-pullable://nginx@" + kDigest), kDigest);
  EXPECT_EQ(DigestOfImageId("docker://" + kDigest), kDigest);
  EXPECT_EQ(DigestOfImageId(kDigest), kDigest);
}

TEST(DigestOfImageId, SaysNothingAboutTheRest) {
  EXPECT_EQ(DigestOfImageId("nginx:1"), "");
  EXPECT_EQ(DigestOfImageId(""), "");
  EXPECT_EQ(DigestOfImageId("sha256:abc"), "");
  EXPECT_EQ(DigestOfImageId("nginx@sha1:" + std::string(40, 'a')), "");
}

class CheckTargetTest : public testing::Test {
 protected:
  CheckTargetTest() : image_(fakes::PushImage(fake_.store(), "team/web", "1")) { Pin(image_.digest); }

  void Pin(const std::string& digest) {
    target_ = {.object = "deployment/web",
               .container = "app",
               .repository = fake_.address() + "/team/web",
               .tag = "1",
               .digest = digest,
               .push_to = {}};
  }

  void See(const kube::Resource& resource, const Json& object) {
    board_->See(resource, {.subject = 0, .type = kube::EventType::kUpserted, .object = object, .error = {}});
  }

  /// A Deployment whose ReplicaSet owns these pods.
  void Deploy(std::vector<Json> pods) {
    InventoryItem item;
    item.key = {
        {kube::GroupVersionKind{"apps", "v1", "Deployment"}, "deployments", kube::Scope::kNamespaced}, "ns", "web"};
    item.uid = "d";
    item.role = Role::kTarget;
    const kube::Resource replica_sets{{"apps", "v1", "ReplicaSet"}, "replicasets", kube::Scope::kNamespaced};
    Inventory inventory;
    inventory.items.push_back(item);
    board_ = std::make_unique<Board>("ns", inventory, verdict::Patience());
    See(item.key.resource, {{"metadata", {{"name", "web"}, {"namespace", "ns"}, {"uid", "d"}}}});
    See(replica_sets, {{"metadata",
                        {{"name", "web-1"},
                         {"namespace", "ns"},
                         {"uid", "rs"},
                         {"ownerReferences", {{{"uid", "d"}, {"controller", true}}}}}}});
    for (std::size_t i = 0; i < pods.size(); ++i) {
      Json& pod = pods[i];
      pod["metadata"]["name"] = "web-1-" + std::to_string(i);
      pod["metadata"]["namespace"] = "ns";
      pod["metadata"]["uid"] = "p" + std::to_string(i);
      pod["metadata"]["ownerReferences"] = {{{"uid", "rs"}, {"controller", true}}};
      See(kube::Pods(), pod);
    }
  }

  Json Running(const std::string& image, const std::string& image_id) const {
    return {{"spec", {{"containers", {{{"name", "app"}, {"image", image}}}}}},
            {"status", {{"containerStatuses", {{{"name", "app"}, {"imageID", image_id}}}}}}};
  }

  Check Judge() {
    Result<Check> check = CheckTarget(*board_, board_->inventory().items[0], target_, digests_, {});
    EXPECT_TRUE(check.ok()) << check.error().ToString();
    return check ? *check : Check();
  }

  fakes::FakeRegistry fake_;
  fakes::StoredManifest image_;
  Target target_;
  oci::Registry registry_ = *oci::Registry::Create({});
  TargetDigests digests_{registry_};
  std::unique_ptr<Board> board_;
};

TEST_F(CheckTargetTest, TheSameDigestIsItWhateverTheRepository) {
  Deploy({Running(target_.Image(), "mirror.example/x@" + image_.digest)});
  EXPECT_EQ(Judge().result, CheckResult::kPassed);
  EXPECT_EQ(registry_.RequestCount(), 0U);
}

TEST_F(CheckTargetTest, TheConfigOfTheManifestIsIt) {
  const Json manifest = *doc::ParseJson(image_.bytes);
  Deploy({Running(target_.Image(), "docker://" + doc::StringAt(manifest, {"config", "digest"}))});
  EXPECT_EQ(Judge().result, CheckResult::kPassed);
}

TEST_F(CheckTargetTest, TheConfigOfAnIndexesChildIsIt) {
  const fakes::StoredManifest index =
      fakes::PushIndex(fake_.store(), "team/web", "2", "seed", {"amd64", "arm64"}, true);
  Pin(index.digest);
  const std::string child = doc::StringAt((*doc::ParseJson(index.bytes))["manifests"][1], {"digest"});
  const Json manifest = *doc::ParseJson(fake_.store().Manifest("team/web", child)->bytes);
  Deploy({Running(target_.Image(), doc::StringAt(manifest, {"config", "digest"})),
          Running(target_.Image(), "x@" + child)});
  EXPECT_EQ(Judge().result, CheckResult::kPassed);
  EXPECT_EQ(fake_.Count("manifest-get"), 4) << "the index and its children, once each";
}

TEST_F(CheckTargetTest, AnotherManifestOfTheSameConfigIsIt) {
  // The same image again, as the only child of an index: containerd reports what it pulled first.
  const Json index = {
      {"schemaVersion", 2},
      {"mediaType", "application/vnd.oci.image.index.v1+json"},
      {"manifests", {{{"mediaType", image_.media_type}, {"digest", image_.digest}, {"size", image_.bytes.size()}}}}};
  const auto around =
      fake_.store().AddManifest("team/web", "application/vnd.oci.image.index.v1+json", doc::Dump(index));
  Deploy({Running(target_.Image(), target_.repository + "@" + around.digest)});
  EXPECT_EQ(Judge().result, CheckResult::kPassed);
}

TEST_F(CheckTargetTest, TheSameConfigInAnotherRepositoryOfTheRegistryIsIt) {
  Json manifest = *doc::ParseJson(image_.bytes);
  manifest["annotations"] = {{"made", "twice"}};
  const auto twin = fake_.store().AddManifest("other/web", image_.media_type, doc::Dump(manifest));
  Deploy({Running(target_.Image(), fake_.address() + "/other/web@" + twin.digest)});
  EXPECT_EQ(Judge().result, CheckResult::kPassed);
}

TEST_F(CheckTargetTest, AnotherImageThatIsKnownFails) {
  const auto other = fakes::PushImage(fake_.store(), "team/web", "other", {.seed = "other"});
  Deploy({Running(target_.Image(), "x@" + image_.digest),
          Running(target_.Image(), target_.repository + "@" + other.digest)});
  const Check check = Judge();
  EXPECT_EQ(check.result, CheckResult::kFailed);
  EXPECT_THAT(check.message, HasSubstr("pod/web-1-1 runs " + other.digest));
}

TEST_F(CheckTargetTest, AnotherConfigFails) {
  Deploy({Running(target_.Image(), "docker://" + kDigest)});
  EXPECT_EQ(Judge().result, CheckResult::kFailed);
}

TEST_F(CheckTargetTest, AManifestThatNobodyKnowsIsANote) {
  Deploy({Running(target_.Image(), "elsewhere.example/web@" + kDigest)});
  const Check check = Judge();
  EXPECT_EQ(check.result, CheckResult::kNote);
  EXPECT_THAT(check.message, HasSubstr("does not know"));
}

TEST_F(CheckTargetTest, APodThatNamesAnotherDigestFailsBeforeItRuns) {
  Deploy({Running(target_.repository + ":1", "")});
  EXPECT_EQ(Judge().result, CheckResult::kFailed);
  Deploy({Running(target_.repository + "@" + kDigest, "")});
  EXPECT_EQ(Judge().result, CheckResult::kFailed);
}

TEST_F(CheckTargetTest, APodWithoutTheContainerFails) {
  Deploy({{{"spec", {{"containers", {{{"name", "other"}}}}}}}});
  EXPECT_EQ(Judge().result, CheckResult::kFailed);
}

TEST_F(CheckTargetTest, WhatCantBeComparedIsANote) {
  Deploy({Running(target_.Image(), "some-runtime/1234")});
  const Check check = Judge();
  EXPECT_EQ(check.result, CheckResult::kNote);
  EXPECT_THAT(check.message, HasSubstr("some-runtime/1234"));
}

TEST_F(CheckTargetTest, IsOpenAsLongAsNothingRuns) {
  Deploy({});
  EXPECT_EQ(Judge().result, CheckResult::kUndecided);
  Deploy({Running(target_.Image(), "x@" + image_.digest), Running(target_.Image(), "")});
  EXPECT_EQ(Judge().result, CheckResult::kUndecided);
}

TEST_F(CheckTargetTest, PodsThatWereReplacedDoNotCount) {
  Json evicted = Running(target_.Image(), "");
  evicted["status"]["phase"] = "Failed";
  Json ending = Running(target_.Image(), "x@" + kDigest);
  ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  Deploy({evicted, ending, Running(target_.Image(), "x@" + image_.digest)});
  EXPECT_EQ(Judge().result, CheckResult::kPassed);
}

TEST_F(CheckTargetTest, ADigestThatTheRegistryHasNotIsAnError) {
  Pin("sha256:" + std::string(64, 'b'));
  Deploy({Running(target_.Image(), "x@" + kDigest)});
  const Result<Check> check = CheckTarget(*board_, board_->inventory().items[0], target_, digests_, {});
  ASSERT_FALSE(check.ok());
  EXPECT_EQ(check.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace kontrakt
