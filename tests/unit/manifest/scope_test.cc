#include "lib/manifest/scope.h"

#include <gmock/gmock.h>

#include "lib/base/strings.h"

namespace kontrakt::manifest {
namespace {

TEST(NamespaceOf, IsPrefixNameAndHashOfOwnerRunAndName) {
  // echo -ne 'team\0run-1\0backend' | sha256sum | xxd -r -p | base32 | head -c 10
  EXPECT_EQ(NamespaceOf("kontrakt", "team", "run-1", "backend"), "kontrakt-backend-jkidyz3k2t");
}

TEST(NamespaceOf, DiffersByOwnerRunAndName) {
  const std::string one = NamespaceOf("kontrakt", "team", "run", "name");
  EXPECT_NE(one, NamespaceOf("kontrakt", "other", "run", "name"));
  EXPECT_NE(one, NamespaceOf("kontrakt", "team", "other", "name"));
  EXPECT_NE(one.substr(one.size() - 10), NamespaceOf("kontrakt", "team", "run", "other").substr(15));
}

TEST(NamespaceOf, DoesNotMixUpWhereOnePartEnds) {
  EXPECT_NE(NamespaceOf("kontrakt", "a", "bc", "name"), NamespaceOf("kontrakt", "ab", "c", "name"));
}

TEST(NamespaceOf, CutsTheNameSoThatItFits) {
  const std::string name = NamespaceOf("kontrakt", "", "run", std::string(63, 'n'));
  EXPECT_EQ(name.size(), 63U);
  EXPECT_TRUE(IsDnsLabel(name)) << name;
}

TEST(NamespaceOf, LeavesNoHyphenWhereItCuts) {
  const std::string name = NamespaceOf("kontrakt", "", "run", std::string(42, 'n') + "-x");
  EXPECT_TRUE(IsDnsLabel(name)) << name;
  EXPECT_EQ(name.find("--"), std::string::npos) << name;
}

TEST(NamespaceOf, DoesWithoutTheNameBehindALongPrefix) {
  const std::string name = NamespaceOf(std::string(52, 'p'), "", "run", "backend");
  EXPECT_EQ(name.size(), 63U);
  EXPECT_TRUE(IsDnsLabel(name)) << name;
}

TEST(LabelValueOf, KeepsWhatIsOne) {
  EXPECT_EQ(LabelValueOf("run-1.a_B"), "run-1.a_B");
  EXPECT_EQ(LabelValueOf(""), "");
}

TEST(LabelValueOf, HashesWhatIsNone) {
  for (const std::string& odd :
       {std::string("a b"), std::string(64, 'a'), std::string("-a"), std::string("\xFF\0", 2)}) {
    const std::string value = LabelValueOf(odd);
    EXPECT_TRUE(IsLabelValue(value)) << value;
    EXPECT_TRUE(value.starts_with("h-")) << value;
  }
  EXPECT_NE(LabelValueOf("a b"), LabelValueOf("a c"));
}

}  // namespace
}  // namespace kontrakt::manifest
