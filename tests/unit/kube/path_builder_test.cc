#include "lib/kube/path_builder.h"

#include <gtest/gtest.h>

namespace kontrakt::kube {
namespace {

TEST(PathBuilder, JoinsEncodedParameters) {
  PathBuilder path("/api/v1/pods");
  path.Add("limit", "500").Add("labelSelector", "app in (a, b)");
  EXPECT_EQ(path.text(), "/api/v1/pods?limit=500&labelSelector=app%20in%20%28a%2C%20b%29");
}

TEST(PathBuilder, LeavesOutWhatIsEmpty) {
  PathBuilder path("/api/v1/pods");
  path.AddUnlessEmpty("continue", "").AddUnlessEmpty("fieldSelector", "metadata.name=x");
  EXPECT_EQ(path.text(), "/api/v1/pods?fieldSelector=metadata.name%3Dx");
}

}  // namespace
}  // namespace kontrakt::kube
