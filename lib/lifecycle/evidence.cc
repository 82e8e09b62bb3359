#include "lib/lifecycle/evidence.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/strings.h"
#include "lib/base/system_error.h"
#include "lib/base/task_group.h"
#include "lib/doc/json.h"
#include "lib/doc/yaml.h"
#include "lib/kube/resource_table.h"
#include "lib/lifecycle/evidence_text.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::chrono::seconds kShownLogTime{5};
constexpr std::int64_t kShownLogBytes = 256 * 1024;
constexpr std::size_t kShownLineBytes = 400;
constexpr std::size_t kRequests = 8;  ///< at a time
/// The kubelet counts limitBytes from the first of the tail's lines on, so that asking for just what is kept would lose
/// the end, which is what matters.
constexpr std::int64_t kFetchedForEachKept = 16;

std::string NameOfObject(const Json& object) {
  return doc::StringAt(object, {"metadata", "name"});
}
std::string UidOf(const Json& object) {
  return doc::StringAt(object, {"metadata", "uid"});
}

Result<void> MakeFolder(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed)
    return SystemError(failed.value(), path.string());
  return {};
}

/// One kontrakt's evidence on its way to disk.
///
/// Threads: Run belongs to one; the tasks that it starts write files of their own and share only `problems_`.
class Collector {
 public:
  Collector(const Context& context, const RunNamespace& ns, const EvidenceOptions& options, const Bound& bound)
      : context_(context),
        ns_(ns),
        options_(options),
        bound_(bound),
        folder_(std::filesystem::path(options.folder) / EvidenceFileName(ns.KontraktName())) {}

  Result<void> Run() {
    KT_TRY(MakeFolder(folder_ / "objects"));
    KT_TRY(MakeFolder(folder_ / "logs"));
    // Before all else, so that nothing is written that holds one.
    if (Result<void> learned = LearnSecrets(context_, ns_.name, bound_); !learned)
      Problem("secrets", learned.error());
    ReadInventory();
    TaskGroup group(kRequests, bound_.stop, OnError::kContinue);
    AddLogs(group);
    AddObjects(group);
    group.Add([this](std::stop_token) { return Events(); });
    group.Add([this](std::stop_token) { return Namespace(); });
    if (Result<void> done = group.Wait(); !done)
      Problem("not all of it was collected", done.error());
    return WriteProblems();
  }

 private:
  void Problem(const std::string& what, const Error& error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    problems_.push_back(what + ": " + error.ToString());
  }

  void Write(const std::filesystem::path& path, const std::string& text) {
    if (Result<void> written = WriteFileAtomic(path.string(), context_.redactor.Clean(text)); !written)
      Problem("writing " + path.filename().string(), written.error());
  }

  Result<void> WriteProblems() {
    const std::filesystem::path path = folder_ / "problems.txt";
    if (problems_.empty()) {
      // One of an earlier collection into the same folder no longer holds.
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
      return {};
    }
    std::sort(problems_.begin(), problems_.end());
    return WriteFileAtomic(path.string(), context_.redactor.Clean(Join(problems_, "\n") + "\n"));
  }

  void ReadInventory() {
    Result<Inventory> inventory = ns_.ReadInventory();
    if (!inventory) {
      Problem("inventory", inventory.error());
      return;
    }
    inventory_ = std::move(*inventory);
  }

