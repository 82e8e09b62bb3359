#include "lib/base/error.h"

#include <iterator>
#include <utility>

namespace kontrakt {

std::string_view NameOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNegative:
      return "negative";
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kInvalidInput:
      return "invalid input";
    case ErrorCode::kNotFound:
      return "not found";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kExpired:
      return "expired";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kInternal:
      return "internal";
    case ErrorCode::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string FileLine::ToString() const {
  std::string text = file;
  if (line > 0)
    text += ":" + std::to_string(line);
  if (line > 0 && column > 0)
    text += ":" + std::to_string(column);
  return text;
}

Error& Error::AddContext(std::string context) {
  context_.insert(context_.begin(), std::move(context));
  return *this;
}

Error& Error::SetHint(std::string hint) {
  hint_ = std::move(hint);
  return *this;
}

Error& Error::SetHttpStatus(int status) {
  http_status_ = status;
  return *this;
}

Error& Error::SetLocation(FileLine location) {
  location_ = std::move(location);
  return *this;
}

Error& Error::SetReason(std::string reason) {
  reason_ = std::move(reason);
  return *this;
}

Error& Error::SetFields(std::vector<std::string> fields) {
  fields_ = std::move(fields);
  return *this;
}

Error& Error::SetCode(ErrorCode code) {
  code_ = code;
  return *this;
}

std::string Error::ToString() const {
  std::string text;
  for (const std::string& context : context_)
    text += context + ": ";
  if (location_)
    text += location_->ToString() + ": ";
  text += message_;
  return text;
}

Error Negative(std::string message) {
  return {ErrorCode::kNegative, std::move(message)};
}
Error Usage(std::string message) {
  return {ErrorCode::kUsage, std::move(message)};
}
Error InvalidInput(std::string message) {
  return {ErrorCode::kInvalidInput, std::move(message)};
}
Error NotFound(std::string message) {
  return {ErrorCode::kNotFound, std::move(message)};
}
Error Denied(std::string message) {
  return {ErrorCode::kDenied, std::move(message)};
}
Error Conflict(std::string message) {
  return {ErrorCode::kConflict, std::move(message)};
}
Error Unavailable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message)};
}
Error Expired(std::string message) {
  return {ErrorCode::kExpired, std::move(message)};
}
Error TimedOut(std::string message) {
  return {ErrorCode::kTimeout, std::move(message)};
}
Error Internal(std::string message) {
  return {ErrorCode::kInternal, std::move(message)};
}
Error Cancelled(std::string message) {
  return {ErrorCode::kCancelled, std::move(message)};
}

}  // namespace kontrakt
