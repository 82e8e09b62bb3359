#include "lib/lifecycle/account_rights.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"
#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/plan.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::chrono::seconds kBindingSettles{5};

Json RoleObject(const std::string& name, Json rules) {
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "Role"},
          {"metadata", {{"name", name}}},
          {"rules", std::move(rules)}};
}

Json BindingObject(const std::string& name, const std::string& role_kind, const std::string& role,
                   const std::string& account, const std::string& account_namespace) {
  return {
      {"apiVersion", "rbac.authorization.k8s.io/v1"},
      {"kind", "RoleBinding"},
      {"metadata", {{"name", name}}},
      {"roleRef", {{"apiGroup", std::string(kRbac)}, {"kind", role_kind}, {"name", role}}},
      {"subjects", Json::array({{{"kind", "ServiceAccount"}, {"name", account}, {"namespace", account_namespace}}})}};
}

enum class Installed : unsigned char { kYes, kNo };

/// A caller that may not read cluster roles has been given `bind` by name, which comes with the role itself.
Result<Installed> IsOwnerRoleInstalled(const Context& context) {
  const kube::GroupVersionKind gvk{std::string(kRbac), "v1", "ClusterRole"};
  const kube::ObjectKey key{{gvk, "clusterroles", kube::Scope::kCluster}, "", std::string(kOwnerClusterRole)};
  Result<Json> role = context.client.Get(key, context.bound);
  if (role || role.error().code() == ErrorCode::kDenied)
    return Installed::kYes;
  if (role.error().code() == ErrorCode::kNotFound)
    return Installed::kNo;
  return std::move(role.error());
}

std::vector<std::pair<std::string, std::string>> OwnCustomResources(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> own;
  for (const Json& value : plan.values) {
    if (doc::StringAt(value, {"kind"}) != "CustomResourceDefinition")
      continue;
    own.emplace_back(doc::StringAt(value, {"spec", "group"}), doc::StringAt(value, {"spec", "names", "plural"}));
  }
  return own;
}

/// "system:serviceaccount:NS:NAME" of the caller, or empty.
std::string CallerAccount(const Context& context) {
  const std::string body = R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})";
  Result<net::Response> answer = context.client.Raw(
      net::Method::kPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews", body, "application/json", context.bound);
  if (!answer)
    return "";
  Result<Json> review = doc::ParseJson(answer->body);
  if (!review)
    return "";
  const std::string user = doc::StringAt(*review, {"status", "userInfo", "username"});
  return user.starts_with("system:serviceaccount:") ? user : "";
}

/// Binds the calling service account to the runner's role in a namespace that it made.
Result<void> BindSelf(const Context& context, const std::string& namespace_name, const Error& denied) {
  const std::vector<std::string> parts = Split(CallerAccount(context), ':');
  if (parts.size() != 4)
    return denied;
  const Json binding =
      BindingObject("kontrakt-runner", "ClusterRole", std::string(kRunnerClusterRole), parts[3], parts[2]);
  Result<Json> bound =
      context.client.Create(kube::RoleBindings(), namespace_name, binding, kube::DryRun::kNone, context.bound);
  if (bound || bound.error().code() == ErrorCode::kConflict)
    return {};
  Error error = denied;
  error.SetHint("give the account the roles of tasks/rbac: kubectl apply -k tasks/rbac");
  return error;
}

bool AnyDenied(const std::vector<Result<Json>>& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const Result<Json>& result) { return !result && result.error().code() == ErrorCode::kDenied; });
}

}  // namespace

Result<std::vector<Json>> AccountRights(const Context& context, const std::string& namespace_name, const Plan& plan,
                                        const ApplyOptions& options) {
  std::vector<Json> objects;
  const std::string account(kTestAccount);
  const auto grant = [&](const std::string& name, Json rules) {
    objects.push_back(RoleObject(name, std::move(rules)));
    objects.push_back(BindingObject(name, "Role", name, account, namespace_name));
  };
  KT_ASSIGN_CONTEXT(const Installed installed, IsOwnerRoleInstalled(context),
                    "looking for ClusterRole " + std::string(kOwnerClusterRole));
  if (installed == Installed::kYes) {
    objects.push_back(
        BindingObject("kontrakt", "ClusterRole", std::string(kOwnerClusterRole), account, namespace_name));
  } else {
    grant("kontrakt", OwnerRules());
  }
  if (const auto own = OwnCustomResources(plan); !own.empty())
    grant("kontrakt-custom-resources", CustomResourceRules(own));
  if (options.test_rights == TestRights::kFull)
    grant("kontrakt-full", FullRules());
  return objects;
}

std::vector<Result<Json>> ApplyAllWhileBinding(const Context& context,
                                               const std::vector<kube::Client::ApplyItem>& items) {
  std::vector<Result<Json>> results = context.client.ApplyAll(items, context.bound);
  if (items.empty() || !AnyDenied(results))
    return results;
  const auto denied = std::find_if(results.begin(), results.end(), [](const Result<Json>& result) {
    return !result && result.error().code() == ErrorCode::kDenied;
  });
  if (Result<void> self = BindSelf(context, items.front().key.namespace_name, denied->error()); !self) {
    for (Result<Json>& result : results) {
      if (!result)
        result = Result<Json>(self.error());
    }
    return results;
  }
  const Deadline settles = Deadline::After(kBindingSettles);
  std::chrono::milliseconds pause(5);
  while (AnyDenied(results) && !settles.HasPassed() && SleepFor(pause, context.bound)) {
    pause = std::min(pause * 2, std::chrono::milliseconds(250));
    std::vector<kube::Client::ApplyItem> again;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (results[i] || results[i].error().code() != ErrorCode::kDenied)
        continue;
      again.push_back(items[i]);
      places.push_back(i);
    }
    std::vector<Result<Json>> repeated = context.client.ApplyAll(again, context.bound);
    for (std::size_t i = 0; i < places.size(); ++i)
      results[places[i]] = std::move(repeated[i]);
  }
  return results;
}

}  // namespace kontrakt
