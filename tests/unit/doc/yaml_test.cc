#include "lib/doc/yaml.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::doc {
namespace {

std::vector<Document> Parse(std::string_view text) {
  Result<std::vector<Document>> documents = ParseYaml(text, "a.yaml");
  EXPECT_TRUE(documents) << (documents ? "" : documents.error().ToString());
  return documents ? *std::move(documents) : std::vector<Document>();
}

Document ParseOne(std::string_view text) {
  std::vector<Document> documents = Parse(text);
  EXPECT_EQ(documents.size(), 1U) << text;
  return documents.empty() ? Document() : std::move(documents[0]);
}

std::string ErrorOf(std::string_view text, const YamlOptions& options = {}) {
  const Result<std::vector<Document>> documents = ParseYaml(text, "a.yaml", options);
  if (documents)
    return "no error";
  EXPECT_EQ(documents.error().code(), ErrorCode::kInvalidInput);
  return documents.error().ToString();
}

/// The bytes that stand for the value at `pointer`.
std::string Bytes(std::string_view text, const Document& document, std::string_view pointer) {
  const ScalarSpan* const span = document.SpanOf(pointer);
  if (span == nullptr)
    return "no span";
  return std::string(text.substr(span->begin, span->end - span->begin));
}

TEST(Yaml, ReadsNestedMapsAndListsInOrder) {
  const Document document = ParseOne("b: 1\na:\n- x: w\n  z: [1, 'two', {three: 3}]\n- {}\n- []\n");
  EXPECT_EQ(Dump(document.value), R"({"b":1,"a":[{"x":"w","z":[1,"two",{"three":3}]},{},[]]})");
}

TEST(Yaml, LeavesOutEmptyNullAndCommentOnlyDocuments) {
  EXPECT_EQ(Parse("---\n---\n# nothing\n---\nnull\n---\na: 1\n---\n").size(), 1U);
  EXPECT_TRUE(Parse("").empty());
  EXPECT_TRUE(Parse("# only a comment\n").empty());
  EXPECT_TRUE(Parse("---").empty());
}

TEST(Yaml, GivesEachDocumentItsFirstLine) {
  const std::vector<Document> documents = Parse("# head\na: 1\n---\n\n# more\nb: 2\n--- # comment\n- c\n");
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(documents[0].line, 2);
  EXPECT_EQ(documents[1].line, 6);
  EXPECT_EQ(documents[2].line, 8);
}

TEST(Yaml, SeparatesDocumentsOnlyByThreeDashes) {
  EXPECT_EQ(Parse("a: 1\n...\n---\nb: 1\n...\n").size(), 2U);
  EXPECT_THAT(ErrorOf("a: 1\n...\nb: 2\n"), testing::HasSubstr("a.yaml:3:1: this belongs to no document"));
  EXPECT_THAT(ErrorOf("- a\nb: 1\n"), testing::HasSubstr("a.yaml:2:1: this belongs to no document"));
}

TEST(Yaml, ReadsJsonObjectsInARow) {
  const std::vector<Document> documents = Parse("{\"a\":1}\n{\"b\": [true, null, 1.5e0, \"x\\/y\\u00e9\"]}{\"c\":{}}");
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(Dump(documents[1].value), R"({"b":[true,null,1.5,"x/yé"]})");
  EXPECT_EQ(Dump(documents[2].value), R"({"c":{}})");
}

TEST(Yaml, ReadsJsonIndentedWithTabs) {
  EXPECT_EQ(Dump(ParseOne("{\n\t\"a\": [\n\t\t1,\n\t\t\"b\"\n\t]\n}\n").value), R"({"a":[1,"b"]})");
}

TEST(Yaml, ReadsSurrogatePairsInJsonWithTheirExactSpans) {
  const std::string text = R"({"k\ud83d\ude00": "a\uD83D\uDE00b\\ud83d", "lone": "\ud800x", "next": "plain"})";
  const Document document = ParseOne(text);
  EXPECT_EQ(Dump(document.value), "{\"k😀\":\"a😀b\\\\ud83d\",\"lone\":\"\uFFFDx\",\"next\":\"plain\"}");
  EXPECT_EQ(Bytes(text, document, "/k😀"), R"("a\uD83D\uDE00b\\ud83d")");
  EXPECT_EQ(Bytes(text, document, "/next"), R"("plain")");
}

TEST(Yaml, RefusesSurrogateEscapesOutsideOfJsonAsGoDoes) {
  EXPECT_THAT(ErrorOf("a: \"\\ud83d\\ude00\"\n"), testing::HasSubstr("a.yaml:1:"));
}

struct SpanCase {
  std::string name;
  std::string text;
  std::string pointer;
  std::string bytes;
  std::string value;
  ScalarStyle style;
};
void PrintTo(const SpanCase& c, std::ostream* out) {
  *out << c.name;
}

class YamlSpan : public testing::TestWithParam<SpanCase> {};

TEST_P(YamlSpan, IsExact) {
  const SpanCase& c = GetParam();
  const Document document = ParseOne(c.text);
  EXPECT_EQ(Bytes(c.text, document, c.pointer), c.bytes);
  const Json* const value = &document.value.at(Json::json_pointer(c.pointer));
  EXPECT_EQ(ScalarText(*value), c.value);
  ASSERT_NE(document.SpanOf(c.pointer), nullptr);
  EXPECT_EQ(document.SpanOf(c.pointer)->style, c.style);
}

INSTANTIATE_TEST_SUITE_P(
    Styles, YamlSpan,
    testing::Values(
        SpanCase{"Plain", "a: b c  # note\n", "/a", "b c", "b c", ScalarStyle::kPlain},
        SpanCase{"PlainAtTheEnd", "a: b", "/a", "b", "b", ScalarStyle::kPlain},
        SpanCase{"PlainWithHash", "a: b#c\n", "/a", "b#c", "b#c", ScalarStyle::kPlain},
        SpanCase{"PlainInFlow", "a: [x y , z]\n", "/a/0", "x y", "x y", ScalarStyle::kPlain},
        SpanCase{"PlainOverLines", "a: b\n  c\n\n  d # e\nz: 1\n", "/a", "b\n  c\n\n  d", "b c\nd",
                 ScalarStyle::kPlain},
        SpanCase{"PlainOverCrlfLines", "a: b\r\n  c\r\n\r\n  d\r\nz: 1\r\n", "/a", "b\r\n  c\r\n\r\n  d", "b c\nd",
                 ScalarStyle::kPlain},
        SpanCase{"PlainNumber", "a: 0x1F\n", "/a", "0x1F", "31", ScalarStyle::kPlain},
        SpanCase{"SingleQuoted", "a: 'it''s' # c\n", "/a", "'it''s'", "it's", ScalarStyle::kSingleQuoted},
        SpanCase{"SingleQuotedOverLines", "a: 'b\n  c'\nz: 1\n", "/a", "'b\n  c'", "b c", ScalarStyle::kSingleQuoted},
        SpanCase{"DoubleQuoted", R"(a: "b\"c\\" # d)", "/a", R"("b\"c\\")", "b\"c\\", ScalarStyle::kDoubleQuoted},
        SpanCase{"DoubleQuotedOverLines", "a: \"b\\\n  c\"\n", "/a", "\"b\\\n  c\"", "bc", ScalarStyle::kDoubleQuoted},
        SpanCase{"EmptyQuoted", "a: ''\nb: 1\n", "/a", "''", "", ScalarStyle::kSingleQuoted},
        SpanCase{"Literal", "a: |\n  b\n   c\n\n  d\nz: 1\n", "/a", "|\n  b\n   c\n\n  d", "b\n c\n\nd\n",
                 ScalarStyle::kLiteral},
        SpanCase{"LiteralStripped", "a:\n  b: |-\n    c\n\n\nz: 1\n", "/a/b", "|-\n    c", "c", ScalarStyle::kLiteral},
        SpanCase{"LiteralKept", "a: |+\n  b\n\n\nz: 1\n", "/a", "|+\n  b", "b\n\n\n", ScalarStyle::kLiteral},
        SpanCase{"LiteralWithIndentation", "a:\n  b: |2\n      c\n    d\n  e: 1\n", "/a/b", "|2\n      c\n    d",
                 "  c\nd\n", ScalarStyle::kLiteral},
        SpanCase{"LiteralWithCrlf", "a: |\r\n  b\r\n  c\r\nz: 1\r\n", "/a", "|\r\n  b\r\n  c", "b\nc\n",
                 ScalarStyle::kLiteral},
        SpanCase{"LiteralBeforeComment", "a: |\n  b\n# c\nz: 1\n", "/a", "|\n  b", "b\n", ScalarStyle::kLiteral},
        SpanCase{"LiteralAtTheEnd", "a: |\n  b", "/a", "|\n  b", "b", ScalarStyle::kLiteral},
        SpanCase{"LiteralInList", "a:\n- |\n b\n c\n- d\n", "/a/0", "|\n b\n c", "b\nc\n", ScalarStyle::kLiteral},
        SpanCase{"LiteralInListOfMaps", "a:\n- b: |\n    c\n  d: e\n", "/a/0/b", "|\n    c", "c\n",
                 ScalarStyle::kLiteral},
        SpanCase{"EmptyLiteral", "a: | # c\nz: 1\n", "/a", "|", "", ScalarStyle::kLiteral},
        SpanCase{"Folded", "a: >-\n  b\n  c\n\n  d\nz: 1\n", "/a", ">-\n  b\n  c\n\n  d", "b c\nd",
                 ScalarStyle::kFolded},
        SpanCase{"AfterTag", "a: !!str 12\n", "/a", "12", "12", ScalarStyle::kPlain},
        SpanCase{"AfterAnchorAndTag", "a: &x !!str\n  # c\n  '12'\n", "/a", "'12'", "12", ScalarStyle::kSingleQuoted},
        SpanCase{"AfterAnchor", "a: &x |\n  b\nz: 1\n", "/a", "|\n  b", "b\n", ScalarStyle::kLiteral},
        SpanCase{"UnderAnchoredMap", "a: &x\n  b: |\n    c\n   # d\n  e: 1\n", "/a/b", "|\n    c", "c\n",
                 ScalarStyle::kLiteral},
        SpanCase{"Multibyte", "ä: öß # c\n", "/ä", "öß", "öß", ScalarStyle::kPlain},
        SpanCase{"EscapedPointer", "a/b~c: d\n", "/a~1b~0c", "d", "d", ScalarStyle::kPlain},
        SpanCase{"JsonValue", R"({"a":"b","c":"d"})", "/c", R"("d")", "d", ScalarStyle::kDoubleQuoted}),
    [](const auto& instance) { return instance.param.name; });

TEST(YamlSpans, CountBytesFromTheFilesFirstEvenAfterABom) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a: b\nc: d\n";
  const Document document = ParseOne(text);
  EXPECT_EQ(Bytes(text, document, "/a"), "b");
  EXPECT_EQ(Bytes(text, document, "/c"), "d");
  EXPECT_EQ(document.SpanOf("/a")->column, 4);
}

TEST(YamlSpans, KnowLineAndColumnInBytes) {
  const Document document = ParseOne("a:\r\n  - ä: b\r\n    c: 'd'\r\n");
  const ScalarSpan* const span = document.SpanOf("/a/0/c");
  ASSERT_NE(span, nullptr);
  EXPECT_EQ(span->line, 3);
  EXPECT_EQ(span->column, 8);
  EXPECT_EQ(document.SpanOf("/a/0/ä")->column, 9);
}

TEST(YamlSpans, StandInFileOrderWithoutKeysAndNulls) {
  const Document document = ParseOne("a: 1\nb: ~\nc:\nd: [x, null, y]\n");
  std::vector<std::string> pointers;
  for (const ScalarSpan& span : document.scalars)
    pointers.push_back(span.pointer);
  EXPECT_THAT(pointers, testing::ElementsAre("/a", "/d/0", "/d/2"));
}

TEST(YamlSpans, ReachThroughAliases) {
  const std::string text = "base: &b\n  image: x\n  deep: {tag: y}\none: *b\ntwo:\n  <<: *b\n  image: z\n";
  const Document document = ParseOne(text);
  EXPECT_EQ(Bytes(text, document, "/one/image"), "x");
  EXPECT_EQ(Bytes(text, document, "/one/deep/tag"), "y");
  EXPECT_EQ(Bytes(text, document, "/two/deep/tag"), "y");
  EXPECT_EQ(Bytes(text, document, "/two/image"), "z");
  EXPECT_EQ(document.SpanOf("/two/nothing"), nullptr);
}

TEST(YamlSpans, ReachThroughListsOfMergedMaps) {
  const std::string text = "a: &a {x: 1}\nb: &b {x: 2, v: 3}\nc:\n  <<: [*a, *b]\n";
  const Document document = ParseOne(text);
  EXPECT_EQ(Bytes(text, document, "/c/x"), "1");
  EXPECT_EQ(Bytes(text, document, "/c/v"), "3");
}

TEST(YamlLines, NameKeysAndItems) {
  const Document document = ParseOne("spec:\n  containers:\n  - name: a\n    image: b\n  -\n    name: c\n");
  EXPECT_EQ(document.LineOf("/spec"), 1);
  EXPECT_EQ(document.LineOf("/spec/containers"), 2);
  EXPECT_EQ(document.LineOf("/spec/containers/0/image"), 4);
  EXPECT_EQ(document.LineOf("/spec/containers/1/image"), 6);
  EXPECT_EQ(document.LineOf("/spec/containers/1/name"), 6);
  EXPECT_EQ(document.LineOf("/spec/contain"), 1);
  EXPECT_EQ(document.LineOf("/other"), 1);
  EXPECT_EQ(document.LineOf(""), 1);
}

TEST(YamlMerge, TakesMapsAliasesAndLists) {
  EXPECT_EQ(Dump(ParseOne("a: &a {x: 1, v: 2}\nb:\n  <<: *a\n  v: 3\n").value["b"]), R"({"x":1,"v":3})");
  EXPECT_EQ(Dump(ParseOne("<<: {x: 1}\nv: 2\n").value), R"({"x":1,"v":2})");
  EXPECT_EQ(Dump(ParseOne("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b], w: 0}\n").value["c"]),
            R"({"x":1,"z":3,"w":0})");
}

TEST(YamlMerge, OverridesWhatStandsBeforeItAsGoYamlDoes) {
  EXPECT_EQ(Dump(ParseOne("a: &a {x: 1}\nb:\n  x: 2\n  <<: *a\n").value["b"]), R"({"x":1})");
}

TEST(YamlMerge, RefusesAnythingElse) {
  EXPECT_THAT(ErrorOf("a:\n  <<: b\n"), testing::HasSubstr("a.yaml:2:7: '<<' takes a map or a list of maps"));
  EXPECT_THAT(ErrorOf("a:\n  <<: [b]\n"), testing::HasSubstr("'<<' takes a map or a list of maps"));
}

TEST(YamlMerge, LeavesAQuotedKeyAlone) {
  EXPECT_EQ(Dump(ParseOne("'<<': {x: 1}\n").value), R"({"<<":{"x":1}})");
  EXPECT_EQ(Dump(ParseOne("a: <<\n").value), R"({"a":"<<"})");
}

TEST(YamlAliases, CopyWhatTheyName) {
  EXPECT_EQ(Dump(ParseOne("a: &x [1, {b: c}]\nd: *x\ne: &k key\n*k : v\n").value),
            R"({"a":[1,{"b":"c"}],"d":[1,{"b":"c"}],"e":"key","key":"v"})");
}

TEST(YamlAliases, EndWithTheirDocument) {
  EXPECT_THAT(ErrorOf("a: &x 1\n---\nb: *x\n"), testing::HasSubstr("a.yaml:3:4"));
  EXPECT_THAT(ErrorOf("a: &x [*x]\n"), testing::HasSubstr("this alias stands inside of what it names"));
}

TEST(YamlAliases, ExpandOnlyUpToTheLimit) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j)
      text += ", " + last;
    text += "]\n";
  }
  YamlOptions options;
  options.alias_limit = 50'000;
  EXPECT_THAT(ErrorOf(text, options), testing::HasSubstr("aliases expand to more than is allowed"));
}

