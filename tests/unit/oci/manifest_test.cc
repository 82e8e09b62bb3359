#include "lib/oci/manifest.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/base/base64.h"

namespace kontrakt::oci {
namespace {

std::string DescriptorText(const std::string& type, const std::string& content, const std::string& extra = "") {
  return R"({"mediaType":")" + type + R"(","digest":")" + Digest::Of(content).ToString() + R"(","size":)" +
         std::to_string(content.size()) + extra + "}";
}

const std::string kConfig = DescriptorText("application/vnd.oci.image.config.v1+json", "config");

std::string ImageText(const std::string& media_type, const std::string& layers) {
  return R"({"schemaVersion":2,)" + (media_type.empty() ? "" : R"("mediaType":")" + media_type + R"(",)") +
         R"("config":)" + kConfig + R"(,"layers":[)" + layers + "]}";
}

TEST(Manifest, KeepsItsBytesAndHashesThem) {
  const std::string text = ImageText(std::string(kOciManifest), DescriptorText("layer", "one")) + "\n \n";
  const Result<Manifest> manifest = ParseManifest(text, kOciManifest);
  ASSERT_TRUE(manifest.ok()) << manifest.error().ToString();
  EXPECT_EQ(manifest->bytes, text);
  EXPECT_EQ(manifest->digest, Digest::Of(text));
  EXPECT_FALSE(manifest->is_index);
  ASSERT_EQ(manifest->layers.size(), 1u);
  EXPECT_EQ(manifest->layers[0].digest, Digest::Of("one"));
  EXPECT_EQ(manifest->layers[0].size, 3u);
  EXPECT_EQ(manifest->config->digest, Digest::Of("config"));
}

TEST(Manifest, HashesByTheAlgorithmAskedFor) {
  const std::string text = ImageText("", "");
  const Result<Manifest> manifest = ParseManifest(text, kOciManifest, "sha512");
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->digest.algorithm(), "sha512");
}

TEST(Manifest, ReadsAnIndexWithItsPlatforms) {
  const std::string child = DescriptorText(std::string(kOciManifest), "child",
                                           R"(,"platform":{"os":"linux","architecture":"arm64","variant":"v8"})");
  const Result<Manifest> index =
      ParseManifest(R"({"schemaVersion":2,"manifests":[)" + child + "]}", std::string(kDockerList) + "; charset=utf-8");
  ASSERT_TRUE(index.ok()) << index.error().ToString();
  EXPECT_TRUE(index->is_index);
  EXPECT_EQ(index->media_type, kDockerList);
  ASSERT_EQ(index->manifests.size(), 1u);
  EXPECT_EQ(index->manifests[0].platform->ToString(), "linux/arm64/v8");
}

TEST(Manifest, DecidesByContentWhereTypesAreMissing) {
  EXPECT_EQ(ParseManifest(ImageText("", ""), "application/json")->media_type, kOciManifest);
  EXPECT_EQ(ParseManifest(R"({"manifests":[]})", "")->media_type, kOciIndex);
  EXPECT_EQ(ParseManifest(ImageText(std::string(kDockerManifest), ""), "text/plain")->media_type, kDockerManifest);
}

TEST(Manifest, ReadsEmbeddedData) {
  const std::string child =
      DescriptorText(std::string(kOciManifest), "child", R"(,"data":")" + Base64Encode("child") + "\"");
  const Result<Manifest> index = ParseManifest(R"({"manifests":[)" + child + "]}", kOciIndex);
  ASSERT_TRUE(index.ok()) << index.error().ToString();
  EXPECT_EQ(index->manifests[0].data, "child");
}

TEST(Manifest, KnowsForeignLayers) {
  Descriptor layer;
  layer.media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  EXPECT_TRUE(layer.IsForeignLayer());
  layer.media_type = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";
  EXPECT_TRUE(layer.IsForeignLayer());
  layer.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
  EXPECT_FALSE(layer.IsForeignLayer());
}

struct Refused {
  const char* name;
  std::string text;
  std::string type;
  const char* says;
};

class RefusedManifest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedManifest, SaysWhy) {
  const Result<Manifest> manifest = ParseManifest(GetParam().text, GetParam().type);
  ASSERT_FALSE(manifest.ok());
  EXPECT_EQ(manifest.error().code(), ErrorCode::kInvalidInput);
  EXPECT_NE(manifest.error().ToString().find(GetParam().says), std::string::npos) << manifest.error().ToString();
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, RefusedManifest,
    testing::Values(
        Refused{"Html", "<html>login</html>", "text/html", "no JSON object but text/html"},
        Refused{"Array", "[]", "application/json", "no JSON object"}, Refused{"Empty", "", "", "no JSON object"},
        Refused{"OtherJson", R"({"a":1})", "application/json", "is no manifest but application/json"},
        Refused{"UnknownType", R"({"mediaType":"application/x"})", "", "unknown media type application/x"},
        Refused{"SchemaOneByType", "{}", "application/vnd.docker.distribution.manifest.v1+prettyjws", "schema 1"},
        Refused{"SchemaOneByVersion", R"({"schemaVersion":1})", "application/json", "schema 1"},
        Refused{"TypesDiffer", ImageText(std::string(kOciManifest), ""), std::string(kDockerManifest), "says it is"},
        Refused{"BothKinds", R"({"manifests":[)" + kConfig + R"(],"layers":[)" + kConfig + "]}", std::string(kOciIndex),
                "both manifests and layers"},
        Refused{"NoConfig", R"({"layers":[]})", std::string(kOciManifest), "no config"},
        Refused{"LayersNoList", R"({"config":)" + kConfig + R"(,"layers":3})", std::string(kOciManifest), "no list"},
        Refused{"NoDigest", R"({"manifests":[{"size":1}]})", std::string(kOciIndex), "manifests[0]"},
        Refused{"NoSize", R"({"manifests":[{"digest":")" + Digest::Of("x").ToString() + R"("}]})",
                std::string(kOciIndex), "no size"},
        Refused{"NegativeSize", R"({"manifests":[{"size":-1,"digest":")" + Digest::Of("x").ToString() + R"("}]})",
                std::string(kOciIndex), "no size"},
        Refused{
            "WrongData",
            R"({"manifests":[)" + DescriptorText("t", "child", R"(,"data":")" + Base64Encode("other") + "\"") + "]}",
            std::string(kOciIndex), "does not match its digest"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kontrakt::oci
