#include "lib/oci/registry.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/oci/errors.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt::oci {
namespace {

using fakes::FakeRegistry;
using fakes::FaultKind;
using fakes::RegistryAuthMode;
using fakes::StoredManifest;

RegistryOptions Impatient() {
  RegistryOptions options;
  options.retry = {.attempts = 2, .first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(2)};
  return options;
}

Keychain KeychainFor(const std::string& host, const std::string& user = "u") {
  Keychain keychain;
  EXPECT_TRUE(keychain
                  .AddDockerConfigJson(R"({"auths":{")" + host + R"(":{"username":")" + user + R"(","password":"p"}}})",
                                       "test.json")
                  .ok());
  return keychain;
}

class AgainstAFake : public testing::Test {
 protected:
  explicit AgainstAFake(fakes::RegistryOptions options = {}) : fake_(std::move(options)) {}
  Reference Tagged(const std::string& tag, const std::string& path = "team/web") const {
    return Reference{Repository{fake_.address(), path}, tag, {}};
  }
  Reference ByDigest(const std::string& digest) const {
    return Reference{Repository{fake_.address(), "team/web"}, "", *Digest::Parse(digest)};
  }
  Repository repository() const { return Repository{fake_.address(), "team/web"}; }

  FakeRegistry fake_;
  Registry client_ = *Registry::Create(Impatient());
};

TEST_F(AgainstAFake, ResolvesATagInOneRequest) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  const Result<Resolved> resolved = client_.Resolve(Tagged("1"), Access::kPull, {});
  ASSERT_TRUE(resolved.ok()) << resolved.error().ToString();
  EXPECT_EQ(resolved->digest.ToString(), image.digest);
  EXPECT_EQ(resolved->media_type, image.media_type);
  EXPECT_EQ(resolved->size, image.bytes.size());
  EXPECT_EQ(client_.RequestCount(), 1u);
  EXPECT_EQ(fake_.Count("manifest-head"), 1);
}

TEST_F(AgainstAFake, SaysWhatIsMissing) {
  const Result<Resolved> resolved = client_.Resolve(Tagged("absent"), Access::kPull, {});
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(resolved.error().ToString(),
            "reading " + fake_.address() + "/team/web:absent: registry " + fake_.address() + " has no such image");
}

TEST_F(AgainstAFake, FetchesAManifestByteForByte) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1", {.docker = true});
  const Result<Manifest> manifest = client_.FetchManifest(Tagged("1"), Access::kPull, {});
  ASSERT_TRUE(manifest.ok()) << manifest.error().ToString();
  EXPECT_EQ(manifest->bytes, image.bytes);
  EXPECT_EQ(manifest->media_type, kDockerManifest);
  EXPECT_EQ(manifest->digest.ToString(), image.digest);
}

TEST_F(AgainstAFake, DistrustsBytesThatDoNotMatch) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  fake_.http().faults().Add({.method = "GET", .count = 0, .kind = FaultKind::kCorruptBody});
  for (const Reference& reference : {Tagged("1"), ByDigest(image.digest)}) {
    const Result<Manifest> manifest = client_.FetchManifest(reference, Access::kPull, {});
    ASSERT_FALSE(manifest.ok());
    EXPECT_EQ(manifest.error().reason(), kDigestMismatch);
  }
}

TEST_F(AgainstAFake, DistrustsADigestHeaderThatDoesNotMatch) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  fake_.http().faults().Add({.count = 0, .kind = FaultKind::kWrongDigest});
  EXPECT_EQ(client_.FetchManifest(Tagged("1"), Access::kPull, {}).error().reason(), kDigestMismatch);
  EXPECT_EQ(client_.Resolve(ByDigest(image.digest), Access::kPull, {}).error().reason(), kDigestMismatch);
}

