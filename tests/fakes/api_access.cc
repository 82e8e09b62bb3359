#include "tests/fakes/api_access.h"

#include <string_view>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

bool MatchesAny(std::string_view patterns, std::string_view text) {
  while (true) {
    const std::size_t comma = patterns.find(',');
    if (MatchesGlob(patterns.substr(0, comma), text)) {
      return true;
    }
    if (comma == std::string_view::npos) {
      return false;
    }
    patterns.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<AccessRule> AccessRule::Parse(const doc::Json& value) {
  if (!value.is_object()) {
    return Error(ErrorCode::kInvalidInput, "an access rule has to be a map");
  }
  AccessRule rule;
  rule.allow = !Flag(value, "deny", true);
  rule.user = Text(value, "user", "*");
  rule.verb = Text(value, "verb", "*");
  rule.group = Text(value, "group", "*");
  rule.resource = Text(value, "resource", "*");
  rule.namespace_name = Text(value, "namespace", "*");
  rule.name = Text(value, "name", "*");
  rule.remaining = static_cast<int>(Number(value, "times", -1));
  return rule;
}

std::optional<User> AccessRules::Authenticate(const HttpRequest& request) const {
  User user{"system:admin", {"system:masters", "system:authenticated"}};
  const std::string authorization = request.Header("Authorization");
  if (!users_.empty() || !authorization.empty()) {
    const bool bearer = authorization.size() > 7 && EqualsIgnoringCase(authorization.substr(0, 7), "Bearer ");
    const auto found = users_.find(bearer ? authorization.substr(7) : "");
    if (found != users_.end()) {
      user = found->second;
    } else if (!users_.empty()) {
      return std::nullopt;
    }
  }
  if (const auto impersonated = request.headers.Get("Impersonate-User")) {
    user = {*impersonated, {"system:authenticated"}};
  }
  return user;
}

bool AccessRules::Allows(const User& user, const AccessAttributes& attributes) {
  const std::string resource =
      attributes.resource + (attributes.subresource.empty() ? "" : "/" + attributes.subresource);
  for (AccessRule& rule : rules_) {
    if (rule.remaining == 0 || !MatchesAny(rule.user, user.name) || !MatchesAny(rule.verb, attributes.verb) ||
        !MatchesAny(rule.group, attributes.group) || !MatchesAny(rule.resource, resource) ||
        !MatchesAny(rule.namespace_name, attributes.namespace_name) || !MatchesAny(rule.name, attributes.name)) {
      continue;
    }
    rule.remaining -= rule.remaining > 0 ? 1 : 0;
    return rule.allow;
  }
  return true;
}

std::string AccessRules::Refusal(const User& user, const AccessAttributes& attributes) {
  const std::string resource =
      attributes.resource + (attributes.subresource.empty() ? "" : "/" + attributes.subresource);
  return "User \"" + user.name + "\" cannot " + attributes.verb + " resource \"" + resource + "\" in API group \"" +
         attributes.group + "\" " +
         (attributes.namespace_name.empty() ? "at the cluster scope"
                                            : "in the namespace \"" + attributes.namespace_name + "\"");
}

}  // namespace kontrakt::fakes
