#include "lib/cli/scope_flags.h"

#include "lib/base/file.h"
#include "lib/base/strings.h"
#include "lib/cli/option_set.h"

namespace kontrakt::cli {

void ScopeFlags::AddTo(OptionSet& set) {
  const auto group = set.Group("Which kontrakts, of which run");
  set.Add("filename", "folder with the manifests of a kontrakt, - for standard input", &scope.files)
      .Short('f')
      .Value("DIR");
  set.Add("recursive", "of and below the folders of -f, those whose name contains kontrakt", &scope.recursive)
      .Short('R');
  set.Add("only", "kontrakt of that name alone", &scope.only).Value("NAME");
  set.Add("name", "name of the only kontrakt, instead of one made from its path", &scope.name).Value("NAME");
  set.Add("run-id", "what the steps of one run share, such as the pipeline run's UID", &scope.run_id).Value("ID");
  set.Add("owner", "team that the run belongs to", &scope.owner)
      .Value("NAME")
      .Default("the account's namespace in a pod");
  set.Add("root", "folder that names of kontrakts are relative to", &scope.root).Value("DIR");
  set.Add("namespace-prefix", "start of the names of temporary namespaces", &scope.namespace_prefix).Value("TEXT");
  set.Add("namespace", "namespace of a pool to use instead of a temporary one", &scope.namespace_name)
      .Short('n')
      .Value("NAME");
  set.Add("report", "file that each step of a run extends", &scope.report).Value("FILE");
}

manifest::Scope ScopeFlags::Resolve() const {
  manifest::Scope resolved = scope;
  if (resolved.owner.empty()) {
    resolved.owner = AccountNamespace();
  }
  return resolved;
}

std::string AccountNamespace(const std::string& path) {
  // Not being in a pod, or having no token there, is the ordinary case and means: no owner.
  const auto text = ReadFile(path);
  return text ? std::string(Trim(*text)) : "";
}

}  // namespace kontrakt::cli
