#include "lib/oci/upload.h"

#include <gtest/gtest.h>

#include "lib/oci/errors.h"
#include "tests/fakes/scripted_transport.h"

namespace kontrakt::oci {
namespace {

const Repository kRepository{"reg.example", "team/web"};

class Upload : public testing::Test {
 protected:
  Upload() {
    RegistryOptions options;
    options.transport = &transport_;
    options.plain_http = {"plain.example"};
    options.retry = {.attempts = 1};
    session_ = std::make_unique<Session>(*Network::Create(options), Keychain());
  }
  std::string LastUrl() const { return transport_.Requests().back().request.url.ToString(); }

  fakes::ScriptedTransport transport_;
  std::unique_ptr<Session> session_;
};

struct Location {
  const char* name;
  const char* answered;
  const char* resolved;  ///< empty: refused
};

class UploadLocation : public Upload, public testing::WithParamInterface<Location> {};

TEST_P(UploadLocation, IsResolvedAgainstWhatWasAsked) {
  transport_.Expect(net::Method::kPost, "https://reg.example/v2/team/web/blobs/uploads/", 202, "",
                    {{"Location", GetParam().answered}});
  const Result<net::Url> location = StartUpload(*session_, kRepository, {});
  EXPECT_EQ(location ? location->ToString() : "", GetParam().resolved);
}

INSTANTIATE_TEST_SUITE_P(
    Upload, UploadLocation,
    testing::Values(Location{"Absolute", "https://up.example/x/1", "https://up.example/x/1"},
                    Location{"Path", "/v2/team/web/blobs/uploads/1", "https://reg.example/v2/team/web/blobs/uploads/1"},
                    Location{"SchemeRelative", "//up.example/x", "https://up.example/x"},
                    Location{"KeepsItsQuery", "/u/1?_state=a%2Bb%3D", "https://reg.example/u/1?_state=a%2Bb%3D"},
                    Location{"HttpOfTheSameHost", "http://reg.example/u/1", "https://reg.example/u/1"},
                    Location{"HttpOfAnotherHost", "http://up.example/u/1", ""},
                    Location{"HttpOfAPlainHost", "http://plain.example/u/1", "http://plain.example/u/1"},
                    Location{"Missing", "", ""}),
    [](const auto& test) { return test.param.name; });

TEST_F(Upload, AppendsTheDigestToTheQuery) {
  transport_.Expect(net::Method::kPut, "*", 201);
  const Digest digest = Digest::Of("blob");
  ASSERT_TRUE(
      FinishUpload(*session_, kRepository, *net::Url::Parse("https://reg.example/u/1?_state=x"), "blob", digest, {})
          .ok());
  EXPECT_EQ(LastUrl(), "https://reg.example/u/1?_state=x&digest=sha256%3A" + std::string(digest.hex()));
  EXPECT_EQ(transport_.Requests().back().body, "blob");
}

TEST_F(Upload, TakesAPipesBytes) {
  transport_.Expect(net::Method::kPut, "*", 201);
  const auto pipe = std::make_shared<Pipe>(Digest::Of("blob"), 4, 100);
  ASSERT_TRUE(pipe->Push("blob").ok());
  ASSERT_TRUE(FinishUpload(*session_, kRepository, *net::Url::Parse("https://reg.example/u/1"), pipe, {}).ok());
  EXPECT_EQ(transport_.Requests().back().body, "blob");
  EXPECT_EQ(transport_.Requests().back().request.source_size, 4u);
}

TEST_F(Upload, MountsWithBothRepositories) {
  transport_.Expect(net::Method::kPost, "*", 201);
  const Digest digest = Digest::Of("blob");
  const Result<MountAnswer> answer = TryMount(*session_, {"reg.example", "base/img"}, kRepository, digest, {});
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->mounted);
  EXPECT_EQ(LastUrl(), "https://reg.example/v2/team/web/blobs/uploads/?mount=sha256%3A" + std::string(digest.hex()) +
                           "&from=base%2Fimg");
}

struct Mount {
  const char* name;
  int status;
  bool fails;
};

class RefusedMount : public Upload, public testing::WithParamInterface<Mount> {};

TEST_P(RefusedMount, IsNoErrorUnlessTheRegistryIsUnwell) {
  transport_.Expect(net::Method::kPost, "*", GetParam().status);
  const Result<MountAnswer> answer = TryMount(*session_, {"reg.example", "a"}, kRepository, Digest::Of("b"), {});
  EXPECT_EQ(answer.ok(), !GetParam().fails);
  if (answer) {
    EXPECT_FALSE(answer->mounted);
  }
}

INSTANTIATE_TEST_SUITE_P(Upload, RefusedMount,
                         testing::Values(Mount{"BadRequest", 400, false}, Mount{"Unauthorized", 401, false},
                                         Mount{"Forbidden", 403, false}, Mount{"NotFound", 404, false},
                                         Mount{"NotAllowed", 405, false}, Mount{"Throttled", 429, true},
                                         Mount{"Broken", 503, true}),
                         [](const auto& test) { return test.param.name; });

TEST_F(Upload, GoesOnWithTheUploadThatAMountOpened) {
  transport_.Expect(net::Method::kPost, "*", 202, "", {{"Location", "/u/7"}});
  const Result<MountAnswer> answer = TryMount(*session_, {"reg.example", "a"}, kRepository, Digest::Of("b"), {});
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->mounted);
  EXPECT_EQ(answer->location->ToString(), "https://reg.example/u/7");
}

