#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/inventory.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {

/// How an object outside a kontrakt's namespace came to be used.
struct OutsideObject {
  doc::Json live;
  bool found = false;    ///< there before, bears no mark of ours: used as it is, never labelled or deleted
  bool created = false;  ///< by this call
};

/// Makes an object outside the namespace available to a run: created by POST with the attempt's nonce and our label;
/// shared by one more label where another run made it; used as found where nobody of us did. What is there must be what
/// the manifest says (a dry-run apply would change nothing), else kConflict with the first difference.
Result<OutsideObject> UseOutside(const Context& context, const RunNamespace& ns, const InventoryItem& item,
                                 const doc::Json& value);

/// The label by which a kontrakt's run holds outside objects: "run.kontrakt/<hash>".
std::string OutsideLabel(const RunNamespace& ns);

enum class Release : unsigned char { kDeleted, kReleased, kAbsent, kNotOurs };
/// Takes our label off and deletes the object when no run's label is left, under UID and resourceVersion preconditions.
/// `hold` is the OutsideLabel. Objects that bear no mark, or another UID than recorded, are left alone.
Result<Release> ReleaseOutside(const Context& context, const InventoryItem& item, const std::string& hold,
                               const Bound& bound);

}  // namespace kontrakt