TEST(YamlAliases, CountLongTextsToo) {
  YamlOptions options;
  options.alias_limit = 1000;
  const std::string text = "a: &a '" + std::string(300'000, 'x') + "'\nb: *a\n";
  EXPECT_THAT(ErrorOf(text, options), testing::HasSubstr("aliases expand to more than is allowed"));
}

TEST(YamlKeys, AreStringifiedAsKubernetesDoesIt) {
  EXPECT_EQ(Dump(ParseOne("on: 1\n12: 2\n0x10: 3\n1.5: 4\nfalse: 5\n'13': 6\n").value),
            R"({"true":1,"12":2,"16":3,"1.5":4,"false":5,"13":6})");
}

TEST(YamlKeys, MustBeScalarsThatAreNotNull) {
  EXPECT_THAT(ErrorOf("~: 1\n"), testing::HasSubstr("a.yaml:1:1: a field has no name"));
  EXPECT_THAT(ErrorOf("a:\n  : 1\n"), testing::HasSubstr("a field has no name"));
  EXPECT_THAT(ErrorOf("? [a]\n: 1\n"), testing::HasSubstr("a list or map cannot be a key"));
  EXPECT_THAT(ErrorOf("{a: 1}: 2\n"), testing::HasSubstr("a list or map cannot be a key"));
}

TEST(YamlKeys, MayNotComeTwice) {
  EXPECT_THAT(ErrorOf("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"),
              testing::HasSubstr("a.yaml:5:3: duplicate key 'c' (first in line 3)"));
  EXPECT_THAT(ErrorOf("{\"a\": 1, \"a\": 2}"), testing::HasSubstr("a.yaml:1:10: duplicate key 'a'"));
  EXPECT_THAT(ErrorOf("true: 1\non: 2\n"), testing::HasSubstr("duplicate key 'true'"));
}

TEST(YamlKeys, MayNotComeTwiceAmongManyEither) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "key" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(ParseOne(text).value.size(), 100U);
  EXPECT_THAT(ErrorOf(text + "key7: 2\n"), testing::HasSubstr("a.yaml:101:1: duplicate key 'key7' (first in line 8)"));
}