TEST_F(Upload, ShowsAnotherHostNoCredentials) {
  transport_.Expect(net::Method::kPut, "https://up.example/*", 201);
  Keychain keychain;
  ASSERT_TRUE(keychain.AddDockerConfigJson(R"({"auths":{"reg.example":{"registrytoken":"fixed"}}})", "t").ok());
  Session session(session_->shared_network(), std::move(keychain));
  ASSERT_TRUE(
      FinishUpload(session, kRepository, *net::Url::Parse("https://up.example/u"), "x", Digest::Of("x"), {}).ok());
  EXPECT_FALSE(transport_.Requests().back().request.headers.Get("Authorization"));
}

TEST_F(Upload, CancelsAndIgnoresTheAnswer) {
  transport_.Expect(net::Method::kDelete, "https://reg.example/u/1", 401);
  CancelUpload(*session_, kRepository, *net::Url::Parse("https://reg.example/u/1"), {});
  EXPECT_TRUE(transport_.Unused().empty());
}

TEST_F(Upload, TellsWhetherABlobIsThere) {
  transport_.Expect(net::Method::kHead, "*", 200);
  transport_.Expect(net::Method::kHead, "*", 404);
  transport_.Expect(net::Method::kHead, "*", 403);
  EXPECT_TRUE(*IsBlobPresent(*session_, kRepository, Digest::Of("b"), {}));
  EXPECT_FALSE(*IsBlobPresent(*session_, kRepository, Digest::Of("b"), {}));
  EXPECT_EQ(IsBlobPresent(*session_, kRepository, Digest::Of("b"), {}).error().code(), ErrorCode::kDenied);
}

TEST(UploadErrors, AreWorthAnotherUploadWhenTheyMayPass) {
  EXPECT_TRUE(IsWorthAnotherUpload(Unavailable("x")));
  EXPECT_TRUE(IsWorthAnotherUpload(DigestMismatch("blob", "a", "b")));
  EXPECT_TRUE(IsWorthAnotherUpload(NotFound("x").SetReason("BLOB_UPLOAD_UNKNOWN")));
  EXPECT_FALSE(IsWorthAnotherUpload(NotFound("x")));
  EXPECT_FALSE(IsWorthAnotherUpload(Denied("x")));
}

}  // namespace
}  // namespace kontrakt::oci
