#include <string>

#include <gmock/gmock.h>

#include "lib/base/strings.h"
#include "lib/manifest/folder.h"

namespace kontrakt::manifest {
namespace {

struct NameCase {
  std::string name;
  std::string relative;
  std::string expected;
};

class FolderNameTest : public testing::TestWithParam<NameCase> {};

TEST_P(FolderNameTest, IsMadeFromThePath) {
  EXPECT_EQ(NameOfFolder(GetParam().relative), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Names, FolderNameTest,
    testing::Values(NameCase{"WordAsAPart", "backend/kontrakt", "backend"},
                    NameCase{"WordInFront", "kontrakt-itest", "itest"},
                    NameCase{"WordBehind", "backend-kontrakt", "backend"},
                    NameCase{"WordBetween", "my_kontrakt_tests", "my-tests"},
                    NameCase{"WordAlone", "kontrakt", "kontrakt"}, NameCase{"Root", ".", "kontrakt"},
                    NameCase{"WordInSeveralParts", "kontrakt/a/b-kontrakt", "a-b"},
                    NameCase{"SlashesBecomeHyphens", "services/backend/kontrakt", "services-backend"},
                    NameCase{"UpperCase", "Backend/kontrakt", "backend"},
                    NameCase{"OddCharacters", "my app_v1.2+x/kontrakt", "my-app-v1-2-x"},
                    NameCase{"OnlyOddCharacters", "\xE6\x97\xA5/kontrakt", "kontrakt"},
                    NameCase{"NotAWordOfItsOwn", "kontrakts", "kontrakts"},
                    NameCase{"OutsideTheRoot", "/srv/checkout/backend/kontrakt", "backend"},
                    NameCase{"OutsideTheRootTakesTwo", "/srv/checkout/a/b", "a-b"},
                    NameCase{"OutsideTheRootWithOne", "/a", "a"}, NameCase{"NoKontraktAtAll", "deploy", "deploy"}),
    [](const auto& param) { return param.param.name; });

TEST(NameOfFolder, IsALabelHoweverLongThePathIs) {
  const std::string one = NameOfFolder(std::string(70, 'a') + "/kontrakt");
  const std::string other = NameOfFolder(std::string(70, 'a') + "b/kontrakt");
  EXPECT_TRUE(IsDnsLabel(one)) << one;
  EXPECT_EQ(one.size(), 63U);
  EXPECT_NE(one, other);
}

TEST(NameOfFolder, DoesNotCutBehindAHyphen) {
  const std::string name = NameOfFolder(std::string(53, 'a') + "-" + std::string(30, 'b'));
  EXPECT_TRUE(IsDnsLabel(name)) << name;
  EXPECT_EQ(name.find("--"), std::string::npos) << name;
}

}  // namespace
}  // namespace kontrakt::manifest
