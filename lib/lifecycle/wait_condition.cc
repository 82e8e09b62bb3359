#include "lib/lifecycle/wait_condition.h"

#include <utility>

#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;

/// kubectl writes `jsonpath={.a}=value`; our expressions have `==`.
std::string AsExpression(const std::string& text) {
  const std::size_t brace = text.starts_with('{') ? text.rfind('}') : std::string::npos;
  if (brace == std::string::npos)
    return text;
  const std::string path = text.substr(1, brace - 1);
  const std::string rest = text.substr(brace + 1);
  if (rest.empty())
    return path;
  const bool single = rest.size() > 1 && rest[0] == '=' && rest[1] != '=' && rest[1] != '~';
  if (!single)
    return path + rest;
  std::string value = rest.substr(1);
  const bool quoted = value.starts_with('"') || value.starts_with('\'');
  return path + " == " + (quoted ? value : "\"" + value + "\"");
}

bool IsOld(const Json& object, const Json& condition) {
  const std::int64_t generation = doc::IntAt(object, {"metadata", "generation"});
  std::int64_t observed = doc::IntAt(condition, {"observedGeneration"}, -1);
  if (observed < 0)
    observed = doc::IntAt(object, {"status", "observedGeneration"}, generation);
  return observed < generation;
}

}  // namespace

Result<WaitCondition> WaitCondition::Parse(const std::string& text) {
  WaitCondition condition;
  condition.text_ = text;
  if (text == "ready")
    return condition;
  if (text == "create" || text == "delete") {
    condition.kind_ = text == "create" ? Kind::kCreate : Kind::kDelete;
    return condition;
  }
  if (text.starts_with("condition=")) {
    const std::string rest = text.substr(std::string_view("condition=").size());
    const std::size_t equals = rest.find('=');
    condition.kind_ = Kind::kCondition;
    condition.type_ = ToLower(rest.substr(0, equals));
    condition.status_ = equals == std::string::npos ? "true" : ToLower(rest.substr(equals + 1));
    if (!condition.type_.empty() && !condition.status_.empty())
      return condition;
  }
  if (text.starts_with("jsonpath=")) {
    condition.kind_ = Kind::kJsonPath;
    KT_ASSIGN_CONTEXT(doc::Condition expression,
                      doc::Condition::Parse(AsExpression(text.substr(std::string_view("jsonpath=").size()))),
                      "--for " + text);
    condition.expression_.emplace(std::move(expression));
    return condition;
  }
  Error error = Usage("--for " + text + " is not understood");
  error.SetHint("ready, create, delete, condition=TYPE[=STATUS] or jsonpath={.path}=VALUE");
  return error;
}

bool WaitCondition::Holds(const Json& object) const {
  if (kind_ == Kind::kJsonPath)
    return expression_->Holds(object);
  for (const Json& condition : doc::ArrayAt(object, {"status", "conditions"})) {
    if (ToLower(doc::StringAt(condition, {"type"})) != type_)
      continue;
    return !IsOld(object, condition) && ToLower(doc::StringAt(condition, {"status"})) == status_;
  }
  return false;
}

}  // namespace kontrakt
