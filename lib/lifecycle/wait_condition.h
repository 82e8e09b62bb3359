#pragma once

#include <optional>
#include <string>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "lib/doc/path.h"

namespace kontrakt {

/// What --for asks of an object.
class WaitCondition {
 public:
  enum class Kind : unsigned char { kReady, kCreate, kDelete, kCondition, kJsonPath };

  /// "ready", "create", "delete", "condition=Available", "condition=Ready=False", "jsonpath={.status.phase}=Running"
  /// (also with == and the other operators). kUsage else.
  static Result<WaitCondition> Parse(const std::string& text);

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }
  /// For kCondition and kJsonPath. A condition of an older generation does not count (kubectl wait does the same).
  bool Holds(const doc::Json& object) const;

 private:
  Kind kind_ = Kind::kReady;
  std::string text_;
  std::string type_;
  std::string status_;
  std::optional<doc::Condition> expression_;
};

}  // namespace kontrakt
