#include "lib/oci/copy.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/doc/json.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt::oci {
namespace {

using fakes::FakeRegistry;
using fakes::FaultKind;
using fakes::RegistryAuthMode;
using fakes::StoredManifest;

Registry ClientFor(const std::vector<std::string>& hosts) {
  RegistryOptions options;
  options.retry = {.attempts = 2, .first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(2)};
  for (const std::string& host : hosts) {
    EXPECT_TRUE(
        options.keychain.AddDockerConfigJson(R"({"auths":{")" + host + R"(":{"username":"u","password":"p"}}})", "test")
            .ok());
  }
  return *Registry::Create(std::move(options));
}

fakes::RegistryOptions WithAuth(RegistryAuthMode mode) {
  fakes::RegistryOptions options;
  options.auth.mode = mode;
  options.auth.users = {{.name = "u", .password = "p"}};
  return options;
}

/// An index over four images of eight layers each: the case that peers are measured by.
StoredManifest PushFourPlatforms(fakes::RegistryStore& store, const std::string& repository, const std::string& tag) {
  doc::Json index = {{"schemaVersion", 2}, {"mediaType", kOciIndex}, {"manifests", doc::Json::array()}};
  for (const char* architecture : {"amd64", "arm64", "riscv64", "s390x"}) {
    const StoredManifest child = fakes::PushImage(
        store, repository, "", {.seed = "four", .layers = 8, .os = "linux", .architecture = architecture});
    index["manifests"].push_back(
        {{"mediaType", child.media_type}, {"digest", child.digest}, {"size", child.bytes.size()}});
  }
  StoredManifest stored = store.AddManifest(repository, std::string(kOciIndex), index.dump());
  store.Tag(repository, tag, stored.digest);
  return stored;
}

Reference ByDigest(const FakeRegistry& registry, const std::string& path, const std::string& digest) {
  return Reference{Repository{registry.address(), path}, "", *Digest::Parse(digest)};
}

/// Everything that a manifest names is where it should be.
void ExpectWhole(FakeRegistry& registry, const std::string& path, const std::string& digest) {
  const auto stored = registry.store().Manifest(path, digest);
  ASSERT_TRUE(stored) << digest;
  const Result<Manifest> manifest = ParseManifest(stored->bytes, stored->media_type);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->digest.ToString(), digest);
  for (const Descriptor& child : manifest->manifests) {
    ExpectWhole(registry, path, child.digest.ToString());
  }
  for (const Descriptor& layer : manifest->layers) {
    EXPECT_TRUE(registry.store().HasBlob(path, layer.digest.ToString()));
  }
}

TEST(CopySameRegistry, MountsOneImageInElevenRequests) {
  FakeRegistry registry;
  const StoredManifest image = fakes::PushImage(registry.store(), "stage/web", "1", {.layers = 8});
  const Registry client = ClientFor({});
  const auto counts =
      client.Copy(ByDigest(registry, "stage/web", image.digest), Repository{registry.address(), "live/web"}, "v1", {});
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_mounted, 9u);
  EXPECT_EQ(counts->bytes_copied, 0u);
  EXPECT_EQ(client.RequestCount(), 11u);
  EXPECT_EQ(registry.Count("blob-head"), 0);
  EXPECT_EQ(registry.Count("ping"), 0);
  EXPECT_EQ(registry.store().DigestOf("live/web", "v1"), image.digest);
  ExpectWhole(registry, "live/web", image.digest);
}

struct Index {
  const char* name;
  RegistryAuthMode mode;
  std::uint64_t requests;
};

class CopyIndex : public testing::TestWithParam<Index> {};

