#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/wait.h"
#include "lib/verdict/judgement.h"

namespace kontrakt {

/// Waiting by hand, as kubectl does it: `kontrakt wait -n NS deploy/web --for=condition=Ready`.
struct ObjectWaitOptions {
  std::string namespace_name;        ///< empty: the context's
  std::vector<std::string> objects;  ///< "deploy/web", "deploy" "web", or a kind alone with a selector
  std::string label_selector;
  std::vector<std::string> conditions;  ///< of --for; all must hold; none: ready
  verdict::Patience patience;
  int expect_min = 1;  ///< of a kind with a selector: how many objects at least
};

/// One watch set, one deadline, absence is "pending". Ends early (kNegative) when an object that is to be ready is
/// doomed. A bare condition on something that has run to its end without meeting it is kNegative, too. kUsage for what
/// can't be read.
Result<WaitReport> WaitForObjects(const Context& context, const ObjectWaitOptions& options);

}  // namespace kontrakt
