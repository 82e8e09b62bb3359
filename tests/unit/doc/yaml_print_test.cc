#include <string>

#include <gtest/gtest.h>

#include "lib/doc/yaml.h"

namespace kontrakt::doc {
namespace {

TEST(ToYaml, PrintsBlocksAsKubectlDoes) {
  const Json value =
      ParseJson(R"({"apiVersion":"v1","metadata":{"name":"a","labels":{}},"list":[{"name":"x","args":["1",2]},
      [1,[2]],[],"s"],"none":null,"yes":true,"n":1.5})")
          .value();
  EXPECT_EQ(ToYaml(value),
            "apiVersion: v1\n"
            "metadata:\n"
            "  name: a\n"
            "  labels: {}\n"
            "list:\n"
            "- name: x\n"
            "  args:\n"
            "  - \"1\"\n"
            "  - 2\n"
            "- - 1\n"
            "  - - 2\n"
            "- []\n"
            "- s\n"
            "none: null\n"
            "\"yes\": true\n"
            "\"n\": 1.5\n");
}

TEST(ToYaml, PrintsScalarsAndEmptyValuesAlone) {
  EXPECT_EQ(ToYaml("a"), "a\n");
  EXPECT_EQ(ToYaml(nullptr), "null\n");
  EXPECT_EQ(ToYaml(Json::object()), "{}\n");
  EXPECT_EQ(ToYaml(Json::array()), "[]\n");
}

TEST(ToYaml, PrintsTextsOfSeveralLinesAsLiterals) {
  EXPECT_EQ(ToYaml({{"a", "x\n  y\n\nz\n"}, {"b", "x\ny"}, {"c", "x\n\n"}}),
            "a: |\n  x\n    y\n\n  z\nb: |-\n  x\n  y\nc: |+\n  x\n\n");
  EXPECT_EQ(ToYaml(Json::array({"x\ny"})), "- |-\n  x\n  y\n");
}

TEST(ToYaml, QuotesWhatWouldReadOtherwise) {
  for (const char* text :
       {"", "true", "12", "~", "0x1", "1e3", "- a", "a: b", "#", " a", "2026-01-02", "12:30", "=", "<<"}) {
    EXPECT_EQ(ToYaml({{"k", text}}), "k: \"" + std::string(text) + "\"\n") << text;
  }
}

TEST(ToYaml, IsReadBackAsItWas) {
  for (const std::string text : {"\n",
                                 "\n\n",
                                 "a\n",
                                 " a\n",
                                 "\n a\n",
                                 "a\n ",
                                 "a\t\n",
                                 "\ta\nb",
                                 "a\r\nb",
                                 "a\n\tb",
                                 "\x01",
                                 "\x7f",
                                 "\xC2\x85",
                                 "\xE2\x80\xA8",
                                 "\xEF\xBB\xBF",
                                 "\xF0\x9F\x98\x80\n\x07",
                                 "'",
                                 "\"",
                                 "\\",
                                 "a\\n",
                                 "---\n",
                                 "...\nb",
                                 "# c\nd",
                                 "a\n\n\n",
                                 "key: value\n- x\n",
                                 "  \n  \nx",
                                 "x\n   ",
                                 "x  \ny"}) {
    for (const Json& value : {Json{{"k", text}}, Json{{"k", Json::array({text, text})}}, Json{{text, 1}},
                              Json::array({Json{{"a", Json{{"b", text}, {"c", 1}}}}})}) {
      const Result<std::vector<Document>> read = ParseYaml(ToYaml(value), "a");
      ASSERT_TRUE(read) << ToYaml(value) << read.error().ToString();
      ASSERT_EQ(read->size(), 1U);
      EXPECT_EQ(Dump((*read)[0].value), Dump(value)) << ToYaml(value);
    }
  }
}

}  // namespace
}  // namespace kontrakt::doc
