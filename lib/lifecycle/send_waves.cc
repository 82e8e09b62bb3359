#include "lib/lifecycle/send_waves.h"

#include <algorithm>
#include <utility>

#include "lib/doc/json.h"
#include "lib/lifecycle/account_rights.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/outside.h"
#include "lib/lifecycle/passing_trouble.h"
#include "lib/lifecycle/readiness.h"
#include "lib/manifest/scope.h"

namespace kontrakt {
namespace {

using doc::Json;

/// Failures that are not about one object but about the way to the server.
bool EndsEverything(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kCancelled:
    case ErrorCode::kTimeout:
    case ErrorCode::kUnavailable:
    case ErrorCode::kInternal:
      return true;
    default:
      return false;
  }
}

class Sender {
 public:
  Sender(const Context& context, const RunNamespace& ns, Plan& plan, const ApplyOptions& options,
         const std::vector<std::string>& present)
      : context_(context), ns_(ns), plan_(plan), options_(options), present_(present) {}

  Result<Sent> Run() {
    for (std::size_t w = 0; w < plan_.waves.size(); ++w) {
      const manifest::Wave& wave = plan_.waves[w];
      KT_TRY(SendWave(wave));
      if (!sent_.refusals.empty())
        break;
      if (wave.stage == manifest::Stage::kDefinitions) {
        KT_TRY(WaitUntilReady(context_, ns_, plan_.inventory, wave.objects, options_.patience));
        LearnKinds(wave);
      }
      if (w + 1 < plan_.waves.size() && plan_.waves[w + 1].sync_wave != wave.sync_wave) {
        KT_TRY(WaitUntilReady(context_, ns_, plan_.inventory, ObjectsUpTo(w), options_.patience));
      }
    }
    return std::move(sent_);
  }

 private:
  bool IsPresent(std::size_t index) const { return index < present_.size() && !present_[index].empty(); }

  std::vector<std::size_t> ObjectsUpTo(std::size_t last_wave) const {
    std::vector<std::size_t> objects;
    for (std::size_t w = 0; w <= last_wave; ++w) {
      const auto& wave = plan_.waves[w].objects;
      objects.insert(objects.end(), wave.begin(), wave.end());
    }
    return objects;
  }

  void LearnKinds(const manifest::Wave& wave) {
    for (const std::size_t index : wave.objects) {
      const Json& crd = plan_.values[index];
      const kube::Scope scope =
          doc::StringAt(crd, {"spec", "scope"}) == "Cluster" ? kube::Scope::kCluster : kube::Scope::kNamespaced;
      for (const Json& version : doc::ArrayAt(crd, {"spec", "versions"})) {
        context_.client.LearnResource({{doc::StringAt(crd, {"spec", "group"}), doc::StringAt(version, {"name"}),
                                        doc::StringAt(crd, {"spec", "names", "kind"})},
                                       doc::StringAt(crd, {"spec", "names", "plural"}),
                                       scope});
      }
    }
  }

  void Record(std::size_t index, const Json& live, std::string result) {
    InventoryItem& item = plan_.inventory.items[index];
    item.key.name = doc::StringAt(live, {"metadata", "name"});
    item.uid = doc::StringAt(live, {"metadata", "uid"});
    item.resource_version = doc::StringAt(live, {"metadata", "resourceVersion"});
    item.generation = doc::IntAt(live, {"metadata", "generation"});
    if (result != "unchanged" && result != "found")
      sent_.changed = true;
    sent_.objects.push_back({item, std::move(result)});
  }

  /// The object's own place, or the line of the field that the server complained about.
  void Refuse(std::size_t index, const Error& error) {
    const manifest::Object& object = plan_.kontrakt.objects[index];
    Error refusal = error;
    refusal.SetLocation(error.fields().empty() ? object.location : object.LocationOf(error.fields().front()));
    sent_.refusals.push_back(WithContext(std::move(refusal), "applying " + object.Describe()));
  }

