#include "lib/lifecycle/object_wait.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/board.h"
#include "lib/lifecycle/storage_classes.h"
#include "lib/lifecycle/wait_condition.h"

namespace kontrakt {
namespace {

using doc::Json;

/// One object that was asked for.
struct Wanted {
  std::unique_ptr<Board> board;  ///< of this item alone, with all it owns
  std::string uid;               ///< as first seen
  bool gone = false;
  std::string state = "pending";
  std::string message = "does not exist yet";
  std::string cause;
  bool met = false;
  bool doomed = false;
};

class ObjectWaiter {
 public:
  ObjectWaiter(const Context& context, const ObjectWaitOptions& options)
      : context_(context), options_(options), watch_(context.client) {}

  Result<WaitReport> Run() {
    namespace_ = options_.namespace_name.empty() ? context_.client.default_namespace() : options_.namespace_name;
    for (const std::string& text : options_.conditions) {
      KT_ASSIGN(WaitCondition condition, WaitCondition::Parse(text));
      conditions_.push_back(std::move(condition));
    }
    if (conditions_.empty()) {
      KT_ASSIGN(WaitCondition ready, WaitCondition::Parse("ready"));
      conditions_.push_back(std::move(ready));
    }
    KT_TRY(ReadObjects());
    KT_TRY(Loop());
    return Report();
  }

 private:
  Result<void> ReadObjects() {
    const std::vector<std::string>& words = options_.objects;
    if (words.front().find('/') != std::string::npos) {
      for (const std::string& word : words) {
        const std::size_t slash = word.find('/');
        if (slash == 0 || slash == std::string::npos || slash + 1 == word.size()) {
          return Usage("\"" + word + "\" is not KIND/NAME");
        }
        KT_TRY(Want(word.substr(0, slash), word.substr(slash + 1)));
      }
      return {};
    }
    if (words.size() == 1 && !options_.label_selector.empty())
      return WantSelected(words.front());
    if (words.size() == 1) {
      Error error = Usage("which " + words.front() + "?");
      error.SetHint("name it (" + words.front() + "/NAME) or give a selector (-l app=web)");
      return error;
    }
    for (std::size_t i = 1; i < words.size(); ++i)
      KT_TRY(Want(words.front(), words[i]));
    return {};
  }

  InventoryItem ItemOf(const kube::Resource& resource, const std::string& name) const {
    InventoryItem item;
    item.key = {resource, resource.scope == kube::Scope::kCluster ? "" : namespace_, name};
    return item;
  }

  Result<void> Want(const std::string& kind, const std::string& name) {
    KT_ASSIGN(const kube::Resource resource, context_.client.ResourceNamed(kind, context_.bound));
    KT_TRY(AddWanted(ItemOf(resource, name)));
    Follow(resource, "metadata.name=" + name, "");
    return {};
  }

  Result<void> WantSelected(const std::string& kind) {
    KT_ASSIGN(selected_, context_.client.ResourceNamed(kind, context_.bound));
    Follow(*selected_, "", options_.label_selector);
    selecting_ = true;
    FollowBelow(*selected_);
    return {};
  }

  Result<void> AddWanted(InventoryItem item) {
    const std::string key = item.Describe();
    if (wanted_.contains(key))
      return {};
    FollowBelow(item.key.resource);
    Wanted& wanted = wanted_[key];
    wanted.board = std::make_unique<Board>(namespace_, Inventory{{std::move(item)}}, options_.patience);
    return GiveStorageClasses(context_, *wanted.board);
  }

  void Follow(const kube::Resource& resource, const std::string& field, const std::string& labels) {
    const std::string where = resource.scope == kube::Scope::kCluster ? "" : namespace_;
    if (!followed_.insert(resource.plural + "?" + field + labels).second)
      return;
    const std::size_t subject = watch_.Add({.resource = resource,
                                            .namespace_name = where,
                                            .label_selector = labels,
                                            .field_selector = field,
                                            .metadata_only = false});
    resources_[subject] = resource;
    direct_.insert(subject);
  }

  /// What an object of that kind owns, and the events about it.
  void FollowBelow(const kube::Resource& resource) {
    Inventory one{{ItemOf(resource, "any")}};
    for (const kube::WatchSubject& subject : Board(namespace_, one, options_.patience).Subjects()) {
      if (subject.resource == resource)
        continue;
      if (!followed_.insert(subject.resource.plural).second)
        continue;
      resources_[watch_.Add(subject)] = subject.resource;
    }
  }

  Result<void> Take(const kube::WatchEvent& event) {
    if (event.type == kube::EventType::kFailed && event.error)
      return *event.error;
    if (event.type == kube::EventType::kSynced) {
      synced_.insert(event.subject);
      return {};
    }
    const kube::Resource& resource = resources_.at(event.subject);
    const bool direct = direct_.contains(event.subject);
    if (direct && selecting_ && event.type == kube::EventType::kUpserted) {
      KT_TRY(AddWanted(ItemOf(resource, doc::StringAt(event.object, {"metadata", "name"}))));
    }
    for (auto& [key, wanted] : wanted_) {
      const InventoryItem& item = wanted.board->inventory().items.front();
      const bool itself =
          direct && resource == item.key.resource && doc::StringAt(event.object, {"metadata", "name"}) == item.key.name;
      if (itself) {
        const std::string uid = doc::StringAt(event.object, {"metadata", "uid"});
        if (wanted.uid.empty())
          wanted.uid = uid;
        // Another object of the name: the one that was to be deleted is gone.
        wanted.gone = event.type == kube::EventType::kDeleted || uid != wanted.uid;
      }
      wanted.board->See(resource, event);
    }
    return {};
  }