TEST(YamlKeys, OfFloatingNumbersAreWrittenAsGoWritesThem) {
  EXPECT_EQ(Dump(ParseOne("1.10: a\n12345e6: b\n1e400: c\n1e-7: d\n2.0: e\n").value),
            R"({"1.1":"a","1.2345e+10":"b","1e400":"c","1e-07":"d","2":"e"})");
}

TEST(Yaml, KeepsLineFeedsThatTheParserDrops) {
  EXPECT_EQ(Dump(ParseOne("a: >+\n\n  x\n\n\nb: 'c\n\n\n\n'\nd: \"e\n\n\n\"\nf: 'g\n\n'\n").value),
            R"({"a":"\nx\n\n\n","b":"c\n\n\n","d":"e\n\n","f":"g\n"})");
}

TEST(Yaml, WritesAllEscapesAsUtf8) {
  EXPECT_EQ(ParseOne(R"(a: "\x41\u00e9\U0001F600\e\_\N\L\P\xe9")").value["a"],
            "A\u00e9\U0001F600\x1b\u00a0\u0085\u2028\u2029\u00e9");
}

TEST(YamlTags, AreHonoured) {
  EXPECT_EQ(Dump(ParseOne("a: !!str 12\nb: !!int '12'\nc: !!float 2\nd: !!bool 'yes'\ne: !!binary aGk=\n"
                          "f: !own x\ng: ! 12\nh: !<tag:yaml.org,2002:str> on\ni: !!null ''\n")
                     .value),
            R"({"a":"12","b":12,"c":2,"d":true,"e":"aGk=","f":"x","g":"12","h":"on","i":null})");
  EXPECT_THAT(ErrorOf("a: !!int x\n"), testing::HasSubstr("a.yaml:1:10: 'x' is no integer"));
}

