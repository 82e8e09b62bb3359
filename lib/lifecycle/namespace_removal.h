#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/inventory.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {

/// What stands in the way of removing a namespace, looked up while its content can still be changed.
struct Finalized {
  kube::ObjectKey key;
  std::string uid;
  std::vector<std::string> finalizers;  ///< those that Kubernetes itself does not take off
  bool custom = false;                  ///< a custom resource: its finalizers are never taken off by us
};

/// Custom resources of the kontrakt and core objects with finalizers of somebody else. They need their operators, which
/// are about to be removed too.
Result<std::vector<Finalized>> FindFinalized(const Context& context, const RunNamespace& ns, const Inventory& inventory,
                                             const Bound& bound);

/// Deletes them while their operators still run and waits up to `longest`; then takes foreign finalizers off core
/// objects that are left. Returns what had to be taken off: "configmap/x: example.com/hold".
Result<std::vector<std::string>> RemoveFinalized(const Context& context, const std::vector<Finalized>& objects,
                                                 std::chrono::milliseconds longest, const Bound& bound);

/// Asks for the namespace's deletion under its UID and resourceVersion, then deletes its pods with a short grace within
/// the five seconds that the namespace controller pauses, so that it finds nothing left. kConflict when it is not ours
/// any more.
Result<void> AskForDeletion(const Context& context, const RunNamespace& ns, std::chrono::milliseconds grace,
                            const Bound& bound);

/// Waits until a namespace that is being deleted is gone. False when the bound ended before.
Result<bool> AwaitGone(const Context& context, const RunNamespace& ns, const Bound& bound);

/// What the namespace's conditions say blocks it, one line each; empty when they say nothing.
std::vector<std::string> WhatBlocks(const Context& context, const std::string& namespace_name, const Bound& bound);

}  // namespace kontrakt
