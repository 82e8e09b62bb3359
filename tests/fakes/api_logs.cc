#include <algorithm>
#include <cstdlib>
#include <optional>

#include "tests/fakes/api_reads.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

struct LogWish {
  std::string container;
  bool previous = false;
  bool timestamps = false;
  bool follow = false;
  std::optional<std::size_t> tail;
  std::optional<std::size_t> limit;
  std::string since;  ///< RFC 3339 in UTC
};

LogWish ParseWish(const HttpRequest& request) {
  LogWish wish;
  wish.container = request.Query("container");
  wish.previous = request.Query("previous") == "true";
  wish.timestamps = request.Query("timestamps") == "true";
  wish.follow = request.Query("follow") == "true";
  wish.since = request.Query("sinceTime");
  if (request.HasQuery("tailLines")) {
    wish.tail = static_cast<std::size_t>(std::max(0, std::atoi(request.Query("tailLines").c_str())));
  }
  if (request.HasQuery("limitBytes")) {
    wish.limit = static_cast<std::size_t>(std::max(0, std::atoi(request.Query("limitBytes").c_str())));
  }
  return wish;
}

/// The status of a container, or null.
const Json* StatusOf(const Json& pod, const std::string& container) {
  for (const char* list : {"containerStatuses", "initContainerStatuses"}) {
    for (const Json& status : Array(Object(pod, "status"), list)) {
      if (Text(status, "name") == container) {
        return &status;
      }
    }
  }
  return nullptr;
}

/// Picks the container, or says why there is nothing to show, in the server's and the kubelet's words.
std::optional<HttpResponse> Choose(const ApiCore& core, const Json& pod, LogWish& wish) {
  std::vector<std::string> names;
  std::string all;
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : Array(Object(pod, "spec"), list)) {
      names.push_back(Text(container, "name"));
    }
  }
  const std::size_t mains = Array(Object(pod, "spec"), "containers").size();
  for (std::size_t i = 0; i < names.size() && i < mains; ++i) {
    all += (all.empty() ? "" : " ") + names[i];
  }
  const std::string name = Name(pod);
  if (wish.container.empty() && mains > 1) {
    return BadRequestAnswer("a container name must be specified for pod " + name + ", choose one of: [" + all + "]");
  }
  if (wish.container.empty() && mains == 1) {
    wish.container = names.front();
  }
  if (std::find(names.begin(), names.end(), wish.container) == names.end()) {
    return BadRequestAnswer("container " + wish.container + " is not valid for pod " + name);
  }
  const PodLogs::Log& log = core.logs.Get({Namespace(pod), name, wish.container});
  if (wish.previous) {
    if (!log.has_previous) {
      return BadRequestAnswer("previous terminated container \"" + wish.container + "\" in pod \"" + name +
                              "\" not found");
    }
    return std::nullopt;
  }
  const Json* status = StatusOf(pod, wish.container);
  const Json& state = status == nullptr ? Json::object() : Object(*status, "state");
  const bool never_ran = status == nullptr || (Has(state, "waiting") && Object(*status, "lastState").empty());
  if (never_ran && log.lines.empty() && Text(Object(pod, "spec"), "nodeName").empty()) {
    // No node, no kubelet to ask.
    return HttpResponse{204, {}, ""};
  }
  if (never_ran && log.lines.empty()) {
    const std::string reason = Text(Object(state, "waiting"), "reason", "ContainerCreating");
    const std::string why =
        reason == "ErrImagePull" || reason == "ImagePullBackOff" ? "trying and failing to pull image" : reason;
    return BadRequestAnswer("container \"" + wish.container + "\" in pod \"" + name + "\" is waiting to start: " + why);
  }
  return std::nullopt;
}

std::string Printed(const std::vector<LogLine>& lines, std::size_t from, const LogWish& wish) {
  std::string text;
  for (std::size_t i = from; i < lines.size(); ++i) {
    if (wish.since.empty() || lines[i].stamp.substr(0, 19) >= wish.since.substr(0, 19)) {
      text += (wish.timestamps ? lines[i].stamp + " " : "") + lines[i].text + "\n";
    }
  }
  return text;
}

/// Follows the current log of one run of the container until that run has ended.
void Follow(ApiCore& core, const PodLogs::Key& key, const std::string& uid, const LogWish& wish, std::size_t sent,
            ResponseWriter& writer) {
  std::unique_lock lock(core.mutex);
  while (!core.stopping && !writer.IsGone()) {
    const PodLogs::Log& log = core.logs.Get(key);
    const Snapshot pod = core.store.Find({"pods", key.namespace_name, key.pod});
    const bool rotated = log.lines.size() < sent;
    const std::string text = Printed(log.lines, std::min(sent, log.lines.size()), wish);
    sent = std::max(sent, log.lines.size());
    const Json* status = pod && Uid(*pod) == uid ? StatusOf(*pod, key.container) : nullptr;
    const bool over = status == nullptr || rotated || !Has(Object(*status, "state"), "running");
    if (!text.empty()) {
      lock.unlock();
      if (!writer.Write(text)) {
        return;
      }
      lock.lock();
      continue;
    }
    if (over) {
      return;
    }
    core.changed.wait_for(lock, std::chrono::milliseconds(100));
  }
}

}  // namespace

void StreamLog(ApiCore& core, const ApiPath& path, const HttpRequest& request, ResponseWriter& writer) {
  LogWish wish = ParseWish(request);
  std::unique_lock lock(core.mutex);
  const Snapshot pod = core.store.Find({"pods", path.namespace_name, path.name});
  std::optional<HttpResponse> refused =
      pod ? Choose(core, *pod, wish) : NotFoundAnswer(*core.types.FindById("pods"), path.name);
  if (refused) {
    lock.unlock();
    writer.Send(*refused);
    return;
  }
  const PodLogs::Key key{path.namespace_name, path.name, wish.container};
  const PodLogs::Log& log = core.logs.Get(key);
  const std::vector<LogLine>& lines = wish.previous ? log.previous : log.lines;
  const std::size_t from = lines.size() - std::min(lines.size(), wish.tail.value_or(lines.size()));
  std::string text = Printed(lines, from, wish);
  const std::size_t sent = lines.size();
  lock.unlock();
  if (wish.limit) {
    text.resize(std::min(text.size(), *wish.limit));
  }
  if (!writer.Begin(200, {{"Content-Type", "text/plain"}}) || !writer.Write(text)) {
    return;
  }
  if (wish.follow && !wish.previous) {
    Follow(core, key, Uid(*pod), wish, sent, writer);
  }
  writer.End();
}

}  // namespace kontrakt::fakes