TEST(YamlTags, MayStandWithoutText) {
  EXPECT_EQ(Dump(ParseOne("a: !!str\n\"b\": \"c\"\n").value), R"({"a":"","b":"c"})");
  EXPECT_EQ(Dump(ParseOne("a: !!str ''\nb: [!!str , x]\n").value), R"({"a":"","b":["","x"]})");
}

TEST(YamlErrors, NameTabsInTheIndentation) {
  EXPECT_THAT(ErrorOf("a:\n\tb: 1\n"), testing::HasSubstr("a.yaml:2:1: a tab is used as indentation"));
  EXPECT_THAT(ErrorOf("a:\n  b: 1\n \tc: 2\n"), testing::HasSubstr("a.yaml:3:2: a tab is used as indentation"));
  EXPECT_THAT(ErrorOf("a:\n\t- b\n"), testing::HasSubstr("a.yaml:2:1: a tab is used as indentation"));
}

TEST(YamlErrors, LeaveOtherTabsAlone) {
  EXPECT_EQ(Dump(ParseOne("a:\tb\nc: \"d\te\"\nf: |\n  \tg\nh:\n- 1\t# i\n\t\n").value),
            R"({"a":"b","c":"d\te","f":"\tg\n","h":[1]})");
}

TEST(YamlErrors, NameBytesThatAreNoText) {
  EXPECT_THAT(ErrorOf(std::string_view("a: b\0c\n", 7)), testing::HasSubstr("a.yaml:1:5"));
  EXPECT_THAT(ErrorOf("a: 1\nb: \xff\n"), testing::HasSubstr("a.yaml:2:4: byte 0xff is no UTF-8 here"));
  EXPECT_THAT(ErrorOf("a: \xC0\xAF\n"), testing::HasSubstr("byte 0xc0 is no UTF-8 here"));
  EXPECT_THAT(ErrorOf("a: \xED\xA0\x80\n"), testing::HasSubstr("byte 0xed is no UTF-8 here"));
  EXPECT_THAT(ErrorOf("a: \x1b[31m\n"), testing::HasSubstr("a.yaml:1:4: control character 0x1b is not allowed"));
  EXPECT_THAT(ErrorOf("a: \x04\n"), testing::HasSubstr("control character 0x04"));
  EXPECT_THAT(ErrorOf("a: \xE2\x82"), testing::HasSubstr("no UTF-8"));
}

