#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontrakt {

/// Every way in which the library can fail. Closed: lib/cli/exit_status.cc maps each to one status.
enum class ErrorCode {
  kNegative,      ///< the tool worked and the answer is no
  kUsage,         ///< wrong flags
  kInvalidInput,  ///< malformed manifest, reference, kubeconfig or server answer
  kNotFound,      ///< missing object, tag or namespace
  kDenied,        ///< 401 or 403
  kConflict,      ///< 409, immutable field, a guard refused
  kUnavailable,   ///< network, 5xx, throttled after retries: safe to retry
  kExpired,       ///< a resourceVersion or continue token that the server has forgotten
  kTimeout,       ///< the deadline passed
  kInternal,      ///< our own bug
  kCancelled,     ///< a stop was requested (SIGINT, SIGTERM)
};

/// "invalid input", "not found" …: the code's name for a person.
std::string_view NameOf(ErrorCode code);

/// Where in a file something stands; line and column count from 1, 0 means unknown.
struct FileLine {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file", "file:line" or "file:line:column".
  std::string ToString() const;
  friend bool operator==(const FileLine&, const FileLine&) = default;
};

/// One failure: what, where, and what to do about it.
///
/// The leaf states the fact; each layer adds one context ("reading kubeconfig X") on the way out.
/// Texts are lower case, without a full stop and without "failed to".
///
/// Threads: a value; safe to copy and move between threads.
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::optional<std::string>& hint() const { return hint_; }
  std::optional<int> http_status() const { return http_status_; }
  const std::optional<FileLine>& location() const { return location_; }
  /// Machine-readable reason, such as a Kubernetes Status reason or an OCI error code; may be empty.
  const std::string& reason() const { return reason_; }
  /// Fields that a server complained about ("spec.template.spec.containers[0].image"); usually empty.
  const std::vector<std::string>& fields() const { return fields_; }
  /// Contexts, outermost first.
  const std::vector<std::string>& context() const { return context_; }

  /// Adds an outer context; returns *this so that calls chain.
  Error& AddContext(std::string context);
  Error& SetHint(std::string hint);
  Error& SetHttpStatus(int status);
  Error& SetLocation(FileLine location);
  Error& SetReason(std::string reason);
  Error& SetFields(std::vector<std::string> fields);
  Error& SetCode(ErrorCode code);

  /// "context: context: file:line: message", on one line, without the hint.
  std::string ToString() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string reason_;
  std::optional<std::string> hint_;
  std::optional<int> http_status_;
  std::optional<FileLine> location_;
  std::vector<std::string> fields_;
  std::vector<std::string> context_;
};

Error Negative(std::string message);
Error Usage(std::string message);
Error InvalidInput(std::string message);
Error NotFound(std::string message);
Error Denied(std::string message);
Error Conflict(std::string message);
Error Unavailable(std::string message);
Error Expired(std::string message);
Error TimedOut(std::string message);
Error Internal(std::string message);
Error Cancelled(std::string message);

}  // namespace kontrakt
