#include "lib/lifecycle/assertion_match.h"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/yaml.h"

namespace kontrakt {
namespace {

using doc::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json Yaml(const std::string& text) {
  auto documents = doc::ParseYaml(text, "test.yaml");
  EXPECT_TRUE(documents.ok()) << documents.error().ToString();
  return documents.ok() && !documents->empty() ? documents->front().value : Json();
}

std::vector<std::string> Mismatches(const std::string& wanted, const std::string& found) {
  const auto pattern = AssertionPattern::Create(Yaml(wanted));
  EXPECT_TRUE(pattern.ok()) << pattern.error().ToString();
  std::vector<std::string> lines;
  if (pattern.ok()) {
    for (const AssertedField& field : pattern->Mismatches(Yaml(found)))
      lines.push_back(field.path + " wanted " + field.wanted + " found " + field.found);
  }
  return lines;
}

struct MatchCase {
  std::string name;
  std::string wanted;
  std::string found;
  bool matches = true;
};

void PrintTo(const MatchCase& match_case, std::ostream* out) {
  *out << match_case.wanted << " against " << match_case.found;
}

class Matching : public ::testing::TestWithParam<MatchCase> {};

TEST_P(Matching, IsDecided) {
  EXPECT_EQ(Mismatches(GetParam().wanted, GetParam().found).empty(), GetParam().matches);
}

std::string NameOfCase(const ::testing::TestParamInfo<MatchCase>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Plain, Matching,
    ::testing::Values(
        MatchCase{"WhatIsNotWrittenDoesNotMatter", "a: {b: 1}", "{a: {b: 1, c: 2}, d: 3}"},
        MatchCase{"AnotherValueDoesNot", "a: 1", "a: 2", false}, MatchCase{"AbsenceDoesNot", "a: 1", "b: 1", false},
        MatchCase{"NumbersByValue", "a: 1.0", "a: 1"}, MatchCase{"TextsAreNoNumbers", "a: '1'", "a: 1", false},
        MatchCase{"TrueIsNoText", "a: 'true'", "a: true", false}, MatchCase{"NullWantsAbsence", "a: null", "b: 1"},
        MatchCase{"NullWantsNoValue", "{a: null, b: 1}", "{a: 1, b: 1}", false},
        MatchCase{"AnEmptyMapWantsAMap", "a: {}", "a: {b: 1}"},
        MatchCase{"AnEmptyMapIsNotAbsence", "{a: {}, b: 1}", "b: 1", false},
        MatchCase{"AMapIsNoList", "a: {b: 1}", "a: [1]", false}, MatchCase{"AMapIsNoText", "a: {b: 1}", "a: b", false}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Lists, Matching,
    ::testing::Values(
        MatchCase{"ByName", "a: [{name: y, v: 2}]", "a: [{name: x, v: 1}, {name: y, v: 2}]"},
        MatchCase{"ByNameWrongValue", "a: [{name: y, v: 3}]", "a: [{name: x, v: 3}, {name: y, v: 2}]", false},
        MatchCase{"ByNameMissing", "a: [{name: z}]", "a: [{name: x}]", false},
        MatchCase{"ByType", "a: [{type: Ready, status: 'True'}]",
                  "a: [{type: Available, status: 'False'}, {type: Ready, status: 'True'}]"},
        MatchCase{"ByKey", "a: [{key: k, operator: Exists}]", "a: [{key: j}, {key: k, operator: Exists}]"},
        MatchCase{"ByContainerPort", "a: [{containerPort: 80, protocol: TCP}]",
                  "a: [{containerPort: 443, protocol: UDP}, {containerPort: 80, protocol: TCP}]"},
        MatchCase{"ByPort", "a: [{port: 80, targetPort: http}]", "a: [{port: 1}, {port: 80, targetPort: http}]"},
        MatchCase{"ByIndexWithoutAnIdentity", "a: [{x: 1}, {x: 2}]", "a: [{x: 1}, {x: 2}, {x: 3}]"},
        MatchCase{"ByIndexInOrder", "a: [{x: 2}, {x: 1}]", "a: [{x: 1}, {x: 2}]", false},
        MatchCase{"ByIndexWhenOnlySomeHaveAName", "a: [{name: y}, {x: 2}]", "a: [{name: x}, {name: y, x: 2}]", false},
        MatchCase{"ANameThatIsAnOperatorIdentifiesNothing", "a: [{name: {$regex: '^x'}}]", "a: [{name: y}, {name: x}]",
                  false},
        MatchCase{"PlainValuesByIndex", "a: [1, 2]", "a: [1, 2]"},
        MatchCase{"PlainValuesOfOtherLength", "a: [1, 2]", "a: [1, 2, 3]", false},
        MatchCase{"PlainValuesMayBeOperators", "a: [{$gt: 0}, 2]", "a: [1, 2]"},
        MatchCase{"EmptyWantsEmpty", "a: []", "a: []"}, MatchCase{"EmptyWantsAbsence", "{a: [], b: 1}", "b: 1"},
        MatchCase{"EmptyWantsNoElement", "a: []", "a: [1]", false},
        MatchCase{"AListIsNoMap", "a: [1]", "a: {b: 1}", false}),
    NameOfCase);

INSTANTIATE_TEST_SUITE_P(
    Operators, Matching,
    ::testing::Values(
        MatchCase{"EqIsTheWholeValue", "a: {$eq: {b: 1}}", "a: {b: 1, c: 2}", false},
        MatchCase{"EqHolds", "a: {$eq: {b: 1, c: 2}}", "a: {c: 2, b: 1}"}, MatchCase{"NeHolds", "a: {$ne: 1}", "a: 2"},
        MatchCase{"NeHoldsForAbsence", "a: {$ne: 1}", "b: 2"}, MatchCase{"NeFails", "a: {$ne: 1}", "a: 1", false},
        MatchCase{"GtHolds", "a: {$gt: 1}", "a: 2"}, MatchCase{"GtFailsWhenEqual", "a: {$gt: 1}", "a: 1", false},
        MatchCase{"GeHoldsWhenEqual", "a: {$ge: 1}", "a: 1"}, MatchCase{"LtHolds", "a: {$lt: 1.5}", "a: 1"},
        MatchCase{"LeFails", "a: {$le: 1}", "a: 2", false},
        MatchCase{"SeveralMustAllHold", "a: {$gt: 1, $lt: 3}", "a: 3", false},
        MatchCase{"ABandHolds", "a: {$gt: 1, $lt: 3}", "a: 2"},
        MatchCase{"OrderFailsForAbsence", "a: {$gt: 1}", "b: 2", false},
        MatchCase{"OrderFailsForOtherTypes", "a: {$gt: 1}", "a: [2]", false},
        MatchCase{"QuantitiesHaveAnOrder", "a: {$le: 1Gi}", "a: 512Mi"},
        MatchCase{"MilliCpus", "a: {$lt: 1}", "a: 999m"},
        MatchCase{"TimesHaveAnOrder", "a: {$gt: '2026-01-01T00:00:00Z'}", "a: '2026-01-01T00:00:01Z'"},
        MatchCase{"InHolds", "a: {$in: [x, y]}", "a: y"}, MatchCase{"InFails", "a: {$in: [x, y]}", "a: z", false},
        MatchCase{"InWithNullTakesAbsence", "a: {$in: [null, x]}", "b: 1"},
        MatchCase{"RegexAnywhere", "a: {$regex: 'b+'}", "a: abbc"},
        MatchCase{"RegexAnchored", "a: {$regex: '^b'}", "a: abc", false},
        MatchCase{"RegexOfANumber", "a: {$regex: '^4..$'}", "a: 404"},
        MatchCase{"RegexFailsForAbsence", "a: {$regex: '.*'}", "b: 1", false},
        MatchCase{"Exists", "a: {$exists: true}", "a: 0"},
        MatchCase{"ExistsNotForNull", "a: {$exists: true}", "a: null", false},
        MatchCase{"ExistsFalse", "a: {$exists: false}", "b: 1"},
        MatchCase{"ExistsFalseFails", "a: {$exists: false}", "a: ''", false},
        MatchCase{"ExistsFalseBelowNothing", "a: {b: {c: {$exists: false}}}", "x: 1"},
        MatchCase{"LenOfAList", "a: {$len: 2}", "a: [1, 2]"}, MatchCase{"LenOfAMap", "a: {$len: 1}", "a: {b: 1}"},
        MatchCase{"LenOfATextInCharacters", "a: {$len: 2}", "a: äß"}, MatchCase{"LenOfNothing", "a: {$len: 0}", "b: 1"},
        MatchCase{"LenTakesOperators", "a: {$len: {$ge: 2}}", "a: [1, 2, 3]"},
        MatchCase{"LenOfANumberIsNone", "a: {$len: 1}", "a: 1", false},
        MatchCase{"NotHolds", "a: {$not: {b: 1}}", "a: {b: 2}"},
        MatchCase{"NotFails", "a: {$not: {b: 1}}", "a: {b: 1, c: 1}", false},
        MatchCase{"NotHoldsForAbsence", "a: {$not: 1}", "b: 1"},
        MatchCase{"AnyOfPatterns", "a: {$any: [1, {$gt: 10}]}", "a: 11"},
        MatchCase{"AnyOfPatternsFails", "a: {$any: [1, {$gt: 10}]}", "a: 2", false},
        MatchCase{"AllOfPatterns", "a: {$all: [{$gt: 1}, {$lt: 3}]}", "a: 2"},
        MatchCase{"AllOfPatternsFails", "a: {$all: [{$gt: 1}, {$lt: 3}]}", "a: 4", false},
        MatchCase{"AnyElement", "a: {$any: {type: Ready, status: 'True'}}",
                  "a: [{type: X, status: 'False'}, {type: Ready, status: 'True'}]"},
        MatchCase{"AnyElementFails", "a: {$any: {ready: true}}", "a: [{ready: false}]", false},
        MatchCase{"AllElements", "a: {$all: {ready: true}}", "a: [{ready: true}, {ready: true, x: 1}]"},
        MatchCase{"AllElementsFails", "a: {$all: {ready: true}}", "a: [{ready: true}, {ready: false}]", false},
        MatchCase{"AllOfNoElementsFails", "a: {$all: {ready: true}}", "a: []", false},
        MatchCase{"AllOfNothingFails", "a: {$all: {ready: true}}", "b: 1", false},
        MatchCase{"ElementsOfAMap", "a: {$any: on}", "a: {x: off, y: on}"},
        MatchCase{"PlainKeysThatOnlyLookSoAreReachedByEq", "a: {$eq: {$schema: x}}", "a: {$schema: x}"}),
    NameOfCase);

TEST(AssertionPattern, NamesEachFieldThatDiffers) {
  EXPECT_THAT(
      Mismatches("spec: {type: LoadBalancer, ports: [{port: 80, name: web}], selector: {a: b}}",
                 "spec: {type: ClusterIP, ports: [{port: 81, name: web}]}"),
      ElementsAre(R"(spec.type wanted "LoadBalancer" found "ClusterIP")",
                  R"(spec.ports[name=web].port wanted 80 found 81)", R"(spec.selector.a wanted "b" found (absent))"));
}

TEST(AssertionPattern, NamesOperatorsWithTheirOperands) {
  EXPECT_THAT(Mismatches("status: {replicas: {$ge: 2, $lt: 5}}", "status: {replicas: 1}"),
              ElementsAre("status.replicas wanted $ge 2 found 1"));
}

TEST(AssertionPattern, QuotesKeysThatHoldDots) {
  EXPECT_THAT(Mismatches("metadata: {labels: {app.kubernetes.io/name: a}}", "metadata: {}"),
              ElementsAre(R"(metadata.labels["app.kubernetes.io/name"] wanted "a" found (absent))"));
}

TEST(AssertionPattern, CutsLongValues) {
  const std::string text(1000, 'x');
  const auto mismatches = Mismatches("a: b", "a: " + text);
  ASSERT_EQ(mismatches.size(), 1U);
  EXPECT_LT(mismatches[0].size(), 300U);
  EXPECT_THAT(mismatches[0], HasSubstr("..."));
}

TEST(AssertionPattern, TellsWhatMatched) {
  const auto pattern = AssertionPattern::Create(Yaml("{status: {phase: Failed}}"));
  ASSERT_TRUE(pattern.ok());
  const auto fields = pattern->Fields(Yaml("{status: {phase: Failed}}"));
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].path, "status.phase");
  EXPECT_EQ(fields[0].found, "\"Failed\"");
}

TEST(AssertionPattern, AnEmptyOneAsksForNothing) {
  const auto pattern = AssertionPattern::Create(Json::object());
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->Matches(Yaml("a: 1")));
}

