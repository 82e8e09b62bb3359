#include "lib/lifecycle/passing_trouble.h"

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

Error Answer(ErrorCode code, int status, const std::string& reason, const std::string& message) {
  Error error(code, message);
  error.SetHttpStatus(status).SetReason(reason);
  return error;
}

TEST(PassingTrouble, IsWhatControllersAreStillMaking) {
  EXPECT_TRUE(PassesWithin(Answer(ErrorCode::kDenied, 403, "Forbidden", "error looking up service account ns/x")));
  EXPECT_TRUE(PassesWithin(Answer(ErrorCode::kDenied, 403, "Forbidden", "status unknown for quota: q")));
  EXPECT_TRUE(PassesWithin(Answer(ErrorCode::kUnavailable, 500, "InternalError", "failed calling webhook \"w\"")));
  EXPECT_TRUE(PassesWithin(Answer(ErrorCode::kNotFound, 404, "", "404 page not found")));
}

TEST(PassingTrouble, IsNotARefusal) {
  EXPECT_FALSE(PassesWithin(Answer(ErrorCode::kDenied, 403, "Forbidden", "exceeded quota: q")));
  EXPECT_FALSE(PassesWithin(Answer(ErrorCode::kConflict, 409, "Conflict", "Apply failed with 1 conflict")));
  EXPECT_FALSE(PassesWithin(Answer(ErrorCode::kInvalidInput, 422, "Invalid", "spec.x: Invalid value")));
}

}  // namespace
}  // namespace kontrakt
