#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontrakt::fakes {

/// Header fields in order; names compare without case. A class of its own, so that the fakes share no code with the
/// client that they test.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  void Add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void Set(std::string_view name, std::string value);
  /// The first of that name.
  std::optional<std::string> Get(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method;
  std::string target;                             ///< as sent: path and query, percent-encoded
  std::string path;                               ///< decoded
  std::multimap<std::string, std::string> query;  ///< decoded
  HttpHeaders headers;
  std::string body;

  /// The first value of a query parameter, or `fallback`.
  std::string Query(const std::string& name, std::string_view fallback = "") const;
  bool HasQuery(const std::string& name) const { return query.contains(name); }
  std::string Header(std::string_view name) const { return headers.Get(name).value_or(""); }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers{};
  std::string body{};
};

/// A request as a server saw it, for tests to look at afterwards.
struct LoggedRequest {
  HttpRequest request;
  int status = 0;      ///< answered; 0 where the connection was dropped without an answer
  int connection = 0;  ///< number of the connection it came on, from 1
};

/// Splits "path?query" into the parts of `request`.
void ParseTarget(std::string_view target, HttpRequest& request);
std::string PercentDecode(std::string_view text, bool plus_is_space);
/// `*` stands for any characters, slashes included. Nothing else is special.
bool MatchesGlob(std::string_view pattern, std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace kontrakt::fakes