TEST_P(CopyIndex, MountsAllPlatformsInTheFewestRequests) {
  FakeRegistry registry(WithAuth(GetParam().mode));
  const StoredManifest index = PushFourPlatforms(registry.store(), "stage/web", "1");
  const Registry client = ClientFor({registry.address()});
  const auto counts =
      client.Copy(ByDigest(registry, "stage/web", index.digest), Repository{registry.address(), "live/web"}, "v1", {});
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_mounted, 36u);
  EXPECT_EQ(counts->manifests, 5u);
  EXPECT_EQ(client.RequestCount(), GetParam().requests);
  ExpectWhole(registry, "live/web", index.digest);
  EXPECT_EQ(registry.store().Tags("live/web"), std::vector<std::string>{"v1"});
}

INSTANTIATE_TEST_SUITE_P(Copy, CopyIndex,
                         testing::Values(Index{"WithoutAuth", RegistryAuthMode::kNone, 46},
                                         Index{"Basic", RegistryAuthMode::kBasic, 47},
                                         Index{"Bearer", RegistryAuthMode::kBearer, 48}),
                         [](const auto& test) { return test.param.name; });

TEST(CopySameRegistry, CopiesWhereMountsAreDeclined) {
  FakeRegistry registry({.mounts = false});
  const StoredManifest image = fakes::PushImage(registry.store(), "stage/web", "1");
  const Registry client = ClientFor({});
  const auto counts =
      client.Copy(ByDigest(registry, "stage/web", image.digest), Repository{registry.address(), "live/web"}, "v1", {});
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_copied, 3u);
  // The uploads that the declined mounts opened are those that are used.
  EXPECT_EQ(registry.Count("upload-start"), 0);
  ExpectWhole(registry, "live/web", image.digest);
}

TEST(CopySameRegistry, CopiesWhereMountsAreRefused) {
  FakeRegistry registry;
  const StoredManifest image = fakes::PushImage(registry.store(), "stage/web", "1");
  registry.http().faults().Add({.method = "POST",
                                .path = "*?mount=*",
                                .count = 0,
                                .kind = FaultKind::kAnswer,
                                .answer = fakes::RegistryErrorAnswer(404, "NAME_UNKNOWN", "no such repository")});
  const auto counts = ClientFor({}).Copy(ByDigest(registry, "stage/web", image.digest),
                                         Repository{registry.address(), "live/web"}, "v1", {});
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_copied, 3u);
  ExpectWhole(registry, "live/web", image.digest);
}

TEST(CopySameRegistry, SendsNothingForWhatADeclinedMountFindsThere) {
  FakeRegistry registry({.mounts = false});
  const StoredManifest image = fakes::PushImage(registry.store(), "stage/web", "1");
  fakes::PushImage(registry.store(), "live/web", "");
  const auto counts = ClientFor({}).Copy(ByDigest(registry, "stage/web", image.digest),
                                         Repository{registry.address(), "live/web"}, "v1", {});
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->blobs_present, 3u);
  EXPECT_EQ(registry.Count("blob-get"), 0);
  EXPECT_EQ(registry.Count("upload-cancel"), 3);
}

TEST(CopySameRepository, MovesOnlyTheTag) {
  FakeRegistry registry;
  const StoredManifest index = PushFourPlatforms(registry.store(), "team/web", "1");
  const Registry client = ClientFor({});
  ASSERT_TRUE(
      client
          .Copy(ByDigest(registry, "team/web", index.digest), Repository{registry.address(), "team/web"}, "stable", {})
          .ok());
  EXPECT_EQ(client.RequestCount(), 2u);
  EXPECT_EQ(registry.store().DigestOf("team/web", "stable"), index.digest);
}

class CopyAcross : public testing::Test {
 protected:
  Result<Registry::CopyCounts> Run(const std::string& digest, const std::string& to = "live/web") {
    return client_.Copy(ByDigest(source_, "stage/web", digest), Repository{destination_.address(), to}, "v1", {});
  }
  FakeRegistry source_{{.redirect_blobs = true}};
  FakeRegistry destination_{{.relative_locations = true}};
  Registry client_ = ClientFor({});
};

