#include "tests/fakes/fake_script.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

class Script : public testing::Test {
 protected:
  Script() {
    std::string name = (std::filesystem::temp_directory_path() / "fake-script-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Script() override { std::filesystem::remove_all(folder_); }
  Result<FakeScript> Start(const std::string& text) {
    std::ofstream(folder_ + "/setup") << text;
    return FakeScript::Start(folder_ + "/setup");
  }

  std::string folder_;
};

TEST_F(Script, StartsWhatItNamesAndFillsAddressesIn) {
  std::ofstream(folder_ + "/more.yaml")
      << "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: team}\ndata: {where: '{REGISTRY}'}\n";
  const auto fakes = Start(
      "closed: true\n"
      "registry: {images: [{repository: team/app, tag: v1, name: APP}]}\n"
      "apiServer:\n"
      "  namespaces: [team]\n"
      "  files: [more.yaml]\n"
      "  objects:\n"
      "  - {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: team}, data: {image: "
      "'{REGISTRY}@{APP}'}}\n");
  ASSERT_TRUE(fakes) << fakes.error().ToString();
  std::map<std::string, std::string> names(fakes->names().begin(), fakes->names().end());
  EXPECT_EQ(names.size(), 5u);
  FakeScript& started = const_cast<FakeScript&>(*fakes);
  const auto map = started.api_server()->Get("v1", "ConfigMap", "team", "c");
  ASSERT_TRUE(map);
  EXPECT_EQ((*map)["data"]["image"], names["REGISTRY"] + "@" + names["APP"]);
  EXPECT_EQ((*started.api_server()->Get("v1", "ConfigMap", "team", "m"))["data"]["where"], names["REGISTRY"]);
  std::ostringstream kubeconfig;
  kubeconfig << std::ifstream(names["KUBECONFIG"]).rdbuf();
  EXPECT_NE(kubeconfig.str().find(names["APISERVER"]), std::string::npos);
}

TEST_F(Script, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(Start("apiserver: {}\n"));
  EXPECT_FALSE(Start("apiServer: {behaviors: []}\n"));
  EXPECT_FALSE(Start("apiServer: {objects: [{apiVersion: v1, kind: Nonsense, metadata: {name: a}}]}\n"));
  EXPECT_FALSE(Start("registry: {faults: [{kind: nonsense}]}\n"));
}

}  // namespace
}  // namespace kontrakt::fakes
