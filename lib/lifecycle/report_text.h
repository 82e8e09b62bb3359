#pragma once

#include <string>

#include "lib/base/text_style.h"
#include "lib/doc/json.h"

namespace kontrakt {

/// A report file for a person: steps with their statuses, kontrakts with their verdicts.
struct ReportSummary {
  doc::Json report;

  doc::Json ToJson() const { return report; }
  std::string ToText(const TextStyle& style) const;
};

}  // namespace kontrakt
