#include "lib/verdict/condition.h"

namespace kontrakt::verdict {

StatusCondition ConditionOf(const doc::Json& object, std::string_view type) {
  for (const doc::Json& condition : doc::ArrayAt(object, {"status", "conditions"})) {
    if (doc::StringAt(condition, {"type"}) != type)
      continue;
    return {true, doc::StringAt(condition, {"status"}), doc::StringAt(condition, {"reason"}),
            doc::StringAt(condition, {"message"})};
  }
  return {};
}

bool IsObserved(const doc::Json& object) {
  const doc::Json* observed = doc::Find(object, {"status", "observedGeneration"});
  if (observed == nullptr || !observed->is_number())
    return true;
  return observed->get<std::int64_t>() >= doc::IntAt(object, {"metadata", "generation"});
}

}  // namespace kontrakt::verdict
