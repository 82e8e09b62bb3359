#include "lib/lifecycle/assertion_value.h"

#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;

TEST(SameValue, ComparesNumbersByValueAndMapsWithoutOrder) {
  EXPECT_TRUE(SameValue(Json(1), Json(1.0)));
  EXPECT_TRUE(SameValue(Json(1u), Json(1)));
  EXPECT_FALSE(SameValue(Json(1), Json("1")));
  EXPECT_TRUE(SameValue(Json{{"a", 1}, {"b", 2}}, Json{{"b", 2.0}, {"a", 1}}));
  EXPECT_FALSE(SameValue(Json{{"a", 1}}, Json{{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(SameValue(Json{{"a", 1}}, Json{{"b", 1}}));
  EXPECT_TRUE(SameValue(Json::array({1, "x"}), Json::array({1, "x"})));
  EXPECT_FALSE(SameValue(Json::array({1, 2}), Json::array({2, 1})));
  EXPECT_FALSE(SameValue(Json(nullptr), Json(false)));
}

TEST(ParseQuantity, KnowsKubernetesSuffixes) {
  EXPECT_EQ(ParseQuantity("500m"), 0.5);
  EXPECT_EQ(ParseQuantity("1Ki"), 1024.0);
  EXPECT_EQ(ParseQuantity("2G"), 2e9);
  EXPECT_EQ(ParseQuantity("2e3"), 2000.0);
  EXPECT_EQ(ParseQuantity("+1"), 1.0);
  EXPECT_EQ(ParseQuantity("-1"), -1.0);
  EXPECT_EQ(ParseQuantity("1E"), 1e18);
}

TEST(ParseQuantity, RefusesWhatIsNone) {
  for (const char* text : {"", "x", "1x", "1 ", "1KiB", "nan", "inf", "m"})
    EXPECT_FALSE(ParseQuantity(text).has_value()) << text;
}

TEST(OrderOf, OrdersNumbersQuantitiesAndTimes) {
  EXPECT_EQ(OrderOf(Json(1), Json(2)), std::partial_ordering::less);
  EXPECT_EQ(OrderOf(Json("1Gi"), Json("1G")), std::partial_ordering::greater);
  EXPECT_EQ(OrderOf(Json("1000m"), Json(1)), std::partial_ordering::equivalent);
  EXPECT_EQ(OrderOf(Json("2026-01-01T00:00:00Z"), Json("2026-01-01T01:00:00+01:00")),
            std::partial_ordering::equivalent);
}

TEST(OrderOf, KnowsNoneBetweenOthers) {
  EXPECT_FALSE(OrderOf(Json("a"), Json("b")).has_value());
  EXPECT_FALSE(OrderOf(Json(true), Json(1)).has_value());
  EXPECT_FALSE(OrderOf(Json("2026-01-01T00:00:00Z"), Json(1)).has_value());
  EXPECT_FALSE(OrderOf(Json::array(), Json::array()).has_value());
}

}  // namespace
}  // namespace kontrakt
