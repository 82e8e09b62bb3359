#include "lib/kube/status.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "lib/base/redact.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt::kube {
namespace {

constexpr std::size_t kQuoteLimit = 2048;

/// The reason that the API server gives with a code, for answers that bring no Status.
std::string_view ReasonOf(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 405:
      return "MethodNotAllowed";
    case 406:
      return "NotAcceptable";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "RequestEntityTooLarge";
    case 415:
      return "UnsupportedMediaType";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 502:
      return "BadGateway";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "UnexpectedAnswer";
  }
}

/// Text of a body that a person may read; HTML pages and binary say nothing that helps.
std::string Quote(const net::Response& response) {
  const std::string type = ToLower(response.headers.Get("Content-Type").value_or("text/plain"));
  if (!type.starts_with("text/plain") && !type.starts_with("application/json"))
    return {};
  std::string text = StripControl(response.body.substr(0, kQuoteLimit));
  std::replace(text.begin(), text.end(), '\n', ' ');
  return std::string(Trim(text));
}

Status FromJson(const doc::Json& json, int code) {
  Status status;
  status.code = static_cast<int>(doc::IntAt(json, {"code"}, code));
  status.reason = doc::StringAt(json, {"reason"});
  status.message = doc::StringAt(json, {"message"});
  status.details_name = doc::StringAt(json, {"details", "name"});
  status.details_kind = doc::StringAt(json, {"details", "kind"});
  status.details_uid = doc::StringAt(json, {"details", "uid"});
  if (const auto seconds = doc::IntAt(json, {"details", "retryAfterSeconds"}); seconds > 0) {
    status.retry_after_seconds = static_cast<int>(std::min<std::int64_t>(seconds, 3600));
  }
  for (const doc::Json& cause : doc::ArrayAt(json, {"details", "causes"})) {
    status.causes.push_back(
        {doc::StringAt(cause, {"reason"}), doc::StringAt(cause, {"message"}), doc::StringAt(cause, {"field"})});
  }
  return status;
}

bool MentionsImmutability(const Status& status) {
  // The server has no reason of its own for it: these are the words of its validation package.
  static constexpr std::string_view kWords[] = {"field is immutable", "may not change once set",
                                                "updates to statefulset spec for fields other than",
                                                "pod updates may not change fields other than"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view words) { return status.message.find(words) != std::string::npos; });
}

/// Server-side apply answers 500 for an object that does not fit its schema.
bool IsBadPatchObject(const Status& status) {
  return status.code == 500 && status.message.starts_with("failed to create typed patch object");
}

ErrorCode CodeOf(const Status& status) {
  if (IsBadPatchObject(status))
    return ErrorCode::kInvalidInput;
  if (status.reason == "Expired" || status.reason == "Gone" || status.code == 410)
    return ErrorCode::kExpired;
  switch (status.code) {
    case 401:
    case 403:
      return ErrorCode::kDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kConflict;
    case 408:
    case 429:
      return ErrorCode::kUnavailable;
    case 422:
      return MentionsImmutability(status) ? ErrorCode::kConflict : ErrorCode::kInvalidInput;
    default:
      return status.code >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalidInput;
  }
}

std::string LowerFirst(std::string text) {
  const bool abbreviation = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  if (!text.empty() && !abbreviation)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

/// Each complaint once: the server repeats one for every container that shares its cause.
std::string JoinCauses(const Status& status) {
  std::vector<std::string> parts;
  for (const StatusCause& cause : status.causes) {
    std::string part = cause.field.empty() ? cause.message : cause.field + ": " + LowerFirst(cause.message);
    if (std::find(parts.begin(), parts.end(), part) == parts.end())
      parts.push_back(std::move(part));
  }
  return Join(parts, "; ");
}

std::string Text(const Status& status) {
  const auto mark = status.message.find(" is invalid: ");
  if (status.code != 422 || status.causes.empty() || mark == std::string::npos)
    return status.message;
  return status.message.substr(0, mark) + " is invalid: " + JoinCauses(status);
}

void AddField(std::vector<std::string>& fields, std::string field) {
  if (!field.empty() && std::find(fields.begin(), fields.end(), field) == fields.end()) {
    fields.push_back(std::move(field));
  }
}

/// `unknown field "spec.foo"` and `duplicate field "spec.bar"` of strict decoding, which bring no causes.
void AddStrictFields(std::vector<std::string>& fields, std::string_view message) {
  for (const std::string_view words : {"unknown field \"", "duplicate field \""}) {
    for (auto at = message.find(words); at != std::string_view::npos; at = message.find(words, at + 1)) {
      const auto begin = at + words.size();
      const auto end = message.find('"', begin);
      if (end == std::string_view::npos)
        break;
      AddField(fields, std::string(message.substr(begin, end - begin)));
    }
  }
}

/// `(ns/name; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema`, one or several.
void AddSchemaFields(std::vector<std::string>& fields, std::string_view message) {
  for (auto at = message.find(" ."); at != std::string_view::npos; at = message.find(" .", at + 1)) {
    const auto end = message.find(": ", at);
    if (end == std::string_view::npos)
      return;
    AddField(fields, std::string(message.substr(at + 2, end - at - 2)));
  }
}

std::vector<std::string> FieldsOf(const Status& status) {
  std::vector<std::string> fields;
  for (const StatusCause& cause : status.causes)
    AddField(fields, cause.field);
  AddStrictFields(fields, status.message);
  if (IsBadPatchObject(status))
    AddSchemaFields(fields, status.message);
  return fields;
}

}  // namespace

bool Status::HasCause(std::string_view cause_reason) const {
  return std::any_of(causes.begin(), causes.end(),
                     [&](const StatusCause& cause) { return cause.reason == cause_reason; });
}

bool Status::IsUnknownPath() const {
  return code == 404 && details_name.empty();
}

Status DecodeStatus(const net::Response& response) {
  Status status;
  const auto json = doc::ParseJson(response.body);
  const bool is_status = json && json->is_object() && doc::StringAt(*json, {"kind"}) == "Status";
  if (is_status) {
    status = FromJson(*json, response.status);
  } else {
    status.message = Quote(response);
  }
  // A Status inside an answer of 200 keeps its own code; elsewhere what HTTP says counts.
  if (!response.ok())
    status.code = response.status;
  if (status.reason.empty() || status.reason == "Unknown")
    status.reason = std::string(ReasonOf(status.code));
  if (status.message.empty())
    status.message = "the server answered " + std::to_string(status.code);
  if (!status.retry_after_seconds) {
    if (const auto pause = net::RetryAfter(response, std::chrono::hours(1))) {
      status.retry_after_seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*pause).count());
    }
  }
  return status;
}

Status StatusOfObject(const doc::Json& object) {
  Status status = FromJson(object, 0);
  if (status.reason.empty())
    status.reason = std::string(ReasonOf(status.code));
  if (status.message.empty())
    status.message = "the server reported " + std::to_string(status.code);
  return status;
}

Error ToError(const Status& status) {
  Error error(CodeOf(status), status.reason + ": " + Text(status));
  error.SetReason(status.reason).SetHttpStatus(status.code).SetFields(FieldsOf(status));
  if (status.code == 401)
    error.SetHint("the server did not accept the credentials; log in again or renew the token");
  if (status.code == 415)
    error.SetHint("the server may be too old for server-side apply (Kubernetes 1.22)");
  return error;
}

}  // namespace kontrakt::kube
