#include "lib/base/system_error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(SystemError, SortsErrorsByWhatThePersonCanDo) {
  EXPECT_EQ(SystemError(ENOENT, "a").code(), ErrorCode::kNotFound);
  EXPECT_EQ(SystemError(ENOTDIR, "a").code(), ErrorCode::kNotFound);
  EXPECT_EQ(SystemError(EACCES, "a").code(), ErrorCode::kDenied);
  EXPECT_EQ(SystemError(EROFS, "a").code(), ErrorCode::kDenied);
  EXPECT_EQ(SystemError(ELOOP, "a").code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(SystemError(ENOSPC, "a").code(), ErrorCode::kUnavailable);
}

TEST(SystemError, NamesTheObjectAndTheFact) {
  EXPECT_EQ(SystemError(ENOENT, "/a/b").ToString(), "/a/b: no such file or directory");
}

}  // namespace
}  // namespace kontrakt
