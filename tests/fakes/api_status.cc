#include "tests/fakes/api_status.h"

#include <algorithm>

namespace kontrakt::fakes {

StatusSubject SubjectOf(const ResourceType& type, std::string_view name) {
  return {std::string(name), type.group, type.plural, ""};
}

doc::Json StatusObject(int code, std::string_view reason, std::string message, const StatusSubject& subject,
                       const std::vector<StatusCause>& causes, int retry_after_seconds) {
  doc::Json status = {{"kind", "Status"},
                      {"apiVersion", "v1"},
                      {"metadata", doc::Json::object()},
                      {"status", "Failure"},
                      {"message", std::move(message)}};
  if (!reason.empty()) {
    status["reason"] = reason;
  }
  doc::Json details = doc::Json::object();
  const std::pair<const char*, const std::string&> fields[] = {
      {"name", subject.name}, {"group", subject.group}, {"kind", subject.kind}, {"uid", subject.uid}};
  for (const auto& [key, value] : fields) {
    if (!value.empty()) {
      details[key] = value;
    }
  }
  for (const StatusCause& cause : causes) {
    doc::Json entry = {{"reason", cause.reason}, {"message", cause.message}};
    if (!cause.field.empty()) {
      entry["field"] = cause.field;
    }
    details["causes"].push_back(std::move(entry));
  }
  if (retry_after_seconds > 0) {
    details["retryAfterSeconds"] = retry_after_seconds;
  }
  if (!details.empty()) {
    status["details"] = std::move(details);
  }
  status["code"] = code;
  return status;
}

HttpResponse JsonAnswer(int status, const doc::Json& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache, private"}},
          body.dump(-1, ' ', false, doc::Json::error_handler_t::replace) + "\n"};
}

HttpResponse StatusAnswer(int code, std::string_view reason, std::string message, const StatusSubject& subject,
                          const std::vector<StatusCause>& causes, int retry_after_seconds) {
  HttpResponse answer =
      JsonAnswer(code, StatusObject(code, reason, std::move(message), subject, causes, retry_after_seconds));
  if (retry_after_seconds > 0) {
    answer.headers.Add("Retry-After", std::to_string(retry_after_seconds));
  }
  return answer;
}

HttpResponse NotFoundAnswer(const ResourceType& type, std::string_view name) {
  return StatusAnswer(404, "NotFound", type.Id() + " \"" + std::string(name) + "\" not found", SubjectOf(type, name));
}

HttpResponse UnknownResourceAnswer() {
  return StatusAnswer(404, "NotFound", "the server could not find the requested resource");
}

HttpResponse UnknownPathAnswer() {
  return {404, {{"Content-Type", "text/plain; charset=utf-8"}}, "404 page not found\n"};
}

HttpResponse AlreadyExistsAnswer(const ResourceType& type, std::string_view name) {
  return StatusAnswer(409, "AlreadyExists", type.Id() + " \"" + std::string(name) + "\" already exists",
                      SubjectOf(type, name));
}

HttpResponse ConflictAnswer(const ResourceType& type, std::string_view name, std::string_view what) {
  return StatusAnswer(
      409, "Conflict",
      "Operation cannot be fulfilled on " + type.Id() + " \"" + std::string(name) + "\": " + std::string(what),
      SubjectOf(type, name));
}

HttpResponse BadRequestAnswer(std::string message) {
  return StatusAnswer(400, "BadRequest", std::move(message));
}

HttpResponse ForbiddenAnswer(const ResourceType& type, std::string_view name, std::string_view what,
                             const std::vector<StatusCause>& causes) {
  const std::string subject = name.empty() ? type.Id() : type.Id() + " \"" + std::string(name) + "\"";
  return StatusAnswer(403, "Forbidden", subject + " is forbidden: " + std::string(what), SubjectOf(type, name), causes);
}

HttpResponse InvalidOptionsAnswer(const std::string& options, const StatusCause& cause) {
  return StatusAnswer(422, "Invalid", options + ".meta.k8s.io \"\" is invalid: " + cause.field + ": " + cause.message,
                      {"", "meta.k8s.io", options, ""}, {cause});
}

HttpResponse InvalidAnswer(const ResourceType& type, std::string_view name, const std::vector<StatusCause>& causes) {
  // Causes may repeat themselves; the message does not.
  std::vector<std::string> parts;
  for (const StatusCause& cause : causes) {
    std::string part = cause.field + ": " + cause.message;
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) {
      parts.push_back(std::move(part));
    }
  }
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : ", ") + part;
  }
  if (parts.size() > 1) {
    text = "[" + text + "]";
  }
  const std::string kind = type.group.empty() ? type.kind : type.kind + "." + type.group;
  return StatusAnswer(422, "Invalid", kind + " \"" + std::string(name) + "\" is invalid: " + text,
                      {std::string(name), type.group, type.kind, ""}, causes);
}

}  // namespace kontrakt::fakes