  void AddLogs(TaskGroup& group) {
    Result<std::vector<Json>> pods = context_.client.List(kube::Pods(), ns_.name, {}, bound_);
    if (!pods) {
      Problem("logs", pods.error());
      return;
    }
    for (const Json& pod : *pods) {
      const std::string name = NameOfObject(pod);
      for (const char* list : {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"}) {
        for (const Json& status : doc::ArrayAt(pod, {"status", list})) {
          const std::string container = doc::StringAt(status, {"name"});
          const bool has_run = doc::Find(status, {"state", "running"}) != nullptr ||
                               doc::Find(status, {"state", "terminated"}) != nullptr;
          if (has_run)
            group.Add([this, name, container](std::stop_token) { return Log(name, container, false); });
          if (doc::IntAt(status, {"restartCount"}) > 0)
            group.Add([this, name, container](std::stop_token) { return Log(name, container, true); });
        }
      }
    }
  }

  Result<void> Log(const std::string& pod, const std::string& container, bool previous) {
    kube::LogOptions wanted;
    wanted.container = container;
    wanted.previous = previous;
    wanted.tail_lines = options_.log_lines;
    wanted.limit_bytes = options_.log_bytes * kFetchedForEachKept;
    Result<std::string> log = context_.client.Logs(ns_.name, pod, wanted, bound_);
    const std::string what = "log of pod/" + pod + " container " + container + (previous ? " before its restart" : "");
    if (!log) {
      Problem(what, log.error());
      return {};
    }
    if (IsLostLog(*log)) {
      Problem(what, NotFound(std::move(*log)));
      return {};
    }
    const std::filesystem::path folder = folder_ / "logs" / EvidenceFileName(pod);
    if (Result<void> made = MakeFolder(folder); !made) {
      Problem(what, made.error());
      return {};
    }
    Write(folder / (EvidenceFileName(container) + (previous ? ".previous.log" : ".log")),
          LastBytes(std::move(*log), static_cast<std::size_t>(options_.log_bytes)));
    return {};
  }

  /// One list for each kind, but one read for each object outside of the namespace.
  void AddObjects(TaskGroup& group) {
    std::set<std::string> known;
    const auto add = [&](const kube::Resource& resource) {
      if (known.insert(resource.gvk.group + "/" + resource.plural).second)
        group.Add([this, resource](std::stop_token) { return Objects(resource); });
    };
    for (const InventoryItem& item : inventory_.items) {
      if (item.outside) {
        group.Add([this, &item](std::stop_token) { return OutsideObject(item); });
        continue;
      }
      add(item.key.resource);
      for (const auto& [kind, below] : {std::pair{"Deployment", "ReplicaSet"}, std::pair{"CronJob", "Job"}}) {
        if (item.key.resource.gvk.kind != kind)
          continue;
        if (const auto resource = kube::BuiltinResource({item.key.resource.gvk.group, "v1", below}))
          add(*resource);
      }
    }
    add(kube::Pods());
  }

  bool IsWanted(const Json& object, const kube::Resource& resource) const {
    if (resource.gvk.kind == "Pod" || !doc::ArrayAt(object, {"metadata", "ownerReferences"}).empty())
      return true;
    return std::any_of(inventory_.items.begin(), inventory_.items.end(), [&](const InventoryItem& item) {
      return (!item.uid.empty() && item.uid == UidOf(object)) ||
             (item.key.resource == resource && item.key.name == NameOfObject(object));
    });
  }

  Result<void> Objects(const kube::Resource& resource) {
    Result<std::vector<Json>> objects = context_.client.List(resource, ns_.name, {}, bound_);
    if (!objects) {
      Problem("objects of kind " + resource.gvk.kind, objects.error());
      return {};
    }
    for (const Json& object : *objects) {
      if (IsWanted(object, resource))
        WriteObject(object, resource);
    }
    return {};
  }

  Result<void> OutsideObject(const InventoryItem& item) {
    Result<Json> object = context_.client.Get(item.key, bound_);
    if (!object) {
      Problem(item.Describe(), object.error());
      return {};
    }
    WriteObject(*object, item.key.resource);
    return {};
  }

  void WriteObject(const Json& object, const kube::Resource& resource) {
    const std::string name = ToLower(resource.gvk.kind) + "-" + NameOfObject(object);
    Write(folder_ / "objects" / (EvidenceFileName(name) + ".yaml"), doc::ToYaml(ForEvidence(object, resource)));
  }

  Result<void> Events() {
    Result<std::vector<Json>> events = context_.client.List(kube::Events(), ns_.name, {}, bound_);
    if (!events) {
      Problem("events", events.error());
      return {};
    }
    SortEvents(*events);
    Write(folder_ / "events.txt", EventsToText(*events));
    Json list = Json::array();
    for (const Json& event : *events)
      list.push_back(ForEvidence(event, kube::Events()));
    Write(folder_ / "events.json", doc::DumpPretty(list) + "\n");
    return {};
  }

  Result<void> Namespace() {
    Result<Json> object = context_.client.Get({kube::Namespaces(), "", ns_.name}, bound_);
    if (!object) {
      Problem("namespace", object.error());
      return {};
    }
    Write(folder_ / "namespace.yaml", doc::ToYaml(ForEvidence(*object, kube::Namespaces())));
    return {};
  }

  const Context& context_;
  const RunNamespace& ns_;
  const EvidenceOptions& options_;
  const Bound& bound_;
  const std::filesystem::path folder_;
  Inventory inventory_;
  std::mutex mutex_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> LastLogLines(const Context& context, const std::string& namespace_name, const std::string& pod,
                                      const std::string& container, int lines) {
  // Messages are made when the time is over or a signal came; that is what they are about.
  const bool stopped = context.bound.stop.stop_requested();
  const Bound bound{stopped ? std::stop_token() : context.bound.stop, Deadline::After(kShownLogTime)};
  std::vector<std::string> shown;
  for (const bool previous : {false, true}) {
    kube::LogOptions wanted;
    wanted.container = container;
    wanted.previous = previous;
    wanted.tail_lines = lines;
    wanted.limit_bytes = kShownLogBytes;
    const Result<std::string> log = context.client.Logs(namespace_name, pod, wanted, bound);
    // What the kubelet says with status 200 about a container whose log it has lost already.
    if (!log || log->starts_with("unable to retrieve container logs"))
      continue;
    for (const std::string& line : Split(context.redactor.Clean(*log), '\n')) {
      if (!Trim(line).empty())
        shown.push_back(line.size() <= kShownLineBytes ? line : StripControl(line.substr(0, kShownLineBytes)) + "...");
    }
    if (!shown.empty())
      break;
  }
  return shown;
}

Result<void> LearnSecrets(const Context& context, const std::string& namespace_name) {
  return LearnSecrets(context, namespace_name, context.bound);
}

Result<void> LearnSecrets(const Context& context, const std::string& namespace_name, const Bound& bound) {
  const Result<std::vector<Json>> pods = context.client.List(kube::Pods(), namespace_name, {}, bound);
  if (pods) {
    for (const Json& pod : *pods) {
      for (const std::string& value : SecretLiteralsOf(pod))
        context.redactor.AddSecret(value);
    }
  }
  KT_ASSIGN_CONTEXT(std::vector<Json> secrets, context.client.List(kube::Secrets(), namespace_name, {}, bound),
                    "learning the secrets of namespace " + namespace_name);
  for (const Json& secret : secrets) {
    for (const std::string& value : SecretValuesOf(secret))
      context.redactor.AddSecret(value);
  }
  if (!pods)
    return WithContext(pods.error(), "learning the secrets of namespace " + namespace_name);
  return {};
}

Result<void> CollectEvidence(const Context& context, const RunNamespace& ns, const EvidenceOptions& options,
                             const Bound& bound) {
  if (options.folder.empty())
    return {};
  KT_TRY_CONTEXT(Collector(context, ns, options, bound).Run(), "collecting evidence of " + ns.KontraktName());
  return {};
}

}  // namespace kontrakt
