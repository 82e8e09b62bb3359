#include "lib/lifecycle/image_platforms.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt {
namespace {

class ImagePlatforms : public testing::Test {
 protected:
  std::vector<std::string> Names(const std::string& digest) {
    const oci::Repository repository{fake_.address(), "team/web"};
    const auto manifest = registry_.FetchManifest({repository, "", *Digest::Parse(digest)}, oci::Access::kPull, {});
    const auto platforms = PlatformsOf(registry_, repository, *manifest, {});
    EXPECT_TRUE(platforms.ok());
    std::vector<std::string> names;
    for (const oci::Platform& platform : *platforms) {
      names.push_back(platform.ToString());
    }
    return names;
  }
  fakes::FakeRegistry fake_;
  oci::Registry registry_ = *oci::Registry::Create({});
};

TEST_F(ImagePlatforms, AreAnIndexesWithoutItsAttestations) {
  const auto index = fakes::PushIndex(fake_.store(), "team/web", "1", "seed", {"amd64", "arm64"}, true);
  EXPECT_EQ(Names(index.digest), (std::vector<std::string>{"linux/amd64", "linux/arm64"}));
}

TEST_F(ImagePlatforms, AreReadFromAnImagesConfiguration) {
  const auto image = fakes::PushImage(fake_.store(), "team/web", "1", {.architecture = "s390x"});
  EXPECT_EQ(Names(image.digest), std::vector<std::string>{"linux/s390x"});
}

TEST(HasPlatform, TakesAnyVariantWhereNoneIsNamed) {
  const std::vector<oci::Platform> platforms = {{"linux", "arm64", "v8"}};
  EXPECT_TRUE(HasPlatform(platforms, "linux/arm64"));
  EXPECT_TRUE(HasPlatform(platforms, "linux/arm64/v8"));
  EXPECT_FALSE(HasPlatform(platforms, "linux/arm64/v7"));
  EXPECT_FALSE(HasPlatform(platforms, "linux"));
}

}  // namespace
}  // namespace kontrakt
