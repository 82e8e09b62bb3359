#include "lib/manifest/variables.h"

#include <string>

#include <gmock/gmock.h>

#include "lib/doc/yaml.h"

namespace kontrakt::manifest {
namespace {

using testing::HasSubstr;

Variables Given() {
  Variables variables;
  variables.source_reference = "abc123";
  variables.ko_docker_repo = "localhost:5000/team";
  variables.name = "web";
  variables.run = "17";
  variables.namespace_name = "kontrakt-web-aaaaaaaaaa";
  variables.set["replicas"] = "3";
  variables.set["word"] = "blue";
  variables.set["text"] = "a \"quoted\" it's\nline";
  variables.set["yes"] = "yes";
  variables.set["spaced"] = " x";
  variables.set["empty"] = "";
  variables.set["list"] = "[1, two]";
  return variables;
}

struct SubstituteCase {
  std::string name;
  std::string text;
  std::string expected;
};

class SubstituteTest : public testing::TestWithParam<SubstituteCase> {};

TEST_P(SubstituteTest, Yields) {
  const auto result = Substitute(GetParam().text, "f.yaml", Given(), Escapes::kKeep);
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(*result, GetParam().expected);
  EXPECT_TRUE(doc::ParseYaml(*result, "f.yaml").ok());
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, SubstituteTest,
    testing::Values(
        SubstituteCase{"Image", "image: ${KO_DOCKER_REPO}/web:${kontrakt.sourceReference}\n",
                       "image: localhost:5000/team/web:abc123\n"},
        SubstituteCase{"OtherVariablesStay",
                       "command: echo ${HOME} $x ${kontrakt} $(KO_DOCKER_REPO) ${kontrakt.name}\n",
                       "command: echo ${HOME} $x ${kontrakt} $(KO_DOCKER_REPO) web\n"},
        SubstituteCase{"CommentsStay", "a: ${kontrakt.name} # ${kontrakt.name}\n# ${kontrakt.unknown}\nb: 1\n",
                       "a: web # ${kontrakt.name}\n# ${kontrakt.unknown}\nb: 1\n"},
        SubstituteCase{"BuiltInNumberIsQuoted", "run: ${kontrakt.run} # c\n", "run: \"17\" # c\n"},
        SubstituteCase{"NumberPutTogetherIsQuoted", "port: ${kontrakt.replicas}${kontrakt.run}\n", "port: \"317\"\n"},
        SubstituteCase{"SetIsTyped", "replicas: ${kontrakt.replicas}\n", "replicas: 3\n"},
        SubstituteCase{"SetInAQuotedScalarIsText", "replicas: \"${kontrakt.replicas}\"\n", "replicas: \"3\"\n"},
        SubstituteCase{"SetBooleanIsTyped", "flag: ${kontrakt.yes}\n", "flag: yes\n"},
        SubstituteCase{"SetListIsTyped", "args: ${kontrakt.list}\n", "args: [1, two]\n"},
        SubstituteCase{"SetEmptyIsText", "a: ${kontrakt.empty}\n", "a: \"\"\n"},
        SubstituteCase{"EmptyPart", "a: x${kontrakt.empty}\n", "a: x\n"},
        SubstituteCase{"PlainIsQuotedForOddValues", "a: x ${kontrakt.text}\n",
                       "a: \"x a \\\"quoted\\\" it's\\nline\"\n"},
        SubstituteCase{"PlainIsQuotedForSpaces", "a: ${kontrakt.empty}${kontrakt.spaced}\n", "a: \" x\"\n"},
        SubstituteCase{"ColonAtTheEnd", "a: x:${kontrakt.empty}\n", "a: \"x:\"\n"},
        SubstituteCase{"DoubleQuotedIsEscaped", "a: \"x\\t${kontrakt.text}\"\n",
                       "a: \"x\\ta \\\"quoted\\\" it's\\nline\"\n"},
        SubstituteCase{"SingleQuotedIsDoubled", "a: 'it''s ${kontrakt.name}'\n", "a: 'it''s web'\n"},
        SubstituteCase{"SingleQuotedBecomesDoubleForLineFeeds", "a: 'it''s ${kontrakt.text}'\n",
                       "a: \"it's a \\\"quoted\\\" it's\\nline\"\n"},
        SubstituteCase{"FlowList", "a: [${kontrakt.name}, x-${kontrakt.run}]\n", "a: [web, x-17]\n"},
        SubstituteCase{"FlowListQuotes", "a: [${kontrakt.run}, b]\n", "a: [\"17\", b]\n"},
        SubstituteCase{"FlowMap", "{a: ${kontrakt.name}}\n", "{a: web}\n"},
        SubstituteCase{"Json", "{\"a\": \"${kontrakt.text}\", \"b\": 1}\n",
                       "{\"a\": \"a \\\"quoted\\\" it's\\nline\", \"b\": 1}\n"},
        SubstituteCase{"LiteralBlock", "a: |\n  echo ${kontrakt.name}\n  echo ${HOME}\nb: 1\n",
                       "a: |\n  echo web\n  echo ${HOME}\nb: 1\n"},
        SubstituteCase{"LiteralBlockTakesLines", "a: |\n  x\n    y ${kontrakt.text} z\nb: 1\n",
                       "a: |\n  x\n    y a \"quoted\" it's\n  line z\nb: 1\n"},
        SubstituteCase{"FoldedBlock", "a: >-\n  x\n  ${kontrakt.name} y\n", "a: >-\n  x\n  web y\n"},
        SubstituteCase{"PlainOverTwoLines", "a: x\n  ${kontrakt.name}\n  y\n", "a: x\n  web\n  y\n"},
        SubstituteCase{"QuotedOverTwoLines", "a: 'x\n  ${kontrakt.name}\n  y'\n", "a: 'x\n  web\n  y'\n"},
        SubstituteCase{"SpaceAtTheEdgeOfALine", "a: 'x\n  ${kontrakt.spaced}\n  y'\n", "a: \"x  x y\"\n"},
        SubstituteCase{"NothingOnALine", "a: x\n  ${kontrakt.empty}\n  y\n", "a: \"x  y\"\n"},
        SubstituteCase{"CarriageReturnsStay", "# c\r\na:   ${kontrakt.name}\r\nb: 'x'\r\n",
                       "# c\r\na:   web\r\nb: 'x'\r\n"},
        SubstituteCase{"NoLineFeedAtTheEnd", "a: ${kontrakt.name}", "a: web"},
        SubstituteCase{"ByteOrderMarkStays",
                       "\xEF\xBB\xBF"
                       "a: ${kontrakt.name}\n",
                       "\xEF\xBB\xBF"
                       "a: web\n"},
        SubstituteCase{"MultibyteCharactersBefore",
                       "a: \xC3\xA4\xE2\x82\xAC ${kontrakt.name} \xF0\x9F\x98\x80\nb: ${kontrakt.name}\n",
                       "a: \xC3\xA4\xE2\x82\xAC web \xF0\x9F\x98\x80\nb: web\n"},
        SubstituteCase{"DocumentMarksStay", "--- # one\na: ${kontrakt.name}\n...\n---\n\n---\nb: ${kontrakt.name}\n",
                       "--- # one\na: web\n...\n---\n\n---\nb: web\n"},
        SubstituteCase{"AnchorsAndAliases", "a: &x ${kontrakt.name}\nb: *x\nc: {<<: {d: ${kontrakt.name}}}\n",
                       "a: &x web\nb: *x\nc: {<<: {d: web}}\n"},
        SubstituteCase{"TagStays", "a: !!str ${kontrakt.run}\n", "a: !!str \"17\"\n"},
        SubstituteCase{"SeveralInOneScalar", "a: ${kontrakt.name}${kontrakt.name}-${kontrakt.word}\n",
                       "a: webweb-blue\n"},
        SubstituteCase{"FlagInAList", "- --image=${KO_DOCKER_REPO}/x\n", "- --image=localhost:5000/team/x\n"},
        SubstituteCase{"EscapedStays", "a: $${kontrakt.name} ${kontrakt.name}\n", "a: $${kontrakt.name} web\n"},
        SubstituteCase{"NamespaceAndRun", "a: \"${kontrakt.namespace}/${kontrakt.run}\"\n",
                       "a: \"kontrakt-web-aaaaaaaaaa/17\"\n"}),
    [](const auto& param) { return param.param.name; });

TEST(Substitute, WhatHasNoVariableIsNotEvenParsed) {
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"command: echo ${HOME}\n\tbroken: [\n", "command: echo ${HOME}\n\tbroken: [\n"},
           {"a: [\n---\nb: ${kontrakt.name}\n", "a: [\n---\nb: web\n"}}) {
    const auto result = Substitute(before, "f.yaml", Given(), Escapes::kKeep);
    ASSERT_TRUE(result.ok()) << result.error().ToString();
    EXPECT_EQ(*result, after);
  }
}

