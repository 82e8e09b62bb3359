#include "lib/kube/path_builder.h"

#include "lib/base/strings.h"

namespace kontrakt::kube {

PathBuilder& PathBuilder::Add(std::string_view name, std::string_view value) {
  text_ += text_.find('?') == std::string::npos ? '?' : '&';
  text_ += PercentEncode(name) + "=" + PercentEncode(value);
  return *this;
}

PathBuilder& PathBuilder::AddUnlessEmpty(std::string_view name, std::string_view value) {
  return value.empty() ? *this : Add(name, value);
}

}  // namespace kontrakt::kube