TEST(YamlErrors, NameUtf16) {
  EXPECT_THAT(ErrorOf(std::string_view("\xFF\xFE"
                                       "a\0:\0",
                                       6)),
              testing::HasSubstr("the file is UTF-16"));
  EXPECT_THAT(ErrorOf(std::string_view("\xFE\xFF\0a\0:", 6)), testing::HasSubstr("the file is UTF-16"));
  EXPECT_THAT(ErrorOf(std::string_view("a\0:\0", 4)), testing::HasSubstr("is it UTF-16?"));
}

TEST(YamlErrors, NameWhatJsonCannotHold) {
  EXPECT_THAT(ErrorOf("a: .inf\n"), testing::HasSubstr("a.yaml:1:4: JSON has no '.inf'"));
  EXPECT_THAT(ErrorOf("a: [-.INF]\n"), testing::HasSubstr("JSON has no '-.INF'"));
  EXPECT_THAT(ErrorOf("a: .NaN\n"), testing::HasSubstr("JSON has no '.NaN'"));
  EXPECT_EQ(Dump(ParseOne("a: '.inf'\n").value), R"({"a":".inf"})");
}

TEST(YamlErrors, NameThePlaceOfASyntaxError) {
  EXPECT_THAT(ErrorOf("a: b: c\n"), testing::HasSubstr("a.yaml:1:5: a ':' may not stand here"));
  EXPECT_THAT(ErrorOf("a: [1, 2\n"), testing::HasSubstr("a.yaml:"));
  EXPECT_THAT(ErrorOf("a: 'b\n"), testing::HasSubstr("a quote is never closed"));
  EXPECT_THAT(ErrorOf("a: 1\n  b: 2\n"), testing::HasSubstr("a.yaml:2:4: a ':' may not stand here"));
  EXPECT_THAT(ErrorOf("a: @b\n"), testing::HasSubstr("a.yaml:1:4: no text may begin with this character"));
  EXPECT_THAT(ErrorOf("a: 1\n]\n"), testing::HasSubstr("a.yaml:2:1"));
  EXPECT_THAT(ErrorOf("a: *nowhere\n"), testing::HasSubstr("a.yaml:1:4"));
}