  void Evaluate(Wanted& wanted) {
    Board::Row row = wanted.board->JudgeItem(wanted.board->inventory().items.front(), NowWall());
    const Json* live = wanted.board->Live(*row.item);
    wanted.state = std::string(verdict::NameOf(row.judgement.state));
    wanted.message = row.judgement.message;
    wanted.cause = std::string(verdict::NameOf(row.judgement.cause));
    wanted.doomed = false;
    wanted.met = std::all_of(conditions_.begin(), conditions_.end(), [&](const WaitCondition& condition) {
      switch (condition.kind()) {
        case WaitCondition::Kind::kReady: {
          const verdict::State state = row.judgement.state;
          if (state == verdict::State::kReady || state == verdict::State::kSucceeded)
            return true;
          wanted.doomed = wanted.doomed || verdict::IsFinal(state);
          return false;
        }
        case WaitCondition::Kind::kCreate:
          return live != nullptr && !wanted.gone;
        case WaitCondition::Kind::kDelete:
          return wanted.gone || (live == nullptr && synced_.size() == resources_.size());
        case WaitCondition::Kind::kCondition:
        case WaitCondition::Kind::kJsonPath: {
          const bool holds = live != nullptr && !wanted.gone && condition.Holds(*live);
          if (!holds) {
            wanted.message = "does not meet " + condition.text() + " yet; it " + row.judgement.message;
            // What has run to its end, or can't get there, will not change its conditions any more.
            wanted.doomed = wanted.doomed || (live != nullptr && verdict::IsFinal(row.judgement.state));
          }
          return holds;
        }
      }
      return false;
    });
    if (!wanted.met)
      return;
    wanted.state = "ready";
    wanted.cause.clear();
    if (conditions_.front().kind() != WaitCondition::Kind::kReady)
      wanted.message = "meets " + conditions_.front().text();
    if (conditions_.front().kind() == WaitCondition::Kind::kDelete)
      wanted.message = "is gone";
  }

  bool Enough() const { return !selecting_ || static_cast<int>(wanted_.size()) >= options_.expect_min; }

  Result<void> Loop() {
    while (true) {
      std::optional<kube::WatchEvent> event = watch_.Next(std::chrono::milliseconds(500), context_.bound);
      for (int more = 0; event && more < 256; ++more) {
        KT_TRY(Take(*event));
        event = watch_.Next(std::chrono::milliseconds(0), context_.bound);
      }
      bool all = true;
      for (auto& [key, wanted] : wanted_) {
        const std::string before = wanted.message;
        Evaluate(wanted);
        all = all && wanted.met;
        if (wanted.message != before)
          context_.progress.Note(key, wanted.message);
        if (wanted.doomed && !wanted.met)
          return {};
      }
      if (all && Enough() && synced_.size() == resources_.size())
        return {};
      ended_ = context_.bound.Check("the objects");
      if (!ended_)
        return {};
    }
  }

  Result<WaitReport> Report() {
    if (!ended_ && ended_.error().code() == ErrorCode::kCancelled)
      return std::move(ended_.error());
    WaitedKontrakt waited;
    waited.namespace_name = namespace_;
    waited.name = namespace_;
    waited.state = "reached";
    const auto now = std::chrono::steady_clock::now();
    waited.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - began_);
    for (auto& [key, wanted] : wanted_) {
      WaitedObject object{.object = key,
                          .state = wanted.state,
                          .cause = wanted.cause,
                          .message = context_.redactor.Clean(wanted.message),
                          .last_event = {},
                          .last_log_lines = {},
                          .duration = waited.duration};
      if (!wanted.met) {
        object.last_event = context_.redactor.Clean(wanted.board->LastEvent(wanted.board->inventory().items.front()));
        if (waited.state == "reached" || wanted.doomed)
          waited.reason = key + ": " + object.message;
        waited.state = wanted.doomed || waited.state == "doomed" ? "doomed" : "timeout";
      }
      waited.objects.push_back(std::move(object));
    }
    if (waited.state == "reached" && !Enough()) {
      waited.state = "timeout";
      waited.reason = std::to_string(wanted_.size()) + " objects, at least " + std::to_string(options_.expect_min) +
                      " are expected";
    }
    WaitReport report;
    report.kontrakts.push_back(std::move(waited));
    return report;
  }

  const Context& context_;
  const ObjectWaitOptions& options_;
  kube::WatchSet watch_;
  std::string namespace_;
  std::vector<WaitCondition> conditions_;
  std::map<std::string, Wanted> wanted_;  // by what it is called
  std::map<std::size_t, kube::Resource> resources_;
  std::set<std::size_t> direct_;
  std::set<std::size_t> synced_;
  std::set<std::string> followed_;
  std::optional<kube::Resource> selected_;
  bool selecting_ = false;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Result<void> ended_;
};

}  // namespace

Result<WaitReport> WaitForObjects(const Context& context, const ObjectWaitOptions& options) {
  return ObjectWaiter(context, options).Run();
}

}  // namespace kontrakt
