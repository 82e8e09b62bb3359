#include "lib/doc/json_scan.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt::doc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Seen {
  std::vector<std::string> heads;
  std::vector<std::string> raws;
};

Result<ListEnvelope> Scan(std::string_view text, Seen& seen) {
  return ScanList(text, [&seen](const ObjectHead& head, std::string_view raw) -> Result<void> {
    seen.heads.push_back(std::string(head.namespace_name) + "/" + std::string(head.name) + " " + std::string(head.uid) +
                         " " + std::string(head.resource_version));
    seen.raws.emplace_back(raw);
    return {};
  });
}

TEST(ScanList, GivesEachItemsHeadAndRawJson) {
  const std::string first =
      R"({"metadata":{"name":"a","namespace":"n","uid":"u1","resourceVersion":"5","labels":{"x":"]}"},)"
      R"("managedFields":[{"f":{}}]},"status":{"list":[[1],{"a":"b\"}"}]}})";
  const std::string second = R"({"kind":"Pod","spec":{"name":"no"},"metadata":{"uid":"u2","name":"b"}})";
  Seen seen;
  const Result<ListEnvelope> envelope =
      Scan(R"({"kind":"PodList","metadata":{"resourceVersion":"77","continue":"more"},"items":[)" + first + " ,\n " +
               second + " ]}",
           seen);
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->resource_version, "77");
  EXPECT_EQ(envelope->continue_token, "more");
  EXPECT_THAT(seen.heads, ElementsAre("n/a u1 5", "/b u2 "));
  EXPECT_THAT(seen.raws, ElementsAre(first, second));
}

TEST(ScanList, TakesTheEnvelopeInAnyOrder) {
  Seen seen;
  const Result<ListEnvelope> envelope =
      Scan(R"({"items":[{"metadata":{"name":"a"}}],"metadata":{"resourceVersion":"9"},"kind":"L"})", seen);
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->resource_version, "9");
  EXPECT_THAT(seen.heads, ElementsAre("/a  "));
}

TEST(ScanList, TakesListsWithoutItemsAndObjectsWithoutMetadata) {
  Seen seen;
  EXPECT_TRUE(Scan(R"({"metadata":{},"items":null})", seen));
  EXPECT_TRUE(Scan(R"({"metadata":{},"items":[]})", seen));
  EXPECT_THAT(seen.heads, IsEmpty());
  EXPECT_TRUE(Scan(R"({"items":[{"kind":"x"},{"metadata":null}]})", seen));
  EXPECT_THAT(seen.heads, ElementsAre("/  ", "/  "));
  EXPECT_THAT(seen.raws, ElementsAre(R"({"kind":"x"})", R"({"metadata":null})"));
}

TEST(ScanList, UnescapesNames) {
  Seen seen;
  ASSERT_TRUE(Scan(R"({"items":[{"metadata":{"name":"a\u0026b"}}]})", seen));
  EXPECT_THAT(seen.heads, ElementsAre("/a&b  "));
}

TEST(ScanList, EndsAtTheSinksError) {
  int calls = 0;
  const Result<ListEnvelope> envelope =
      ScanList(R"({"items":[{},{},{}]})", [&calls](const ObjectHead&, std::string_view) -> Result<void> {
        if (++calls == 2)
          return Conflict("enough");
        return {};
      });
  ASSERT_FALSE(envelope);
  EXPECT_EQ(envelope.error().message(), "enough");
  EXPECT_EQ(calls, 2);
}

TEST(ScanList, RefusesWhatIsNoList) {
  for (const char* text : {"", "[]", "{}", "404 page not found", R"({"kind":"Status"})", R"({"items":{}})",
                           R"({"items":[1]})", R"({"items":[{"metadata":{"name":"a"}})", R"({"items":[{"a":)"}) {
    Seen seen;
    const Result<ListEnvelope> envelope = Scan(text, seen);
    ASSERT_FALSE(envelope) << text;
    EXPECT_EQ(envelope.error().code(), ErrorCode::kInvalidInput) << text;
  }
}

TEST(ScanList, WalksManyItems) {
  std::string text = R"({"metadata":{"resourceVersion":"1"},"items":[)";
  for (int i = 0; i < 5000; ++i) {
    text += (i > 0 ? "," : "") + (R"({"metadata":{"name":"p)" + std::to_string(i)) + R"("},"spec":{"a":[1,2,3]}})";
  }
  text += "]}";
  Seen seen;
  ASSERT_TRUE(Scan(text, seen));
  ASSERT_EQ(seen.raws.size(), 5000U);
  EXPECT_EQ(StringAt(ParseJson(seen.raws[4999]).value(), {"metadata", "name"}), "p4999");
}

TEST(ScanWatchLine, GivesTypeHeadAndObject) {
  const std::string object =
      R"({"kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"8"}})";
  const std::string line = R"({"type":"MODIFIED","object":)" + object + " }\n";
  const Result<WatchLine> scanned = ScanWatchLine(line);
  ASSERT_TRUE(scanned);
  EXPECT_EQ(scanned->type, "MODIFIED");
  EXPECT_EQ(scanned->head.name, "a");
  EXPECT_EQ(scanned->head.namespace_name, "n");
  EXPECT_EQ(scanned->head.uid, "u");
  EXPECT_EQ(scanned->head.resource_version, "8");
  EXPECT_EQ(scanned->object, object);
  EXPECT_FALSE(scanned->initial_events_end);
  EXPECT_GE(scanned->object.data(), line.data());
  EXPECT_LT(scanned->object.data(), line.data() + line.size());
}

TEST(ScanWatchLine, KeepsItsHeadWhenMoved) {
  WatchLine moved;
  {
    Result<WatchLine> scanned =
        ScanWatchLine(R"({"object":{"metadata":{"name":"a-rather-long-name-of-a-pod"}},"type":"ADDED"})");
    ASSERT_TRUE(scanned);
    moved = *std::move(scanned);
  }
  EXPECT_EQ(moved.head.name, "a-rather-long-name-of-a-pod");
  EXPECT_EQ(moved.type, "ADDED");
}

TEST(ScanWatchLine, KnowsTheEndOfInitialEvents) {
  EXPECT_TRUE(ScanWatchLine(R"({"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9",)"
                            R"("annotations":{"a":"b","k8s.io/initial-events-end":"true"}}}})")
                  ->initial_events_end);
  const Result<WatchLine> plain =
      ScanWatchLine(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"10","annotations":{"a":"b"}}}})");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->initial_events_end);
  EXPECT_EQ(plain->head.resource_version, "10");
}

TEST(ScanWatchLine, LeavesAnErrorsHeadEmpty) {
  const Result<WatchLine> scanned =
      ScanWatchLine(R"({"type":"ERROR","object":{"kind":"Status","metadata":{"name":"x"},"code":410}})");
  ASSERT_TRUE(scanned);
  EXPECT_EQ(scanned->head.name, "");
  EXPECT_EQ(IntAt(ParseJson(scanned->object).value(), {"code"}), 410);
}

TEST(ScanWatchLine, RefusesWhatIsNone) {
  for (const char* line : {"", "{", "[]", "{}", R"({"type":"ADDED"})", R"({"object":{}})", R"({"type":1,"object":{}})",
                           R"({"type":"ADDED","object":[]})", R"({"type":"ADDED","object":{"metadata":{"name":)"}) {
    const Result<WatchLine> scanned = ScanWatchLine(line);
    ASSERT_FALSE(scanned) << line;
    EXPECT_EQ(scanned.error().code(), ErrorCode::kInvalidInput);
  }
}

}  // namespace
}  // namespace kontrakt::doc
