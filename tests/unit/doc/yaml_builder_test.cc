#include "lib/doc/yaml_builder.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::doc {
namespace {

/// Drives the builder by hand, as the parser would for "a: [b, c]".
class YamlBuilderTest : public testing::Test {
 protected:
  YamlText text_ = YamlText::Create("a: [b, c]\n", "a.yaml").value();
  YamlOptions options_;
};

TEST_F(YamlBuilderTest, MakesADocumentOfEvents) {
  YamlBuilder builder(text_, options_);
  ASSERT_TRUE(builder.BeginDocument(0));
  ASSERT_TRUE(builder.BeginMap({0, 0}, Flow::kNo));
  ASSERT_TRUE(builder.Scalar({0, 0}, "?", "a"));
  ASSERT_TRUE(builder.BeginList({3, 0}, Flow::kYes));
  ASSERT_TRUE(builder.Scalar({4, 0}, "?", "b"));
  ASSERT_TRUE(builder.Scalar({7, 0}, "?", "c"));
  ASSERT_TRUE(builder.End());
  ASSERT_TRUE(builder.End());
  builder.EndDocument();
  const std::vector<Document> documents = builder.TakeDocuments();
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(Dump(documents[0].value), R"({"a":["b","c"]})");
  ASSERT_EQ(documents[0].scalars.size(), 2U);
  EXPECT_EQ(documents[0].scalars[1].pointer, "/a/1");
  EXPECT_EQ(documents[0].scalars[1].begin, 7U);
  EXPECT_EQ(documents[0].scalars[1].end, 8U);
}

TEST_F(YamlBuilderTest, DropsANullDocument) {
  YamlBuilder builder(text_, options_);
  ASSERT_TRUE(builder.BeginDocument(0));
  ASSERT_TRUE(builder.Null({0, 0}));
  builder.EndDocument();
  EXPECT_TRUE(builder.TakeDocuments().empty());
}

TEST_F(YamlBuilderTest, RefusesASecondDocumentWithoutAMark) {
  YamlBuilder builder(text_, options_);
  ASSERT_TRUE(builder.BeginDocument(0));
  ASSERT_TRUE(builder.Null({0, 0}));
  builder.EndDocument();
  EXPECT_EQ(builder.BeginDocument(0).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(YamlBuilderTest, RefusesATextThatIsNotInTheFile) {
  YamlBuilder builder(text_, options_);
  ASSERT_TRUE(builder.BeginDocument(0));
  const Result<void> scalar = builder.Scalar({0, 0}, "?", "other");
  ASSERT_FALSE(scalar);
  EXPECT_THAT(scalar.error().ToString(), testing::HasSubstr("a.yaml:1:1: this text has no clear end"));
}

TEST_F(YamlBuilderTest, CopiesAnAnchoredNode) {
  YamlBuilder builder(text_, options_);
  ASSERT_TRUE(builder.BeginDocument(0));
  ASSERT_TRUE(builder.BeginList({3, 0}, Flow::kYes));
  ASSERT_TRUE(builder.Scalar({4, 1}, "?", "b"));
  ASSERT_TRUE(builder.Alias(7, 1));
  EXPECT_FALSE(builder.Alias(7, 2));
  ASSERT_TRUE(builder.End());
  builder.EndDocument();
  const std::vector<Document> documents = builder.TakeDocuments();
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].value[1], "b");
  EXPECT_EQ(documents[0].SpanOf("/1")->begin, 4U);
}

}  // namespace
}  // namespace kontrakt::doc
