#include "lib/base/digest.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

// FIPS 180-4's example "abc".
constexpr const char* kAbc256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kAbc512 =
    "sha512:"
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80"
    "e2a9ac94fa54ca49f";

TEST(Digest, IsOfTheBytes) {
  EXPECT_EQ(Digest::Of("abc").ToString(), kAbc256);
  EXPECT_EQ(Digest::Of("").ToString(), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, HasAlgorithmAndHex) {
  const Digest digest = Digest::Parse(kAbc512).value();
  EXPECT_EQ(digest.algorithm(), "sha512");
  EXPECT_EQ(digest.hex().size(), 128U);
  EXPECT_EQ(digest.ToString(), kAbc512);
}

TEST(Digest, IsEmptyByDefault) {
  EXPECT_TRUE(Digest().empty());
  EXPECT_EQ(Digest().algorithm(), "");
  EXPECT_EQ(Digest().hex(), "");
  EXPECT_FALSE(Digest::Of("").empty());
}

TEST(Digest, ComparesByText) {
  EXPECT_EQ(Digest::Parse(kAbc256).value(), Digest::Of("abc"));
  EXPECT_NE(Digest::Of("abc"), Digest::Of("abd"));
  EXPECT_LT(Digest::Parse(kAbc256).value(), Digest::Parse(kAbc512).value());
}

TEST(Digest, RefusesAnythingElse) {
  const std::string valid = kAbc256;
  const std::string upper = "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
  for (const std::string& text :
       {std::string(), std::string("sha256"), std::string("sha256:"), valid + "0", valid.substr(0, valid.size() - 1),
        upper, "md5:" + valid.substr(7), "sha512:" + valid.substr(7), valid.substr(7), " " + valid}) {
    const Result<Digest> digest = Digest::Parse(text);
    ASSERT_FALSE(digest) << text;
    EXPECT_EQ(digest.error().code(), ErrorCode::kInvalidInput);
  }
}

TEST(Hasher, GivesTheSameInPieces) {
  Hasher hasher;
  hasher.Update("a");
  hasher.Update("");
  Hasher moved = std::move(hasher);
  moved.Update("bc");
  EXPECT_EQ(moved.Finish().ToString(), kAbc256);
  Hasher long_one("sha512");
  long_one.Update("abc");
  EXPECT_EQ(long_one.Finish().ToString(), kAbc512);
}

TEST(Hasher, GivesRawBytesToo) {
  EXPECT_EQ("sha256:" + HexEncode(Sha256Raw("abc")), kAbc256);
  EXPECT_EQ(HexEncode(std::string("\x00\x0f\xff", 3)), "000fff");
}

}  // namespace
}  // namespace kontrakt