TEST_F(AgainstAFake, SaysWhenHtmlComesInPlaceOfAManifest) {
  fake_.http().faults().Add(
      {.method = "GET",
       .count = 0,
       .kind = FaultKind::kAnswer,
       .answer = {.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<html>Log in</html>"}});
  const Result<Manifest> manifest = client_.FetchManifest(Tagged("1"), Access::kPull, {});
  ASSERT_FALSE(manifest.ok());
  EXPECT_EQ(manifest.error().code(), ErrorCode::kInvalidInput);
  EXPECT_NE(manifest.error().ToString().find("no JSON object but text/html"), std::string::npos);
}

TEST_F(AgainstAFake, AsksAgainByGetWhyAHeadFailed) {
  fake_.http().faults().Add({.count = 0,
                             .kind = FaultKind::kAnswer,
                             .answer = fakes::RegistryErrorAnswer(403, "DENIED", "your account is suspended")});
  const Result<Resolved> resolved = client_.Resolve(Tagged("1"), Access::kPull, {});
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().code(), ErrorCode::kDenied);
  EXPECT_NE(resolved.error().ToString().find("your account is suspended"), std::string::npos);
}

TEST_F(AgainstAFake, WaitsForTheTimeThatAThrottledAnswerNames) {
  fakes::PushImage(fake_.store(), "team/web", "1");
  fake_.http().faults().Add(
      {.kind = FaultKind::kAnswer, .answer = {.status = 429, .headers = {{"Retry-After", "0"}}, .body = ""}});
  EXPECT_TRUE(client_.Resolve(Tagged("1"), Access::kPull, {}).ok());
  EXPECT_EQ(client_.RequestCount(), 2u);
}

TEST_F(AgainstAFake, GivesUpOnAServerThatStaysBroken) {
  fake_.http().faults().Add(
      {.count = 0, .kind = FaultKind::kAnswer, .answer = {.status = 503, .headers = {}, .body = ""}});
  EXPECT_EQ(client_.Resolve(Tagged("1"), Access::kPull, {}).error().code(), ErrorCode::kUnavailable);
}

TEST_F(AgainstAFake, PutsAManifestUnderATagOrItsDigest) {
  fakes::PushImage(fake_.store(), "team/web", "1");
  const Manifest manifest = *client_.FetchManifest(Tagged("1"), Access::kPull, {});
  ASSERT_TRUE(client_.PutManifest(repository(), "stable", manifest, {}).ok());
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), manifest.digest.ToString());
  ASSERT_TRUE(client_.PutManifest(repository(), "", manifest, {}).ok());
}

TEST_F(AgainstAFake, NoticesWhenTheRegistryStoredSomethingElse) {
  fakes::PushImage(fake_.store(), "team/web", "1");
  const Manifest manifest = *client_.FetchManifest(Tagged("1"), Access::kPull, {});
  fake_.http().faults().Add({.method = "PUT", .kind = FaultKind::kWrongDigest});
  EXPECT_EQ(client_.PutManifest(repository(), "stable", manifest, {}).error().reason(), kDigestMismatch);
}

TEST_F(AgainstAFake, WaitsUntilTheRegistrySeesItsBlobs) {
  fakes::PushImage(fake_.store(), "team/web", "1");
  const Manifest manifest = *client_.FetchManifest(Tagged("1"), Access::kPull, {});
  fake_.http().faults().Add({.method = "PUT",
                             .count = 2,
                             .kind = FaultKind::kAnswer,
                             .answer = fakes::RegistryErrorAnswer(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown")});
  const Result<void> put = client_.PutManifest(repository(), "stable", manifest, {});
  EXPECT_TRUE(put.ok()) << put.error().ToString();
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), manifest.digest.ToString());
}

TEST_F(AgainstAFake, SaysWhichBlobsAManifestLacks) {
  fakes::PushImage(fake_.store(), "team/web", "1");
  const Manifest manifest = *client_.FetchManifest(Tagged("1"), Access::kPull, {});
  const Result<void> put = client_.PutManifest(Repository{fake_.address(), "other"}, "1", manifest, {});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().reason(), "MANIFEST_BLOB_UNKNOWN");
}

TEST_F(AgainstAFake, PutsAndFetchesBlobs) {
  const Digest digest = Digest::Of("blob bytes");
  EXPECT_FALSE(*client_.HasBlob(repository(), digest, {}));
  ASSERT_TRUE(client_.PutBlob(repository(), "blob bytes", digest, {}).ok());
  EXPECT_TRUE(*client_.HasBlob(repository(), digest, {}));
  Descriptor blob;
  blob.digest = digest;
  blob.size = 10;
  EXPECT_EQ(*client_.FetchBlob(repository(), blob, {}), "blob bytes");
  fake_.http().faults().Add({.method = "GET", .kind = FaultKind::kCorruptBody});
  EXPECT_EQ(client_.FetchBlob(repository(), blob, {}).error().reason(), kDigestMismatch);
}

