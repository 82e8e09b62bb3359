#include "lib/oci/errors.h"

#include <fmt/format.h>

#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt::oci {
namespace {

constexpr std::size_t kLongestText = 300;

struct Said {
  std::string code;
  std::string message;
};

/// One line without control characters: a terminal must not obey a server.
std::string Shown(std::string_view text) {
  std::string line;
  for (char c : Trim(text).substr(0, kLongestText)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    line += control ? ' ' : c;
  }
  return line;
}

/// What a page that is no JSON says: its title, or its first line.
std::string FirstLineOf(std::string_view body) {
  const std::string lower = ToLower(body.substr(0, 4096));
  if (const std::size_t title = lower.find("<title>"); title != std::string::npos) {
    const std::size_t begin = title + 7;
    const std::size_t end = lower.find("</title>", begin);
    if (end != std::string::npos) {
      return Shown(body.substr(begin, end - begin));
    }
  }
  const std::string_view text = Trim(body);
  return Shown(text.substr(0, text.find_first_of("\r\n")));
}

/// `{"errors":[{"code":…,"message":…}]}` of the distribution spec; `{"details":…}` and `{"message":…}` of token servers
/// and proxies.
Said ReadBody(const std::string& body) {
  const Result<doc::Json> parsed = body.empty() ? Result<doc::Json>(doc::Json()) : doc::ParseJson(body);
  if (!parsed) {
    return {"", FirstLineOf(body)};
  }
  const doc::Json& errors = doc::ArrayAt(*parsed, {"errors"});
  if (!errors.empty()) {
    return {Shown(doc::StringAt(errors.front(), {"code"})), Shown(doc::StringAt(errors.front(), {"message"}))};
  }
  for (const char* key : {"error_description", "message", "details", "error"}) {
    if (const std::string text = doc::StringAt(*parsed, {key}); !text.empty()) {
      return {"", Shown(text)};
    }
  }
  return {};
}

ErrorCode CodeOf(int status, const Said& said) {
  // Registries disagree on the status of a tag that may not move: ECR answers 400, Harbor 412, others 403 or 409.
  if (ToLower(said.message).find("immutable") != std::string::npos) {
    return ErrorCode::kConflict;
  }
  switch (status) {
    case 401:
    case 403:
      return ErrorCode::kDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
    case 412:
      return ErrorCode::kConflict;
    case 408:
    case 429:
      return ErrorCode::kUnavailable;
    default:
      return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalidInput;
  }
}

}  // namespace

Error ErrorOf(const net::Response& response, std::string_view who) {
  const Said said = ReadBody(response.body);
  std::string text = fmt::format("{} answered {}", who, response.status);
  if (!said.code.empty()) {
    text += " " + said.code;
  }
  if (!said.message.empty()) {
    text += ": " + said.message;
  }
  Error error(CodeOf(response.status, said), std::move(text));
  error.SetHttpStatus(response.status).SetReason(said.code);
  if (response.status == 429) {
    error.SetHint("the registry limits how often it may be asked; try again later, or log in for a higher limit");
  }
  return error;
}

Error DigestMismatch(std::string_view what, std::string_view wanted, std::string_view found) {
  return InvalidInput(fmt::format("{} has digest {} where {} was asked for", what, found, wanted))
      .SetReason(std::string(kDigestMismatch));
}

}  // namespace kontrakt::oci
