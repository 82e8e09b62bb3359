#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/doc/json_fwd.h"
#include "lib/net/http.h"

namespace kontrakt::kube {

struct StatusCause {
  std::string reason;
  std::string message;
  std::string field;
};

/// A Kubernetes Status, or what a proxy's plain text amounts to.
struct Status {
  int code = 0;
  std::string reason;
  std::string message;
  std::string details_name;
  std::string details_kind;
  std::string details_uid;
  std::optional<int> retry_after_seconds;
  std::vector<StatusCause> causes;

  bool HasCause(std::string_view cause_reason) const;
  /// A 404 that means the path itself is unknown (no such resource type), not that the object is missing.
  bool IsUnknownPath() const;
};

/// Reads a failed answer; never fails itself: bodies that are no Status are mapped by code, text quoted up to 2 KiB.
Status DecodeStatus(const net::Response& response);
/// Of a Status object itself, as an ERROR event of a watch brings it.
Status StatusOfObject(const doc::Json& object);

/// The Error of a failed answer: code by table, message `Reason: text`, 422 lists each field once, reason kept.
Error ToError(const Status& status);

}  // namespace kontrakt::kube
