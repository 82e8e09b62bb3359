#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/http_message.h"

namespace kontrakt::fakes {

enum class RegistryAuthMode : unsigned char { kNone, kBasic, kBearer };

/// Somebody whom a registry knows.
struct RegistryUser {
  std::string name{};
  std::string password{};
  std::string identity_token{};    ///< accepted by POST to the token endpoint
  std::string repositories = "*";  ///< glob
  bool may_push = true;
};

struct RegistryAuthOptions {
  RegistryAuthMode mode = RegistryAuthMode::kNone;
  std::vector<RegistryUser> users{};
  bool anonymous_pull = false;  ///< of kBearer: tokens without credentials may pull
  bool oauth_post = true;       ///< false: POST to the token endpoint is 404
  std::chrono::seconds token_life{300};
  std::string service = "fake-registry";
};

/// One thing that a request needs: "pull" or "push" on a repository.
struct RegistryNeed {
  std::string repository;
  std::string action;
};

/// Basic and bearer authentication as the distribution project's registry and its token server do it: a token holds the
/// intersection of what was asked and what the user may, and is a success even when that is nothing.
///
/// Threads: any.
class RegistryAuth {
 public:
  explicit RegistryAuth(RegistryAuthOptions options) : options_(std::move(options)) {}

  /// Of the token endpoint; `realm` is set once the port is known.
  void SetRealm(std::string realm);
  /// GET and POST of the token endpoint.
  HttpResponse IssueToken(const HttpRequest& request);
  /// nullopt: the request may; else 401 with its challenge, or 403.
  std::optional<HttpResponse> Check(const HttpRequest& request, const std::vector<RegistryNeed>& needs) const;
  /// Tokens handed out so far.
  int tokens() const;
  /// The scopes that each token request asked for, in order, joined by spaces.
  std::vector<std::string> token_scopes() const;
  /// Forgets all tokens, as a restart would: they are 401 from now on.
  void RevokeTokens();

 private:
  struct Token {
    std::vector<RegistryNeed> grants;
    std::chrono::steady_clock::time_point expires;
  };

  const RegistryUser* FindBasic(std::string_view authorization) const;
  static bool May(const RegistryUser* user, const RegistryNeed& need, bool anonymous_pull);
  HttpResponse Challenge(const std::vector<RegistryNeed>& needs, std::string_view error) const;

  const RegistryAuthOptions options_;
  mutable std::mutex mutex_;
  std::string realm_;
  std::map<std::string, Token, std::less<>> tokens_;
  int issued_ = 0;
  std::vector<std::string> asked_;
};

/// `{"errors":[{"code":…,"message":…}]}`.
HttpResponse RegistryErrorAnswer(int status, std::string_view code, std::string_view message);

}  // namespace kontrakt::fakes
