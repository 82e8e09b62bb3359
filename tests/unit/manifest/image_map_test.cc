#include <string>

#include <gmock/gmock.h>

#include "lib/manifest/images.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt::manifest {
namespace {

using fakes::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const std::string kDigest = "sha256:" + std::string(64, 'a');

class ImageMapTest : public testing::Test {
 protected:
  Result<std::map<std::string, std::string>> Read(const std::string& content) {
    return ReadImageMap(folder_.Write("map", content));
  }
  TemporaryFolder folder_;
};

TEST_F(ImageMapTest, ReadsLines) {
  const auto map = Read("# built by ci\nbackend=host/backend@" + kDigest + "\n\n ./web = host/web:1 \r\n");
  ASSERT_TRUE(map.ok()) << map.error().ToString();
  EXPECT_THAT(*map, ElementsAre(Pair("./web", "host/web:1"), Pair("backend", "host/backend@" + kDigest)));
}

TEST_F(ImageMapTest, ReadsJson) {
  const auto map = Read(R"( {"ko://x/y": "host/y:1"})");
  ASSERT_TRUE(map.ok());
  EXPECT_THAT(*map, ElementsAre(Pair("ko://x/y", "host/y:1")));
}

TEST_F(ImageMapTest, ReadsAReport) {
  const auto map = Read(R"({"apiVersion": "kontrakt/v1", "kind": "Report", "kontrakts": [{"name": "a", "images": [
      {"repository": "host/web", "tag": "1", "digest": ")" +
                        kDigest + R"("}, {"repository": "host/none"}]}, {"name": "b"}]})");
  ASSERT_TRUE(map.ok()) << map.error().ToString();
  EXPECT_THAT(*map, ElementsAre(Pair("host/web", "host/web:1@" + kDigest)));
}

TEST_F(ImageMapTest, EmptyFileIsAnEmptyMap) {
  const auto map = Read("");
  ASSERT_TRUE(map.ok());
  EXPECT_TRUE(map->empty());
}

TEST_F(ImageMapTest, SaysWhichLineIsMalformed) {
  for (const std::string text : {"a=b\nnothing\n", "a=b\n=c\n", "a=b\nc=UPPER/x:\n", "a=b\na=c\n"}) {
    const auto map = Read(text);
    ASSERT_FALSE(map.ok()) << text;
    EXPECT_EQ(map.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(map.error().ToString(), HasSubstr("map:2: ")) << text;
  }
}

TEST_F(ImageMapTest, RefusesJsonOfAnotherShape) {
  EXPECT_FALSE(Read(R"({"a": {"b": "c"}})").ok());
  EXPECT_FALSE(Read(R"({"a": )").ok());
  EXPECT_FALSE(Read(R"({"a": "not an image"})").ok());
}

TEST_F(ImageMapTest, SaysThatThereIsNone) {
  const auto map = ReadImageMap(folder_ / "missing");
  EXPECT_EQ(map.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(map.error().ToString(), HasSubstr("missing"));
}

}  // namespace
}  // namespace kontrakt::manifest