TEST_F(AgainstAFake, FetchesNoMoreThanTheDescriptorSays) {
  Descriptor blob;
  blob.digest = *Digest::Parse(fake_.store().AddBlob("team/web", std::string(1000, 'x')));
  blob.size = 10;
  EXPECT_EQ(client_.FetchBlob(repository(), blob, {}).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(AgainstAFake, MayPushWhereAnUploadCanBeOpenedAndCancelsIt) {
  EXPECT_TRUE(*client_.MayPush(repository(), {}));
  EXPECT_EQ(fake_.Count("upload-start"), 1);
  EXPECT_EQ(fake_.Count("upload-cancel"), 1);
}

TEST_F(AgainstAFake, MayNotPushWhereUploadsAreUnsupported) {
  fake_.http().faults().Add({.method = "POST",
                             .kind = FaultKind::kAnswer,
                             .answer = fakes::RegistryErrorAnswer(405, "UNSUPPORTED", "read-only")});
  EXPECT_FALSE(*client_.MayPush(repository(), {}));
}

TEST_F(AgainstAFake, StopsAtTheDeadline) {
  fake_.http().faults().Add({.count = 0, .kind = FaultKind::kDelay, .delay = std::chrono::seconds(30)});
  const Bound bound{{}, Deadline::After(std::chrono::milliseconds(50))};
  EXPECT_EQ(client_.Resolve(Tagged("1"), Access::kPull, bound).error().code(), ErrorCode::kTimeout);
}

class WithoutDigestHeader : public AgainstAFake {
 protected:
  WithoutDigestHeader() : AgainstAFake({.digest_header = false}) {}
};

TEST_F(WithoutDigestHeader, HashesWhatItGets) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  const Result<Resolved> resolved = client_.Resolve(Tagged("1"), Access::kPull, {});
  ASSERT_TRUE(resolved.ok()) << resolved.error().ToString();
  EXPECT_EQ(resolved->digest.ToString(), image.digest);
}

class WithImmutableTags : public AgainstAFake {
 protected:
  WithImmutableTags() : AgainstAFake({.immutable_tags = "v*"}) {}
};

TEST_F(WithImmutableTags, IsAConflict) {
  fakes::PushImage(fake_.store(), "team/web", "v1", {.seed = "old"});
  fakes::PushImage(fake_.store(), "team/web", "new", {.seed = "new"});
  const Manifest manifest = *client_.FetchManifest(Tagged("new"), Access::kPull, {});
  const Result<void> put = client_.PutManifest(repository(), "v1", manifest, {});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().code(), ErrorCode::kConflict) << put.error().ToString();
}

class WithBearer : public AgainstAFake {
 protected:
  WithBearer() : AgainstAFake(Options()) {
    RegistryOptions options = Impatient();
    options.keychain = KeychainFor(fake_.address());
    client_ = *Registry::Create(std::move(options));
  }
  static fakes::RegistryOptions Options() {
    fakes::RegistryOptions options;
    options.auth.mode = RegistryAuthMode::kBearer;
    options.auth.users = {{.name = "u", .password = "p"}, {.name = "reader", .password = "p", .may_push = false}};
    return options;
  }
};

TEST_F(WithBearer, RetagsInFiveRequests) {
  const StoredManifest image = fakes::PushImage(fake_.store(), "team/web", "1");
  EXPECT_EQ(client_.Resolve(Tagged("stable"), Access::kPush, {}).error().code(), ErrorCode::kNotFound);
  const Manifest manifest = *client_.FetchManifest(ByDigest(image.digest), Access::kPush, {});
  ASSERT_TRUE(client_.PutManifest(repository(), "stable", manifest, {}).ok());
  EXPECT_EQ(client_.RequestCount(), 5u);
  EXPECT_EQ(fake_.auth().tokens(), 1);
}

TEST_F(WithBearer, TellsWhoMayNotPush) {
  EXPECT_TRUE(*client_.MayPush(repository(), {}));
  const Registry reader = client_.WithKeychain(KeychainFor(fake_.address(), "reader"));
  EXPECT_FALSE(*reader.MayPush(repository(), {}));
  EXPECT_FALSE(*client_.WithKeychain(Keychain()).MayPush(repository(), {}));
  EXPECT_TRUE(*client_.MayPush(repository(), {}));
}

TEST_F(WithBearer, SaysWhichCredentialsAreNotEnough) {
  fakes::PushImage(fake_.store(), "team/web", "1");
  const Registry reader = client_.WithKeychain(KeychainFor(fake_.address(), "reader"));
  const Manifest manifest = *reader.FetchManifest(Tagged("1"), Access::kPull, {});
  const Result<void> put = reader.PutManifest(repository(), "stable", manifest, {});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().code(), ErrorCode::kDenied);
  EXPECT_EQ(put.error().hint(), "the credentials of test.json do not allow it");
}

TEST_F(WithBearer, SaysWhenThereAreNoCredentials) {
  const Registry stranger = client_.WithKeychain(Keychain());
  const Result<Resolved> resolved = stranger.Resolve(Tagged("1"), Access::kPull, {});
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().code(), ErrorCode::kDenied);
  EXPECT_NE(resolved.error().hint()->find("docker login"), std::string::npos);
}

TEST(RegistryDown, IsUnavailable) {
  std::string address;
  {
    const FakeRegistry gone;
    address = gone.address();
  }
  const Registry client = *Registry::Create(Impatient());
  const Result<Resolved> resolved = client.Resolve(Reference{Repository{address, "a"}, "1", {}}, Access::kPull, {});
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(resolved.error().ToString().find(address), std::string::npos);
}

}  // namespace
}  // namespace kontrakt::oci