  Result<void> SendWave(const manifest::Wave& wave) {
    std::vector<std::size_t> pending;
    for (const std::size_t index : wave.objects) {
      if (IsPresent(index)) {
        sent_.objects.push_back({plan_.inventory.items[index], "unchanged"});
      } else if (plan_.inventory.items[index].outside) {
        KT_TRY(SendOutside(index));
      } else {
        pending.push_back(index);
      }
    }
    return SendInside(std::move(pending));
  }

  Result<void> SendOutside(std::size_t index) {
    Result<OutsideObject> used = UseOutside(context_, ns_, plan_.inventory.items[index], plan_.values[index]);
    if (!used) {
      if (EndsEverything(used.error()))
        return std::move(used.error());
      Refuse(index, used.error());
      return {};
    }
    plan_.inventory.items[index].found = used->found;
    Record(index, used->live, used->found ? "found" : used->created ? "created" : "unchanged");
    return {};
  }

  std::vector<Result<Json>> SendOnce(const std::vector<std::size_t>& indexes) {
    std::vector<kube::Client::ApplyItem> items;
    for (const std::size_t index : indexes) {
      kube::ApplyOptions apply;
      apply.field_manager = context_.client.field_manager();
      apply.force = options_.force_conflicts ? kube::Force::kYes : kube::Force::kNo;
      items.push_back({plan_.inventory.items[index].key, &plan_.values[index], apply});
    }
    return context_.client.ApplyAll(items, context_.bound);
  }

  Result<void> SendInside(std::vector<std::size_t> pending) {
    const auto began = std::chrono::steady_clock::now();
    std::chrono::milliseconds pause(50);
    while (!pending.empty()) {
      std::vector<Result<Json>> results = SendOnce(pending);
      std::vector<std::size_t> again;
      for (std::size_t i = 0; i < pending.size(); ++i) {
        KT_TRY(Take(pending[i], results[i], std::chrono::steady_clock::now() - began, again));
      }
      pending = std::move(again);
      if (pending.empty())
        break;
      if (!SleepFor(pause, context_.bound))
        return context_.bound.Check("objects to be accepted");
      pause = std::min(pause * 2, std::chrono::milliseconds(1000));
    }
    return {};
  }

  Result<void> Take(std::size_t index, const Result<Json>& result, std::chrono::steady_clock::duration waited,
                    std::vector<std::size_t>& again) {
    if (!result) {
      const auto passes = PassesWithin(result.error());
      if (passes && waited < *passes) {
        context_.progress.Detail(plan_.inventory.items[index].Describe() + ": " + result.error().message() + "; again");
        again.push_back(index);
        return {};
      }
      if (EndsEverything(result.error()))
        return WithContext(result.error(), "applying " + Describe(index));
      Refuse(index, result.error());
      return {};
    }
    if (doc::Find(*result, {"metadata", "deletionTimestamp"}) != nullptr) {
      // An apply onto a dying object is accepted, and the object vanishes all the same.
      again.push_back(index);
      return {};
    }
    const bool before =
        doc::StringAt(*result, {"metadata", "uid"}) == plan_.inventory.items[index].uid &&
        doc::StringAt(*result, {"metadata", "resourceVersion"}) == plan_.inventory.items[index].resource_version;
    Record(index, *result, before ? "unchanged" : "applied");
    return {};
  }

  std::string Describe(std::size_t index) const { return plan_.kontrakt.objects[index].Describe(); }

  const Context& context_;
  const RunNamespace& ns_;
  Plan& plan_;
  const ApplyOptions& options_;
  const std::vector<std::string>& present_;
  Sent sent_;
};

}  // namespace

Result<Sent> SendWaves(const Context& context, const RunNamespace& ns, Plan& plan, const ApplyOptions& options,
                       const std::vector<std::string>& present) {
  return Sender(context, ns, plan, options, present).Run();
}

}  // namespace kontrakt
