#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/assertion_match.h"
#include "lib/lifecycle/run_namespace.h"
#include "lib/manifest/folder.h"
#include "lib/manifest/load.h"
#include "lib/manifest/scope.h"
#include "lib/manifest/variables.h"

namespace kontrakt {

/// One object of an assertion file, ready to be compared.
struct Assertion {
  std::string title;  ///< "page.assert.yaml:3 deployment/web"
  FileLine location;
  kube::Resource resource;
  std::string namespace_name;  ///< empty for cluster scope
  std::string name;            ///< empty: any object of the kind
  bool must_not_match = false;
  std::optional<std::chrono::milliseconds> stays;  ///< must not match at any moment for so long
  AssertionPattern pattern;                        ///< without what selects the object and without kontrakt/stays

  /// What must be watched to judge it.
  kube::WatchSubject Subject() const;
};

/// The folders that -f and -R name, by name of kontrakt; empty without them.
using AssertionFolders = std::map<std::string, manifest::Folder>;
Result<AssertionFolders> FindAssertionFolders(const manifest::Scope& scope);

/// The assertions of the kontrakt in `ns`, from its folder in `folders` or, without -f, from where apply found it.
///
/// kNotFound when apply saw assertion files and the folder is not here; kConflict when they are not those that apply
/// saw, or when one reaches outside the kontrakt (another namespace; an object without namespace that is not in the
/// inventory): what is under test does not choose what our credentials read. kInvalidInput as LoadAssertions, for wrong
/// operators, for kinds that do not exist, and for Events, which anybody inside can forge.
Result<std::vector<Assertion>> LoadAssertionsOf(const kube::Client& client, const RunNamespace& ns,
                                                const Inventory& inventory, const AssertionFolders& folders,
                                                const manifest::Variables& variables, const Bound& bound);

/// One object of an assertion file as an Assertion; the errors of LoadAssertionsOf that concern one object.
Result<Assertion> MakeAssertion(const kube::Client& client, const manifest::Object& object, bool must_not_match,
                                const std::string& namespace_name, const Inventory& inventory, const Bound& bound);

}  // namespace kontrakt
