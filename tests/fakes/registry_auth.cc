#include "tests/fakes/registry_auth.h"

#include <algorithm>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/random.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

std::vector<std::string> SplitAt(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (end != 0) {
      parts.emplace_back(text.substr(0, end));
    }
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return parts;
}

/// "repository:NAME:pull,push" → one need for each action. The name may hold a colon (a host's port).
std::vector<RegistryNeed> ParseScope(const std::string& scope) {
  std::vector<RegistryNeed> needs;
  const std::size_t first = scope.find(':');
  const std::size_t last = scope.rfind(':');
  if (scope.rfind("repository:", 0) == 0 && last > first) {
    for (const std::string& action : SplitAt(std::string_view(scope).substr(last + 1), ',')) {
      needs.push_back({scope.substr(first + 1, last - first - 1), action});
    }
  }
  return needs;
}

HttpRequest FormOf(const HttpRequest& request) {
  HttpRequest form;
  ParseTarget("/?" + request.body, form);
  return form;
}

}  // namespace

HttpResponse RegistryErrorAnswer(int status, std::string_view code, std::string_view message) {
  return JsonAnswer(status,
                    {{"errors", Json::array({{{"code", code}, {"message", message}, {"detail", Json::object()}}})}});
}

void RegistryAuth::SetRealm(std::string realm) {
  const std::lock_guard lock(mutex_);
  realm_ = std::move(realm);
}

const RegistryUser* RegistryAuth::FindBasic(std::string_view authorization) const {
  if (authorization.size() < 6 || !EqualsIgnoringCase(authorization.substr(0, 6), "Basic ")) {
    return nullptr;
  }
  const auto decoded = Base64Decode(authorization.substr(6));
  for (const RegistryUser& user : options_.users) {
    if (decoded && *decoded == user.name + ":" + user.password) {
      return &user;
    }
  }
  return nullptr;
}

bool RegistryAuth::May(const RegistryUser* user, const RegistryNeed& need, bool anonymous_pull) {
  if (user == nullptr) {
    return anonymous_pull && need.action == "pull";
  }
  return MatchesGlob(user->repositories, need.repository) && (need.action == "pull" || user->may_push);
}

HttpResponse RegistryAuth::IssueToken(const HttpRequest& request) {
  std::vector<std::string> scopes;
  const RegistryUser* user = nullptr;
  if (request.method == "POST") {
    if (!options_.oauth_post) {
      return {404, {}, "404 page not found\n"};
    }
    const HttpRequest form = FormOf(request);
    scopes = SplitAt(form.Query("scope"), ' ');
    for (const RegistryUser& one : options_.users) {
      const bool refresh = form.Query("grant_type") == "refresh_token" && !one.identity_token.empty() &&
                           form.Query("refresh_token") == one.identity_token;
      const bool password = form.Query("grant_type") == "password" && form.Query("username") == one.name &&
                            form.Query("password") == one.password;
      user = refresh || password ? &one : user;
    }
    if (user == nullptr) {
      return RegistryErrorAnswer(401, "UNAUTHORIZED", "invalid refresh token");
    }
  } else {
    for (auto [scope, end] = request.query.equal_range("scope"); scope != end; ++scope) {
      for (std::string& one : SplitAt(scope->second, ' ')) {
        scopes.push_back(std::move(one));
      }
    }
    const std::string authorization = request.Header("Authorization");
    user = FindBasic(authorization);
    if (user == nullptr && (!authorization.empty() || !options_.anonymous_pull)) {
      return RegistryErrorAnswer(401, "UNAUTHORIZED", "incorrect username or password");
    }
  }
  Token token;
  token.expires = std::chrono::steady_clock::now() + options_.token_life;
  std::string asked;
  for (const std::string& scope : scopes) {
    asked += (asked.empty() ? "" : " ") + scope;
    for (RegistryNeed& need : ParseScope(scope)) {
      if (May(user, need, options_.anonymous_pull)) {
        token.grants.push_back(std::move(need));
      }
    }
  }
  const std::string text = "registry-token-" + RandomHex(12);
  const std::lock_guard lock(mutex_);
  tokens_[text] = std::move(token);
  asked_.push_back(asked);
  ++issued_;
  return JsonAnswer(200, {{"token", text}, {"access_token", text}, {"expires_in", options_.token_life.count()}});
}

HttpResponse RegistryAuth::Challenge(const std::vector<RegistryNeed>& needs, std::string_view error) const {
  HttpResponse answer = RegistryErrorAnswer(401, "UNAUTHORIZED", "authentication required");
  if (options_.mode == RegistryAuthMode::kBasic) {
    answer.headers.Add("WWW-Authenticate", "Basic realm=\"" + options_.service + "\"");
    return answer;
  }
  std::vector<std::pair<std::string, std::string>> by_repository;
  for (const RegistryNeed& need : needs) {
    auto found = std::find_if(by_repository.begin(), by_repository.end(),
                              [&](const auto& entry) { return entry.first == need.repository; });
    if (found == by_repository.end()) {
      by_repository.emplace_back(need.repository, need.action);
    } else {
      found->second += "," + need.action;
    }
  }
  std::string scope;
  for (const auto& [repository, actions] : by_repository) {
    scope += (scope.empty() ? "repository:" : " repository:") + repository + ":" + actions;
  }
  std::string challenge = "Bearer realm=\"" + realm_ + "\",service=\"" + options_.service + "\"";
  if (!scope.empty()) {
    challenge += ",scope=\"" + scope + "\"";
  }
  if (!error.empty()) {
    challenge += ",error=\"" + std::string(error) + "\"";
  }
  answer.headers.Add("WWW-Authenticate", challenge);
  return answer;
}

std::optional<HttpResponse> RegistryAuth::Check(const HttpRequest& request,
                                                const std::vector<RegistryNeed>& needs) const {
  if (options_.mode == RegistryAuthMode::kNone) {
    return std::nullopt;
  }
  const std::string authorization = request.Header("Authorization");
  const std::lock_guard lock(mutex_);
  if (options_.mode == RegistryAuthMode::kBasic) {
    const RegistryUser* user = FindBasic(authorization);
    if (user == nullptr) {
      return Challenge(needs, "");
    }
    for (const RegistryNeed& need : needs) {
      if (!May(user, need, false)) {
        return RegistryErrorAnswer(403, "DENIED", "requested access to the resource is denied");
      }
    }
    return std::nullopt;
  }
  const bool bearer = authorization.size() > 7 && EqualsIgnoringCase(authorization.substr(0, 7), "Bearer ");
  const auto token = tokens_.find(bearer ? std::string_view(authorization).substr(7) : "");
  if (token == tokens_.end() || token->second.expires < std::chrono::steady_clock::now()) {
    return Challenge(needs, bearer ? "invalid_token" : "");
  }
  const std::vector<RegistryNeed>& grants = token->second.grants;
  for (const RegistryNeed& need : needs) {
    if (std::none_of(grants.begin(), grants.end(), [&](const RegistryNeed& grant) {
          return grant.repository == need.repository && grant.action == need.action;
        })) {
      return Challenge(needs, "insufficient_scope");
    }
  }
  return std::nullopt;
}

int RegistryAuth::tokens() const {
  const std::lock_guard lock(mutex_);
  return issued_;
}

std::vector<std::string> RegistryAuth::token_scopes() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void RegistryAuth::RevokeTokens() {
  const std::lock_guard lock(mutex_);
  tokens_.clear();
}

}  // namespace kontrakt::fakes