TEST(Substitute, ShortShaThatLooksLikeANumberStaysText) {
  Variables variables;
  variables.source_reference = "12345e6";
  const auto result = Substitute("tag: ${kontrakt.sourceReference}\n", "f", variables, Escapes::kKeep);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, "tag: \"12345e6\"\n");
}

TEST(Substitute, TwiceIsHarmless) {
  const std::string text = "a: $${kontrakt.name} ${kontrakt.name} $${KO_DOCKER_REPO}\nb: '$${kontrakt.unknown}'\n";
  const auto once = Substitute(text, "f", Given(), Escapes::kKeep);
  ASSERT_TRUE(once.ok());
  const auto twice = Substitute(*once, "f", Given(), Escapes::kKeep);
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(*twice, *once);
}

TEST(Substitute, ResolvesEscapesForTheServer) {
  const auto result = Substitute(
      "a: '$${kontrakt.name} ${kontrakt.name}'\nb: |\n  $${KO_DOCKER_REPO}\n# $${kontrakt.name}\nc: [$${kontrakt.x}]\n",
      "f", Given(), Escapes::kResolve);
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(*result,
            "a: '${kontrakt.name} web'\nb: |\n  ${KO_DOCKER_REPO}\n# $${kontrakt.name}\nc: [\"${kontrakt.x}\"]\n");
}

