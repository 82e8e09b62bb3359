#include "lib/lifecycle/owner_rules.h"

#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt {
namespace {

TEST(OwnerRules, NeverReachBeyondTheNamespacesOwnContent) {
  for (const doc::Json& rule : OwnerRules()) {
    for (const doc::Json& resource : rule["resources"]) {
      const std::string name = doc::ScalarText(resource);
      EXPECT_NE(name, "*");
      for (const char* forbidden :
           {"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/eviction", "serviceaccounts/token"}) {
        EXPECT_NE(name, forbidden);
      }
      const bool read_only = name == "namespaces" || name == "serviceaccounts" || name == "networkpolicies";
      for (const doc::Json& verb : rule["verbs"]) {
        EXPECT_NE(verb, "*");
        EXPECT_TRUE(!read_only || verb == "get" || verb == "list" || verb == "watch") << name << verb;
      }
    }
  }
}

TEST(OwnerRules, NameTheRunsOwnCustomResources) {
  const doc::Json rules = CustomResourceRules({{"x.io", "things"}, {"x.io", "others"}, {"y.io", "ys"}});
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0]["resources"].size(), 6U);
}

}  // namespace
}  // namespace kontrakt
