#include "lib/lifecycle/tests_hold.h"

#include "lib/doc/json.h"
#include "lib/lifecycle/labels.h"

namespace kontrakt {

Hold HoldBack(doc::Json& value, const manifest::PodSpecPath& pod) {
  doc::Json& spec = value[doc::Json::json_pointer(pod.spec)];
  if (doc::StringAt(value, {"kind"}) == "Job" && value["spec"].contains("activeDeadlineSeconds")) {
    value["spec"]["suspend"] = true;
    return Hold::kSuspend;
  }
  if (!doc::StringAt(spec, {"nodeName"}).empty())
    return Hold::kNone;
  spec["schedulingGates"].push_back({{"name", std::string(kReadyGate)}});
  return Hold::kGate;
}

}  // namespace kontrakt
