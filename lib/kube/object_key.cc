#include "lib/kube/object_key.h"

#include "lib/base/strings.h"
#include "lib/kube/resource_table.h"

namespace kontrakt::kube {

GroupVersionKind GroupVersionKind::Of(const std::string& api_version, const std::string& kind) {
  const auto slash = api_version.find('/');
  if (slash == std::string::npos)
    return {"", api_version, kind};
  return {api_version.substr(0, slash), api_version.substr(slash + 1), kind};
}

std::string ObjectKey::ToString() const {
  std::string text = ToLower(resource.gvk.kind);
  if (!resource.gvk.group.empty() && !BuiltinResource(resource.gvk))
    text += "." + resource.gvk.group;
  return text + "/" + name;
}

std::string ObjectKey::Path() const {
  const GroupVersionKind& gvk = resource.gvk;
  std::string path = gvk.group.empty() ? "/api/" : "/apis/" + PercentEncode(gvk.group) + "/";
  path += PercentEncode(gvk.version);
  if (!namespace_name.empty())
    path += "/namespaces/" + PercentEncode(namespace_name);
  path += "/" + PercentEncode(resource.plural);
  if (!name.empty())
    path += "/" + PercentEncode(name);
  return path;
}

}  // namespace kontrakt::kube
