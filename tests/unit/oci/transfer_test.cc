#include "lib/oci/transfer.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/fakes/fake_registry.h"

namespace kontrakt::oci {
namespace {

using fakes::FakeRegistry;
using fakes::FaultKind;

class Transfer : public testing::Test {
 protected:
  Transfer() {
    RegistryOptions options;
    options.retry = {.attempts = 2, .first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(2)};
    session_ = std::make_unique<Session>(*Network::Create(options), Keychain());
  }
  Descriptor Blob(std::string bytes) {
    Descriptor blob;
    blob.size = bytes.size();
    blob.digest = *Digest::Parse(source_.store().AddBlob("stage/web", std::move(bytes)));
    return blob;
  }
  Result<void> Run(const Descriptor& blob, const Bound& bound = {}) {
    return TransferBlob(*session_, Repository{source_.address(), "stage/web"}, blob,
                        Repository{destination_.address(), "live/web"}, std::nullopt, bound);
  }
  bool HasArrived(const Descriptor& blob) const {
    return const_cast<FakeRegistry&>(destination_).store().HasBlob("live/web", blob.digest.ToString());
  }

  FakeRegistry source_;
  FakeRegistry destination_;
  std::unique_ptr<Session> session_;
};

/// More than a pipe and the sockets' buffers hold, so that back pressure is met.
std::string Big() {
  std::string bytes(24 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  }
  return bytes;
}

TEST_F(Transfer, StreamsABigBlobUnchanged) {
  const Descriptor blob = Blob(Big());
  const Result<void> done = Run(blob);
  ASSERT_TRUE(done.ok()) << done.error().ToString();
  EXPECT_TRUE(HasArrived(blob));
  EXPECT_EQ(destination_.Count("upload-start"), 1);
  EXPECT_EQ(destination_.Count("upload-finish"), 1);
  EXPECT_EQ(source_.Count("blob-get"), 1);
  EXPECT_TRUE(session_->IsKnown(Repository{destination_.address(), "live/web"}, blob.digest));
}

TEST_F(Transfer, KeepsPaceWithASlowUpload) {
  const Descriptor blob = Blob(Big());
  destination_.http().faults().Add(
      {.method = "PUT", .kind = FaultKind::kDelay, .delay = std::chrono::milliseconds(100)});
  ASSERT_TRUE(Run(blob).ok());
  EXPECT_TRUE(HasArrived(blob));
}

TEST_F(Transfer, CarriesAnEmptyBlob) {
  const Descriptor blob = Blob("");
  const Result<void> done = Run(blob);
  ASSERT_TRUE(done.ok()) << done.error().ToString();
  EXPECT_TRUE(HasArrived(blob));
}

TEST_F(Transfer, DownloadsNothingThatIsEmbedded) {
  Descriptor blob = Blob("{}");
  blob.data = "{}";
  ASSERT_TRUE(Run(blob).ok());
  EXPECT_TRUE(HasArrived(blob));
  EXPECT_EQ(source_.Count("blob-get"), 0);
}

TEST_F(Transfer, BeginsAnewWhenTheDownloadBreaksOff) {
  const Descriptor blob = Blob(std::string(100'000, 'x'));
  source_.http().faults().Add({.method = "GET", .path = "*/blobs/*", .kind = FaultKind::kHalfBody});
  const Result<void> done = Run(blob);
  ASSERT_TRUE(done.ok()) << done.error().ToString();
  EXPECT_TRUE(HasArrived(blob));
  EXPECT_EQ(destination_.Count("upload-start"), 2);
}

TEST_F(Transfer, BeginsAnewWhenTheBlobIsDamagedOnTheWay) {
  const Descriptor blob = Blob(std::string(100'000, 'x'));
  source_.http().faults().Add({.method = "GET", .path = "*/blobs/*", .kind = FaultKind::kCorruptBody});
  ASSERT_TRUE(Run(blob).ok());
  EXPECT_TRUE(HasArrived(blob));
}

TEST_F(Transfer, NeverUploadsDamagedContentWhole) {
  const Descriptor blob = Blob(std::string(100'000, 'x'));
  source_.http().faults().Add({.method = "GET", .path = "*/blobs/*", .count = 0, .kind = FaultKind::kCorruptBody});
  const Result<void> done = Run(blob);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().ToString().find("where " + blob.digest.ToString() + " was asked for"), std::string::npos)
      << done.error().ToString();
  EXPECT_NE(done.error().ToString().find("downloading from"), std::string::npos);
  EXPECT_EQ(destination_.Count("upload-finish"), 0);
}

TEST_F(Transfer, BeginsAnewWhenTheUploadBreaksOff) {
  const Descriptor blob = Blob(std::string(100'000, 'x'));
  destination_.http().faults().Add({.method = "PUT", .kind = FaultKind::kDropBefore});
  ASSERT_TRUE(Run(blob).ok());
  EXPECT_TRUE(HasArrived(blob));
}

TEST_F(Transfer, BeginsAnewWhenTheUploadIsForgotten) {
  const Descriptor blob = Blob("content");
  destination_.http().faults().Add(
      {.method = "PUT",
       .kind = FaultKind::kAnswer,
       .answer = fakes::RegistryErrorAnswer(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown")});
  ASSERT_TRUE(Run(blob).ok());
  EXPECT_TRUE(HasArrived(blob));
}

TEST_F(Transfer, SaysWhenTheBlobIsMissing) {
  Descriptor blob;
  blob.digest = Digest::Of("absent");
  blob.size = 6;
  const Result<void> done = Run(blob);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(done.error().ToString().find("downloading from " + source_.address() + "/stage/web"), std::string::npos);
  EXPECT_EQ(destination_.Count("upload-finish"), 0);
}

TEST_F(Transfer, SaysWhenTheUploadIsRefused) {
  const Descriptor blob = Blob(Big());
  destination_.http().faults().Add({.method = "PUT",
                                    .count = 0,
                                    .kind = FaultKind::kAnswer,
                                    .answer = fakes::RegistryErrorAnswer(413, "SIZE_LIMIT", "too large")});
  const Result<void> done = Run(blob);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().ToString().find("uploading to " + destination_.address() + "/live/web"), std::string::npos)
      << done.error().ToString();
}

TEST_F(Transfer, FollowsTheBlobToItsStorage) {
  FakeRegistry redirecting({.redirect_blobs = true});
  Descriptor blob;
  blob.digest = *Digest::Parse(redirecting.store().AddBlob("stage/web", "stored elsewhere"));
  blob.size = 16;
  ASSERT_TRUE(TransferBlob(*session_, Repository{redirecting.address(), "stage/web"}, blob,
                           Repository{destination_.address(), "live/web"}, std::nullopt, {})
                  .ok());
  EXPECT_TRUE(HasArrived(blob));
  EXPECT_FALSE(redirecting.StorageSawCredentials());
}

TEST_F(Transfer, EndsWhenStopped) {
  const Descriptor blob = Blob("content");
  source_.http().faults().Add(
      {.path = "*/blobs/*", .count = 0, .kind = FaultKind::kDelay, .delay = std::chrono::seconds(30)});
  std::stop_source stop;
  std::jthread stopper([&] {
    source_.http().WaitForRequests("GET", "*/blobs/*", 1);
    stop.request_stop();
  });
  EXPECT_EQ(Run(blob, {stop.get_token(), {}}).error().code(), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace kontrakt::oci
