#include "tests/fakes/fake_registry.h"

#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/registry_images.h"
#include "tests/unit/fakes/asking.h"

namespace kontrakt::fakes {
namespace {

using net::Method;

const net::Headers kAny{{"Accept", "*/*"}};

TEST(FakeRegistry, ServesManifestsByTagAndDigest) {
  FakeRegistry registry;
  const StoredManifest image = PushImage(registry.store(), "team/app", "v1");
  Asking client(registry.http().url());
  const net::Response head = client.Ask(Method::kHead, "/v2/team/app/manifests/v1", "", "", kAny);
  EXPECT_EQ(head.headers.Get("Docker-Content-Digest"), image.digest);
  const net::Response got = client.Ask(Method::kGet, "/v2/team/app/manifests/" + image.digest, "", "", kAny);
  EXPECT_EQ(got.body, image.bytes);
  EXPECT_EQ(Digest::Of(got.body).ToString(), image.digest);
  const Json error = client.Json(Method::kGet, "/v2/team/app/manifests/none");
  EXPECT_EQ(error["errors"][0]["code"], "MANIFEST_UNKNOWN");
  EXPECT_EQ(registry.Count("manifest-head"), 1);
  EXPECT_EQ(registry.Count("manifest-get"), 2);
}

TEST(FakeRegistry, TakesUploadsAndMovesTags) {
  FakeRegistry registry;
  Asking client(registry.http().url());
  const std::string digest = Digest::Of("content").ToString();
  const net::Response started = client.Ask(Method::kPost, "/v2/a/blobs/uploads/", "");
  ASSERT_EQ(started.status, 202);
  const std::string location = *started.headers.Get("Location");
  const net::Response patched = client.Ask(Method::kPatch, location, "con", "application/octet-stream");
  EXPECT_EQ(patched.headers.Get("Range"), "0-2");
  const net::Response finished = client.Ask(Method::kPut, *patched.headers.Get("Location") + "&digest=" + digest,
                                            "tent", "application/octet-stream");
  EXPECT_EQ(finished.status, 201);
  EXPECT_EQ(client.Ask(Method::kGet, "/v2/a/blobs/" + digest).body, "content");

  const std::string type = "application/vnd.oci.image.manifest.v1+json";
  const Json manifest = {{"schemaVersion", 2},
                         {"mediaType", type},
                         {"config", {{"digest", digest}, {"size", 7}}},
                         {"layers", Json::array()}};
  EXPECT_EQ(client.Ask(Method::kPut, "/v2/a/manifests/v1", manifest.dump(), type).status, 201);
  EXPECT_EQ(registry.store().DigestOf("a", "v1"), Digest::Of(manifest.dump()).ToString());
  // Another repository does not have the blob.
  EXPECT_EQ(client.Ask(Method::kPut, "/v2/b/manifests/v1", manifest.dump(), type).status, 404);
  EXPECT_EQ(client.Ask(Method::kPut, "/v2/a/manifests/v2", manifest.dump(), "text/plain").status, 400);
}

TEST(FakeRegistry, MountsOrOpensASession) {
  FakeRegistry registry;
  const std::string digest = registry.store().AddBlob("from", "bytes");
  Asking client(registry.http().url());
  const std::string mount = "/v2/to/blobs/uploads/?mount=" + digest + "&from=";
  EXPECT_EQ(client.Ask(Method::kPost, mount + "other").status, 202);
  EXPECT_EQ(client.Ask(Method::kPost, mount + "from").status, 201);
  EXPECT_TRUE(registry.store().HasBlob("to", digest));
  EXPECT_EQ(registry.Count("mount"), 1);
  EXPECT_EQ(registry.Count("mount-refused"), 1);
}

TEST(FakeRegistry, AsksForBasicCredentials) {
  RegistryOptions options;
  options.auth.mode = RegistryAuthMode::kBasic;
  options.auth.users.push_back({"u", "p", "", "*", false});
  FakeRegistry registry(options);
  PushImage(registry.store(), "a", "v1");
  Asking client(registry.http().url());
  const net::Response refused = client.Ask(Method::kGet, "/v2/a/manifests/v1");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.Get("WWW-Authenticate"), "Basic realm=\"fake-registry\"");
  net::Headers headers{{"Authorization", "Basic " + Base64Encode("u:p")}, {"Accept", "*/*"}};
  EXPECT_EQ(client.Ask(Method::kGet, "/v2/a/manifests/v1", "", "", headers).status, 200);
  EXPECT_EQ(client.Ask(Method::kPost, "/v2/a/blobs/uploads/", "", "", headers).status, 403);
}

TEST(FakeRegistry, TokensHoldWhatTheirUserMay) {
  RegistryOptions options;
  options.auth.mode = RegistryAuthMode::kBearer;
  options.auth.users.push_back({"u", "p", "identity", "team/*", true});
  FakeRegistry registry(options);
  PushImage(registry.store(), "team/a", "v1");
  PushImage(registry.store(), "other/a", "v1");
  Asking client(registry.http().url());
  const net::Response refused = client.Ask(Method::kGet, "/v2/team/a/manifests/v1");
  EXPECT_EQ(refused.headers.Get("WWW-Authenticate"), "Bearer realm=\"" + registry.http().url() +
                                                         "/token\",service=\"fake-registry\","
                                                         "scope=\"repository:team/a:pull\"");
  const net::Headers basic{{"Authorization", "Basic " + Base64Encode("u:p")}};
  const net::Response issued = client.Ask(
      Method::kGet, "/token?service=s&scope=repository:team/a:pull&scope=repository:other/a:pull", "", "", basic);
  const net::Headers bearer{{"Authorization", "Bearer " + Text(Json::parse(issued.body), "token")}, {"Accept", "*/*"}};
  EXPECT_EQ(client.Ask(Method::kGet, "/v2/team/a/manifests/v1", "", "", bearer).status, 200);
  const net::Response foreign = client.Ask(Method::kGet, "/v2/other/a/manifests/v1", "", "", bearer);
  EXPECT_EQ(foreign.status, 401);
  EXPECT_NE(foreign.headers.Get("WWW-Authenticate")->find("insufficient_scope"), std::string::npos);
  EXPECT_EQ(registry.auth().tokens(), 1);
  EXPECT_EQ(
      client
          .Ask(Method::kPost, "/token", "grant_type=refresh_token&refresh_token=identity&scope=repository:team/a:pull",
               "application/x-www-form-urlencoded")
          .status,
      200);
  EXPECT_EQ(client.Ask(Method::kGet, "/token?scope=repository:team/a:pull").status, 401);
}

TEST(FakeRegistry, RedirectsBlobsToAHostThatWantsNoCredentials) {
  RegistryOptions options;
  options.redirect_blobs = true;
  FakeRegistry registry(options);
  const std::string digest = registry.store().AddBlob("a", "bytes");
  Asking client(registry.http().url());
  const net::Response redirect = client.Ask(Method::kGet, "/v2/a/blobs/" + digest);
  ASSERT_EQ(redirect.status, 307);
  EXPECT_EQ(client.Ask(Method::kGet, *redirect.headers.Get("Location")).body, "bytes");
  EXPECT_FALSE(registry.StorageSawCredentials());
  EXPECT_EQ(client.Ask(Method::kGet, *redirect.headers.Get("Location"), "", "", {{"Authorization", "Basic x"}}).status,
            400);
  EXPECT_TRUE(registry.StorageSawCredentials());
}

TEST(FakeRegistry, IndexesNameTheirPlatformsAndReferrersTheirSubject) {
  FakeRegistry registry;
  const StoredManifest index = PushIndex(registry.store(), "a", "v1", "seed", {"amd64", "arm64"}, true);
  EXPECT_EQ(Json::parse(index.bytes)["manifests"].size(), 3u);
  const StoredManifest referrer = PushReferrer(registry.store(), "a", index, "application/test", "{}");
  Asking client(registry.http().url());
  const Json referrers = client.Json(Method::kGet, "/v2/a/referrers/" + index.digest);
  ASSERT_EQ(referrers["manifests"].size(), 1u);
  EXPECT_EQ(referrers["manifests"][0]["digest"], referrer.digest);
}

}  // namespace
}  // namespace kontrakt::fakes
