#include "lib/manifest/pointer.h"

#include <gmock/gmock.h>

#include "lib/doc/json.h"

namespace kontrakt::manifest {
namespace {

using testing::ElementsAre;

TEST(Pointer, EscapesTokens) {
  EXPECT_EQ(PointerTo("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(PointerTo("", std::size_t{3}), "/3");
}

TEST(Pointer, TokensAreUnescaped) {
  EXPECT_THAT(TokensOf("/a/b~1c~0d/"), ElementsAre("a", "b/c~d", ""));
  EXPECT_THAT(TokensOf(""), ElementsAre());
}

TEST(Pointer, EscapedTildeIsNotTakenForASlash) {
  EXPECT_THAT(TokensOf("/~01"), ElementsAre("~1"));
}

TEST(Pointer, LeadsThroughMapsAndLists) {
  const doc::Json value = {{"a", {{{"b/c", 1}}, {{"b/c", 2}}}}};
  ASSERT_NE(At(value, "/a/1/b~1c"), nullptr);
  EXPECT_EQ(*At(value, "/a/1/b~1c"), 2);
  EXPECT_EQ(At(value, ""), &value);
}

TEST(Pointer, LeadsNowhereWithoutFailing) {
  const doc::Json value = {{"a", {1, 2}}};
  EXPECT_EQ(At(value, "/b"), nullptr);
  EXPECT_EQ(At(value, "/a/2"), nullptr);
  EXPECT_EQ(At(value, "/a/-1"), nullptr);
  EXPECT_EQ(At(value, "/a/x"), nullptr);
  EXPECT_EQ(At(value, "/a/0/deeper"), nullptr);
}

}  // namespace
}  // namespace kontrakt::manifest
