#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace kontrakt {

/// The process environment as a value, so that libraries read no global and tests need none.
/// An empty value counts as unset: optional parameters of pipelines arrive as empty strings.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> values) : values_(std::move(values)) {}
  static Environment OfProcess();

  std::optional<std::string> Get(const std::string& name) const;
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace kontrakt
