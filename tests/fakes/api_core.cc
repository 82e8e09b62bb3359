#include "tests/fakes/api_core.h"

#include <ctime>

#include "lib/base/random.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {

std::string ApiCore::Now() const {
  const std::time_t now = std::time(nullptr) + options.clock_offset_seconds;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

Snapshot ApiCore::Write(const ObjectId& id, doc::Json object) {
  Snapshot snapshot = store.Put(id, std::move(object));
  changed.notify_all();
  return snapshot;
}

void ApiCore::Erase(const ObjectId& id) {
  store.Remove(id);
  changed.notify_all();
}

void ApiCore::EmitEvent(const doc::Json& about, const std::string& type, const std::string& reason,
                        const std::string& message, const std::string& component) {
  char suffix[24];
  std::snprintf(suffix, sizeof suffix, "%016x", ++ordinal);
  const std::string where = Namespace(about).empty() ? "default" : Namespace(about);
  const std::string name = Name(about) + "." + suffix;
  const std::string now = Now();
  Json event = {{"apiVersion", "v1"},
                {"kind", "Event"},
                {"metadata", {{"name", name}, {"namespace", where}, {"uid", NewUid()}, {"creationTimestamp", now}}},
                {"involvedObject",
                 {{"kind", Text(about, "kind")},
                  {"namespace", Namespace(about)},
                  {"name", Name(about)},
                  {"uid", Uid(about)},
                  {"apiVersion", Text(about, "apiVersion")},
                  {"resourceVersion", Text(Metadata(about), "resourceVersion")}}},
                {"reason", reason},
                {"message", message},
                {"source", {{"component", component}}},
                {"firstTimestamp", now},
                {"lastTimestamp", now},
                {"count", 1},
                {"type", type},
                {"eventTime", nullptr},
                {"reportingComponent", component},
                {"reportingInstance", ""}};
  Write({"events", where, name}, std::move(event));
}

std::string NewUid() {
  std::string hex = RandomHex(16);
  hex[12] = '4';
  hex[16] = 'a';
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20, 12);
}

ObjectId IdOf(const ResourceType& type, const doc::Json& object) {
  return {type.Id(), type.namespaced() ? Namespace(object) : "", Name(object)};
}

}  // namespace kontrakt::fakes
