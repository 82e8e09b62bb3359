#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/doc/json_fwd.h"
#include "lib/kube/object_key.h"

namespace kontrakt {

/// `name` as one part of a path: whatever is not a letter, digit, dot, dash or underscore becomes an underscore, never
/// hidden, never empty, at most 128 bytes. Different names stay different: a changed one ends with a hash.
std::string EvidenceFileName(std::string_view name);

/// An object as it may be stored: apiVersion and kind first (items of a list carry none), without managedFields and the
/// last-applied annotation, a Secret's values and literals of secret-looking environment variables masked.
doc::Json ForEvidence(const doc::Json& object, const kube::Resource& resource);

/// Events as a table for a person, oldest first: time, type, reason, object, message and how often.
std::string EventsToText(const std::vector<doc::Json>& events);
/// Sorted the same way.
void SortEvents(std::vector<doc::Json>& events);

/// The values of a Secret that must not be shown, decoded; passwords and tokens within docker configs on their own too.
std::vector<std::string> SecretValuesOf(const doc::Json& secret);
/// Literals of a pod's containers' environment whose names look secret.
std::vector<std::string> SecretLiteralsOf(const doc::Json& pod);

/// Whether a log that the server gave is only its word that there is none any more: the kubelet answers so, with status
/// 200, for a container whose files are gone (Kubernetes 1.34).
bool IsLostLog(std::string_view log);

/// `text` without all but its last `limit` bytes, cut at a line, with a line that says so.
std::string LastBytes(std::string text, std::size_t limit);

}  // namespace kontrakt
