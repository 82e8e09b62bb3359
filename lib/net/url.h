#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"

namespace kontrakt::net {

/// An absolute http or https URL, split. Parsed with libcurl's URL parser, printed by us.
///
/// Threads: a value.
struct Url {
  std::string scheme;  ///< "http" or "https", lower case
  std::string host;    ///< lower case, IPv6 in brackets
  int port = 0;        ///< never 0 once parsed: the scheme's default is filled in
  std::string path;    ///< starts with '/', percent-encoded as given
  std::string query;   ///< without '?', encoded; may be empty

  /// kInvalidInput: no absolute http(s) URL. User info is refused.
  static Result<Url> Parse(std::string_view text);
  /// Resolves a reference (absolute, scheme-relative, path-absolute or relative) against this one (RFC 3986 §5).
  Result<Url> Resolve(std::string_view reference) const;
  /// The same with one more query parameter, both percent-encoded.
  Url WithQuery(std::string_view name, std::string_view value) const;
  /// `path` joined to this URL's own as a prefix: exactly one '/' between.
  Url Join(std::string_view path) const;

  /// Default ports are left out.
  std::string ToString() const;
  /// "https://host:port", always with the port: equal for equal origins.
  std::string Origin() const;
  /// "host" or "host:port" when the port is not the scheme's default.
  std::string Authority() const;
};

}  // namespace kontrakt::net