TEST(Substitute, ValuesThatHoldVariablesAreNotSubstitutedAgain) {
  Variables variables = Given();
  variables.set["nested"] = "${kontrakt.name}";
  const auto result = Substitute("a: '${kontrakt.nested}'\n", "f", variables, Escapes::kKeep);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, "a: '${kontrakt.name}'\n");
}

TEST(Substitute, AllProblemsAreFoundWithTheirPlaces) {
  std::vector<Error> problems;
  Substitute("a: ${kontrakt.name}\nb: x ${kontrakt.colour}\n---\nc: '${KO_DOCKER_REPO}'\n", "f.yaml", {},
             Escapes::kKeep, problems);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].location()->ToString(), "f.yaml:1:4");
  EXPECT_EQ(problems[1].location()->ToString(), "f.yaml:2:6");
  EXPECT_EQ(problems[2].location()->ToString(), "f.yaml:4:5");
  EXPECT_EQ(problems[2].code(), ErrorCode::kInvalidInput);
}

TEST(Substitute, KeysAreRefused) {
  const auto result = Substitute("a:\n  ${kontrakt.name}: 1\n", "f.yaml", Given(), Escapes::kKeep);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().location()->ToString(), "f.yaml:2:3");
  EXPECT_THAT(result.error().message(), HasSubstr("stands in a key"));
}

TEST(Substitute, KeyBehindTheLastValueIsRefusedToo) {
  const auto result = Substitute("a: 1\n'${kontrakt.name}':\n", "f.yaml", Given(), Escapes::kKeep);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().location()->line, 2);
}

TEST(Substitute, BlockScalarsRefuseWhatTheyCantHold) {
  Variables variables = Given();
  variables.set["bell"] = "\a";
  variables.set["tab"] = "\tx";
  for (const std::string text :
       {"a: >\n  x ${kontrakt.text}\n", "a: |\n  ${kontrakt.spaced}\n", "a: |\n  x ${kontrakt.bell}\n",
        "a: >\n  ${kontrakt.tab}\n", "a: |2\n  x ${kontrakt.text}\n"}) {
    const auto result = Substitute(text, "f.yaml", variables, Escapes::kKeep);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().location()->line, 2) << text;
    EXPECT_THAT(result.error().hint().value_or(""), HasSubstr("double quotes"));
  }
}

TEST(Substitute, LiteralBlockSaysTheValueWordForWord) {
  const auto result = Substitute("a: |\n  one\n  ${kontrakt.text}\n", "f", Given(), Escapes::kKeep);
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  const auto read = doc::ParseYaml(*result, "f");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->front().value["a"], "one\na \"quoted\" it's\nline\n");
}

TEST(Substitute, ValueMustBeUtf8) {
  Variables variables;
  variables.name = "\xFF";
  const auto result = Substitute("a: ${kontrakt.name}\n", "f", variables, Escapes::kKeep);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message(), HasSubstr("UTF-8"));
}

TEST(Substitute, SyntaxErrorHasItsLineInTheFile) {
  const auto result = Substitute("a: 1\n---\nb: ${kontrakt.name}\nc: [\n", "f.yaml", Given(), Escapes::kKeep);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().location()->file, "f.yaml");
  EXPECT_GE(result.error().location()->line, 4);
}

TEST(Substitute, WideEncodingsAreRefused) {
  const auto result = Substitute(std::string("\xFF\xFE"
                                             "a\0",
                                             4),
                                 "f.yaml", Given(), Escapes::kKeep);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().ToString(), HasSubstr("UTF-16"));
}

}  // namespace
}  // namespace kontrakt::manifest