struct WrongCase {
  std::string name;
  std::string pattern;
  std::string pointer;
  std::string message;
};

void PrintTo(const WrongCase& wrong_case, std::ostream* out) {
  *out << wrong_case.pattern;
}

class WrongOperators : public ::testing::TestWithParam<WrongCase> {};

TEST_P(WrongOperators, AreToldWithTheirPlace) {
  std::vector<PatternProblem> problems;
  const auto pattern = AssertionPattern::Create(Yaml(GetParam().pattern), &problems);
  ASSERT_FALSE(pattern.ok());
  EXPECT_EQ(pattern.error().code(), ErrorCode::kInvalidInput);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].pointer, GetParam().pointer);
  EXPECT_THAT(problems[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongOperators,
    ::testing::Values(WrongCase{"Unknown", "a: {$equals: 1}", "/a/$equals", "no operator $equals"},
                      WrongCase{"BesideFields", "a: {$eq: 1, b: 2}", "/a/$eq", "beside ordinary fields"},
                      WrongCase{"InNoList", "a: {$in: x}", "/a/$in", "list"},
                      WrongCase{"ExistsNoBoolean", "a: {$exists: 1}", "/a/$exists", "true or false"},
                      WrongCase{"RegexWrong", "a: {$regex: '('}", "/a/$regex", "$regex"},
                      WrongCase{"RegexNoText", "a: {$regex: 1}", "/a/$regex", "text"},
                      WrongCase{"GtOfAWord", "a: {$gt: many}", "/a/$gt", "number"},
                      WrongCase{"LenBelowZero", "a: {$len: -1}", "/a/$len", "number"},
                      WrongCase{"LenOfAText", "a: {$len: x}", "/a/$len", "number"},
                      WrongCase{"WithinAList", "a: [{b: {$x: 1}}]", "/a/0/b/$x", "no operator"},
                      WrongCase{"WithinAnOperator", "a: {$not: {b: {$x: 1}}}", "/a/$not/b/$x", "no operator"},
                      WrongCase{"SlashesInKeys", "a/b: {$x: 1}", "/a~1b/$x", "no operator"}),
    [](const ::testing::TestParamInfo<WrongCase>& each) { return each.param.name; });

}  // namespace
}  // namespace kontrakt
