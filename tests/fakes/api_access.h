#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "tests/fakes/http_message.h"

namespace kontrakt::fakes {

struct User {
  std::string name;
  std::vector<std::string> groups;
};

/// What a request wants to do, as the authorizer sees it.
struct AccessAttributes {
  std::string verb;  ///< get, list, watch, create, update, patch, delete, deletecollection
  std::string group;
  std::string resource;
  std::string subresource;
  std::string namespace_name;
  std::string name;
};

/// One rule; globs, where an empty namespace pattern matches every namespace and the cluster scope.
struct AccessRule {
  bool allow = false;
  std::string user = "*";
  std::string verb = "*";  ///< several joined by ','
  std::string group = "*";
  std::string resource = "*";  ///< "pods", "pods/log"; several joined by ','
  std::string namespace_name = "*";
  std::string name = "*";
  int remaining = -1;  ///< how many requests it decides; -1: all

  /// `{"deny": true, "user": …, "verb": "create,patch", "resource": "secrets", "namespace": "kontrakt-*", "times": 2}`.
  static Result<AccessRule> Parse(const doc::Json& value);
};

/// Who may do what. Without users everybody is "system:admin"; without a matching rule everything is allowed.
///
/// Threads: guarded by its owner.
class AccessRules {
 public:
  void AddUser(const std::string& token, User user) { users_[token] = std::move(user); }
  void RemoveUser(const std::string& token) { users_.erase(token); }
  bool HasUsers() const { return !users_.empty(); }
  /// The first matching rule counts, the later added ones first.
  void AddRule(AccessRule rule) { rules_.insert(rules_.begin(), std::move(rule)); }
  void ClearRules() { rules_.clear(); }

  /// By bearer token and impersonation headers. nullopt: 401.
  std::optional<User> Authenticate(const HttpRequest& request) const;
  bool Allows(const User& user, const AccessAttributes& attributes);
  /// The server's text behind "is forbidden: ".
  static std::string Refusal(const User& user, const AccessAttributes& attributes);

 private:
  std::map<std::string, User> users_;
  std::vector<AccessRule> rules_;
};

}  // namespace kontrakt::fakes