TEST_F(CopyAcross, BringsEveryPlatform) {
  const StoredManifest index = fakes::PushIndex(source_.store(), "stage/web", "1", "seed", {"amd64", "arm64"}, true);
  const auto counts = Run(index.digest);
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_mounted, 0u);
  EXPECT_GE(counts->blobs_copied, 6u);
  EXPECT_EQ(destination_.store().DigestOf("live/web", "v1"), index.digest);
  EXPECT_EQ(destination_.store().Manifest("live/web", "v1")->bytes, index.bytes);
  ExpectWhole(destination_, "live/web", index.digest);
}

TEST_F(CopyAcross, SendsNothingThatIsThere) {
  const StoredManifest image = fakes::PushImage(source_.store(), "stage/web", "1");
  fakes::PushImage(destination_.store(), "live/web", "");
  const auto counts = Run(image.digest);
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_copied, 0u);
  EXPECT_EQ(destination_.Count("blob-head"), 0);
  EXPECT_EQ(destination_.Count("upload-start"), 0);
  EXPECT_EQ(destination_.store().DigestOf("live/web", "v1"), image.digest);
}

TEST_F(CopyAcross, SendsOnlyTheBlobsThatAreMissing) {
  const StoredManifest image = fakes::PushImage(source_.store(), "stage/web", "1", {.layers = 4});
  const Manifest manifest = *ParseManifest(image.bytes, image.media_type);
  destination_.store().AddBlob("live/web", *source_.store().AnyBlob(manifest.layers[0].digest.ToString()));
  const auto counts = Run(image.digest);
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->blobs_present, 1u);
  EXPECT_EQ(counts->blobs_copied, 4u);
}

TEST_F(CopyAcross, MountsInASecondRepositoryWhatTheFirstGot) {
  const StoredManifest image = fakes::PushImage(source_.store(), "stage/web", "1");
  ASSERT_TRUE(Run(image.digest).ok());
  const auto counts = Run(image.digest, "other/web");
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->blobs_copied, 0u);
  EXPECT_EQ(counts->blobs_mounted, 3u);
  ExpectWhole(destination_, "other/web", image.digest);
}

TEST_F(CopyAcross, LeavesForeignLayersWhereTheyAre) {
  const std::string config = source_.store().AddBlob("stage/web", "{}");
  const doc::Json manifest = {
      {"schemaVersion", 2},
      {"mediaType", kDockerManifest},
      {"config", {{"mediaType", "c"}, {"digest", config}, {"size", 2}}},
      {"layers", doc::Json::array({{{"mediaType", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"},
                                    {"digest", Digest::Of("elsewhere").ToString()},
                                    {"size", 9},
                                    {"urls", {"https://example.com/layer"}}}})}};
  const StoredManifest image = source_.store().AddManifest("stage/web", std::string(kDockerManifest), manifest.dump());
  const auto counts = Run(image.digest);
  if (counts) {
    EXPECT_EQ(counts->blobs_copied, 1u);
  } else {
    // The registry may insist on the layer; what matters is that nobody asked the source for it.
    EXPECT_EQ(counts.error().reason(), "MANIFEST_BLOB_UNKNOWN");
  }
  EXPECT_EQ(source_.Count("blob-get"), 1);
}

TEST_F(CopyAcross, BringsIndexesWithinIndexes) {
  const StoredManifest inner = fakes::PushIndex(source_.store(), "stage/web", "", "inner");
  const doc::Json outer = {
      {"schemaVersion", 2},
      {"mediaType", kOciIndex},
      {"manifests",
       doc::Json::array({{{"mediaType", inner.media_type}, {"digest", inner.digest}, {"size", inner.bytes.size()}}})}};
  const StoredManifest index = source_.store().AddManifest("stage/web", std::string(kOciIndex), outer.dump());
  const auto counts = Run(index.digest);
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->manifests, 4u);
  ExpectWhole(destination_, "live/web", index.digest);
}

