#pragma once

#include <string>
#include <string_view>

namespace kontrakt::kube {

/// Puts a path and query parameters together, percent-encoded.
class PathBuilder {
 public:
  explicit PathBuilder(std::string path) : text_(std::move(path)) {}
  PathBuilder& Add(std::string_view name, std::string_view value);
  /// Left out when `value` is empty.
  PathBuilder& AddUnlessEmpty(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace kontrakt::kube
