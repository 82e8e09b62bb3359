#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/doc/json.h"

namespace kontrakt::fakes {

/// Sets of fields in the form of metadata.managedFields[].fieldsV1: "f:name" for a map's key, `k:{"name":"web"}` for an
/// item of a keyed list, `v:"x"` for a member of a set; a node is in the set when it is empty or has a "." of its own.
///
/// Which lists are keyed, sets or atomic follows the OpenAPI document of Kubernetes 1.34 for the usual kinds, by the
/// list's own name; lists of custom resources are atomic, as they are without x-kubernetes-list-type.
enum class Schema : unsigned char { kBuiltin, kCustom };

enum class ListType : unsigned char { kAtomic, kSet, kMap };
struct ListRule {
  ListType type = ListType::kAtomic;
  std::vector<std::string> keys;
};
ListRule RuleOf(std::string_view name, const doc::Json& list, Schema schema);
/// Maps that are replaced as a whole, such as selectors.
bool IsAtomicMap(std::string_view name, Schema schema);
/// The "k:{…}" of a list item; missing keys take their default (protocol: TCP).
std::string ItemKey(const doc::Json& item, const std::vector<std::string>& keys);

/// All fields that `object` says, without those that no manager owns (apiVersion, kind, name, uid …).
doc::Json FieldsOf(const doc::Json& object, Schema schema);
/// Fields of `after` that are new or have another value than in `before`.
doc::Json ChangedFields(const doc::Json& before, const doc::Json& after, Schema schema);

bool IsMember(const doc::Json& node);
doc::Json UnionOf(doc::Json a, const doc::Json& b);
/// The members of `a` that are no members of `b` and above no members of `b`.
doc::Json Difference(const doc::Json& a, const doc::Json& b);
/// Takes from `object` every member of `fields` that is there.
void RemoveFields(doc::Json& object, const doc::Json& fields, Schema schema);
/// The server-side apply of `config` onto `live`: maps merge, keyed lists merge by key, the rest is replaced.
void MergeApplied(doc::Json& live, const doc::Json& config, Schema schema);

/// Calls `see` with path and both values for each leaf of `config` whose live value differs, and which is a member of
/// `theirs`; `.spec.containers[name="web"].image` is how such paths are written.
void ForEachConflict(const doc::Json& live, const doc::Json& config, const doc::Json& theirs, Schema schema,
                     const std::function<void(const std::string&)>& see);

}  // namespace kontrakt::fakes