TEST_F(CopyAcross, TakesEmbeddedManifestsFromTheIndex) {
  const StoredManifest child = fakes::PushImage(source_.store(), "stage/web", "");
  const doc::Json outer = {{"schemaVersion", 2},
                           {"mediaType", kOciIndex},
                           {"manifests", doc::Json::array({{{"mediaType", child.media_type},
                                                            {"digest", child.digest},
                                                            {"size", child.bytes.size()},
                                                            {"data", Base64Encode(child.bytes)}}})}};
  const StoredManifest index = source_.store().AddManifest("stage/web", std::string(kOciIndex), outer.dump());
  ASSERT_TRUE(Run(index.digest).ok());
  EXPECT_EQ(source_.Count("manifest-get"), 1);
  ExpectWhole(destination_, "live/web", index.digest);
}

TEST_F(CopyAcross, LeavesNoTagWhenABlobIsMissing) {
  const StoredManifest image = fakes::PushImage(source_.store(), "stage/web", "1");
  source_.http().faults().Add({.method = "GET",
                               .path = "*/blobs/*",
                               .count = 0,
                               .kind = FaultKind::kAnswer,
                               .answer = fakes::RegistryErrorAnswer(404, "BLOB_UNKNOWN", "blob unknown")});
  const auto counts = Run(image.digest);
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(destination_.store().Tags("live/web").empty());
}

TEST_F(CopyAcross, CopiesContentBeforeTheManifestHasAPlace) {
  const StoredManifest image = fakes::PushImage(source_.store(), "stage/web", "1");
  const Repository destination{destination_.address(), "live/web"};
  const auto copied = client_.CopyContent(ByDigest(source_, "stage/web", image.digest), destination, {});
  ASSERT_TRUE(copied.ok());
  EXPECT_EQ(copied->manifest.digest.ToString(), image.digest);
  EXPECT_FALSE(copied->was_there);
  EXPECT_FALSE(destination_.store().Manifest("live/web", image.digest));
  EXPECT_EQ(destination_.Count("manifest-put"), 0);
}

TEST_F(CopyAcross, SurvivesFaultsOnTheWay) {
  const StoredManifest index = fakes::PushIndex(source_.store(), "stage/web", "1", "seed");
  source_.http().faults().Add({.method = "GET", .path = "*/blobs/*", .from = 2, .kind = FaultKind::kDropBefore});
  source_.http().faults().Add({.method = "GET", .path = "*/manifests/*", .from = 2, .kind = FaultKind::kDropBefore});
  destination_.http().faults().Add({.method = "PUT", .path = "*/blobs/*", .from = 2, .kind = FaultKind::kDropAfter});
  destination_.http().faults().Add({.method = "HEAD",
                                    .from = 3,
                                    .kind = FaultKind::kAnswer,
                                    .answer = {.status = 429, .headers = {{"Retry-After", "0"}}, .body = ""}});
  const auto counts = Run(index.digest);
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  ExpectWhole(destination_, "live/web", index.digest);
}

TEST(CopyAcrossWithTokens, AsksEachRegistryOnce) {
  FakeRegistry source(WithAuth(RegistryAuthMode::kBearer));
  FakeRegistry destination(WithAuth(RegistryAuthMode::kBearer));
  const StoredManifest index = PushFourPlatforms(source.store(), "stage/web", "1");
  const Registry client = ClientFor({source.address(), destination.address()});
  const auto counts =
      client.Copy(ByDigest(source, "stage/web", index.digest), Repository{destination.address(), "live/web"}, "v1", {});
  ASSERT_TRUE(counts.ok()) << counts.error().ToString();
  EXPECT_EQ(counts->blobs_copied, 36u);
  EXPECT_EQ(source.auth().tokens(), 1);
  EXPECT_EQ(destination.auth().tokens(), 1);
  EXPECT_EQ(source.Count("challenge"), 1);
  EXPECT_EQ(destination.Count("challenge"), 1);
  ExpectWhole(destination, "live/web", index.digest);
}

}  // namespace
}  // namespace kontrakt::oci
