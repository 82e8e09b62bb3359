#pragma once

#include <string>
#include <vector>

#include "lib/doc/json.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/resource_types.h"

namespace kontrakt::fakes {

/// Fills in what the 1.34 API server fills in and clients meet: restartPolicy, serviceAccountName, protocols, replicas,
/// ClusterIP, finalizers of namespaces … `ordinal` makes addresses differ.
void ApplyDefaults(const ResourceType& type, doc::Json& object, unsigned ordinal);

/// What admission plugins and the create strategy add to a new object: a pod's account, priority and tolerations, a
/// Job's selector and labels. Nobody owns these fields.
void ApplyAdmission(const ResourceType& type, doc::Json& object);

/// What a new object may not bring along (status, generation …) and what it gets: phase Pending, SchedulingGated.
void PrepareForCreate(const ResourceType& type, doc::Json& object);

/// What is wrong with it: metadata.name, required fields, negative replicas. Empty: nothing.
std::vector<StatusCause> ValidateObject(const ResourceType& type, const doc::Json& object);
/// Changes of fields that are immutable.
std::vector<StatusCause> ValidateUpdate(const ResourceType& type, const doc::Json& before, const doc::Json& after);

/// Why Pod Security of that level ("baseline", "restricted") refuses a pod's spec, in the server's words; empty: it
/// does not.
std::string PodSecurityViolation(const std::string& level, const doc::Json& pod_spec);

/// Field paths that the small schema of Pods, workloads, ConfigMaps, Secrets and Services does not know, such as
/// ".spec.foo"; empty for other kinds.
std::vector<std::string> UnknownFields(const ResourceType& type, const doc::Json& object);
/// Takes them out, as decoding does.
void PruneUnknownFields(const ResourceType& type, doc::Json& object);
/// Fields whose type is wrong, as server-side apply words it: ".spec.replicas: expected numeric (int or float), got
/// string".
std::vector<std::string> MistypedFields(const ResourceType& type, const doc::Json& object);

/// The pod spec of a pod or of a workload's template; nullptr where the kind has none.
const doc::Json* PodSpecOf(const doc::Json& object);

}  // namespace kontrakt::fakes
