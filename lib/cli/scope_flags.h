#pragma once

#include <string>

#include "lib/manifest/scope.h"

namespace kontrakt::cli {

class OptionSet;

/// Which kontrakts of which run a command acts on.
struct ScopeFlags {
  manifest::Scope scope;

  void AddTo(OptionSet& set);
  /// The scope, with the owner defaulted to the pipeline account's namespace.
  manifest::Scope Resolve() const;
};

/// The namespace of the service account that this process runs as in a pod; empty outside one.
std::string AccountNamespace(const std::string& path = "/var/run/secrets/kubernetes.io/serviceaccount/namespace");

}  // namespace kontrakt::cli
