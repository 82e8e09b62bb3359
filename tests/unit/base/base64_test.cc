#include "lib/base/base64.h"

#include <string>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  EXPECT_EQ(Base64Encode(""), "");
  EXPECT_EQ(Base64Encode("f"), "Zg==");
  EXPECT_EQ(Base64Encode("fo"), "Zm8=");
  EXPECT_EQ(Base64Encode("foo"), "Zm9v");
  EXPECT_EQ(Base64Encode("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64Encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(Base64Encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64Encode("\xff\xfe\xfd"), "//79");
}

TEST(Base64, DecodesWhatItEncoded) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)).value(), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, DecodesBothAlphabetsWithoutPaddingAndOverLines) {
  EXPECT_EQ(Base64Decode("__79").value(), "\xff\xfe\xfd");
  EXPECT_EQ(Base64Decode("//79").value(), "\xff\xfe\xfd");
  EXPECT_EQ(Base64Decode("Zg").value(), "f");
  EXPECT_EQ(Base64Decode("Zm8").value(), "fo");
  EXPECT_EQ(Base64Decode(" Zm9v\r\n\tYmFy\n").value(), "foobar");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Zg=", "Zg===", "Z", "Zm9v=", "Zg==Zg==", "Zm9v!", "Z\xC3\xA4==", "="}) {
    const Result<std::string> decoded = Base64Decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code(), ErrorCode::kInvalidInput);
  }
}

TEST(Base32, EncodesTheVectorsOfRfc4648InLowerCaseWithoutPadding) {
  EXPECT_EQ(Base32Lower(""), "");
  EXPECT_EQ(Base32Lower("f"), "my");
  EXPECT_EQ(Base32Lower("fo"), "mzxq");
  EXPECT_EQ(Base32Lower("foo"), "mzxw6");
  EXPECT_EQ(Base32Lower("foob"), "mzxw6yq");
  EXPECT_EQ(Base32Lower("fooba"), "mzxw6ytb");
  EXPECT_EQ(Base32Lower("foobar"), "mzxw6ytboi");
}

}  // namespace
}  // namespace kontrakt
