#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/doc/json.h"
#include "tests/fakes/http_message.h"
#include "tests/fakes/resource_types.h"

namespace kontrakt::fakes {

struct StatusCause {
  std::string reason;
  std::string message;
  std::string field;
};

/// What kind of thing a Status is about: its details.
struct StatusSubject {
  std::string name;
  std::string group;
  std::string kind;  ///< the plural for 404 and 409, the kind for 422, as the real server has it
  std::string uid;
};

StatusSubject SubjectOf(const ResourceType& type, std::string_view name);

/// A Status of failure. The texts below are those of the Kubernetes 1.34 API server.
HttpResponse StatusAnswer(int code, std::string_view reason, std::string message, const StatusSubject& subject = {},
                          const std::vector<StatusCause>& causes = {}, int retry_after_seconds = 0);
doc::Json StatusObject(int code, std::string_view reason, std::string message, const StatusSubject& subject = {},
                       const std::vector<StatusCause>& causes = {}, int retry_after_seconds = 0);

HttpResponse NotFoundAnswer(const ResourceType& type, std::string_view name);
/// The Status of a type that a served group does not have.
HttpResponse UnknownResourceAnswer();
/// The plain text of a path that nobody serves.
HttpResponse UnknownPathAnswer();
HttpResponse AlreadyExistsAnswer(const ResourceType& type, std::string_view name);
HttpResponse ConflictAnswer(const ResourceType& type, std::string_view name, std::string_view what);
HttpResponse BadRequestAnswer(std::string message);
HttpResponse ForbiddenAnswer(const ResourceType& type, std::string_view name, std::string_view what,
                             const std::vector<StatusCause>& causes = {});
/// 422 of a query parameter, such as "PatchOptions" and "fieldManager".
HttpResponse InvalidOptionsAnswer(const std::string& options, const StatusCause& cause);
/// 422 of one or more fields; each cause's message is put behind its field, once.
HttpResponse InvalidAnswer(const ResourceType& type, std::string_view name, const std::vector<StatusCause>& causes);
HttpResponse JsonAnswer(int status, const doc::Json& body);

}  // namespace kontrakt::fakes
