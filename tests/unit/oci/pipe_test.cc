#include "lib/oci/pipe.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "lib/oci/errors.h"

namespace kontrakt::oci {
namespace {

TEST(Pipe, HandsOnWhatItTook) {
  const std::string content = "hello, registry";
  Pipe pipe(Digest::Of(content), content.size(), 1024);
  EXPECT_FALSE(pipe.HasNews());
  ASSERT_TRUE(pipe.Push("hello, ").ok());
  EXPECT_TRUE(pipe.HasNews());
  EXPECT_EQ(*pipe.Pull(3), "hel");
  ASSERT_TRUE(pipe.Push("registry").ok());
  EXPECT_EQ(*pipe.Pull(100), "lo, registry");
  EXPECT_EQ(*pipe.Pull(100), "");
  EXPECT_TRUE(pipe.IsWhole());
}

TEST(Pipe, HasNoRoomWhenFull) {
  const std::string content(30, 'x');
  Pipe pipe(Digest::Of(content), content.size(), 10);
  EXPECT_TRUE(pipe.HasRoom());
  ASSERT_TRUE(pipe.Push(std::string(12, 'x')).ok());
  EXPECT_FALSE(pipe.HasRoom());
  EXPECT_EQ(pipe.Pull(5)->size(), 5u);
  EXPECT_TRUE(pipe.HasRoom());
}

TEST(Pipe, KeepsTheLastPieceOfDamagedContent) {
  Pipe pipe(Digest::Of("right"), 5, 1024);
  ASSERT_TRUE(pipe.Push("wro").ok());
  EXPECT_EQ(*pipe.Pull(100), "wro");
  const Result<void> last = pipe.Push("ng");
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().reason(), kDigestMismatch);
  EXPECT_EQ(pipe.Pull(100).error().reason(), kDigestMismatch);
  EXPECT_FALSE(pipe.IsWhole());
}

TEST(Pipe, RefusesMoreThanTheManifestSays) {
  Pipe pipe(Digest::Of("abc"), 3, 1024);
  EXPECT_EQ(pipe.Push("abcd").error().reason(), kDigestMismatch);
}

TEST(Pipe, IsWholeAtOnceWhenEmpty) {
  Pipe pipe(Digest::Of(""), 0, 1024);
  EXPECT_TRUE(pipe.HasNews());
  EXPECT_TRUE(pipe.IsWhole());
  EXPECT_EQ(*pipe.Pull(10), "");
}

TEST(Pipe, DistrustsAnEmptyBlobOfAnotherDigest) {
  Pipe pipe(Digest::Of("x"), 0, 1024);
  EXPECT_EQ(pipe.Pull(10).error().reason(), kDigestMismatch);
}

TEST(Pipe, KeepsTheFirstError) {
  Pipe pipe(Digest::Of("abc"), 3, 1024);
  pipe.Fail(Unavailable("first"));
  pipe.Fail(Unavailable("second"));
  EXPECT_EQ(pipe.Push("a").error().message(), "first");
  EXPECT_EQ(pipe.Pull(1).error().message(), "first");
  EXPECT_TRUE(pipe.HasRoom());
  EXPECT_TRUE(pipe.HasNews());
}

TEST(Pipe, WakesWhoeverWaitsForNews) {
  Pipe pipe(Digest::Of("abc"), 3, 1024);
  std::jthread pusher([&] { EXPECT_TRUE(pipe.Push("abc").ok()); });
  EXPECT_TRUE(pipe.WaitForNews({}).ok());
}

TEST(Pipe, WaitsNoLongerThanItMay) {
  Pipe pipe(Digest::Of("abc"), 3, 1024);
  EXPECT_EQ(pipe.WaitForNews({{}, Deadline::After(std::chrono::milliseconds(1))}).error().code(), ErrorCode::kTimeout);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(pipe.WaitForNews({stop.get_token(), {}}).error().code(), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace kontrakt::oci