TEST(YamlErrors, BoundDepthAndDocuments) {
  YamlOptions options;
  options.depth_limit = 8;
  EXPECT_EQ(ErrorOf("[[[[[[[[]]]]]]]]", options), "no error");
  EXPECT_THAT(ErrorOf("[[[[[[[[[]]]]]]]]]", options), testing::HasSubstr("nested more than 8 levels deep"));
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), testing::HasSubstr("a.yaml:1:"));
  options.document_limit = 2;
  EXPECT_EQ(ErrorOf("a: 1\n---\nb: 1\n", options), "no error");
  EXPECT_THAT(ErrorOf("a: 1\n---\nb: 1\n---\nc: 1\n", options), testing::HasSubstr("more than 2 documents"));
}

TEST(Yaml, ReadsAHelmLikeFileWithEveryStyleTogether) {
  const std::string text =
      "# a comment\r\n"
      "apiVersion: v1\r\n"
      "kind: ConfigMap\r\n"
      "metadata: {name: \"x\", labels: {kontrakt: 'test'}}\r\n"
      "data:\r\n"
      "  run.sh: |-\r\n"
      "    #!/bin/sh\r\n"
      "    echo \"${HOME}: done\"\r\n"
      "  folded: >\r\n"
      "    one\r\n"
      "    two\r\n"
      "  empty: \"\"\r\n";
  const Document document = ParseOne(text);
  EXPECT_EQ(Dump(document.value),
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"kontrakt":"test"}},)"
            R"("data":{"run.sh":"#!/bin/sh\necho \"${HOME}: done\"","folded":"one two\n","empty":""}})");
  EXPECT_EQ(document.LineOf("/data/folded"), 9);
}

}  // namespace
}  // namespace kontrakt::doc
