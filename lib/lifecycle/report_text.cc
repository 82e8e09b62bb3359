#include "lib/lifecycle/report_text.h"

namespace kontrakt {

using doc::Json;

std::string ReportSummary::ToText(const TextStyle& style) const {
  std::string text = "run " + style.Bold(doc::StringAt(report, {"run", "id"})) + "\n";
  for (const Json& step : doc::ArrayAt(report, {"steps"})) {
    const Json* status = doc::Find(step, {"status"});
    const bool fine = status != nullptr && status->is_number() && *status == 0;
    text += style.Sign(fine ? Mood::kGood : Mood::kBad) + " " + doc::StringAt(step, {"name"}) + " " +
            (status == nullptr ? "began and never ended" : "ended with status " + doc::ScalarText(*status)) + "\n";
  }
  for (const Json& kontrakt : doc::ArrayAt(report, {"kontrakts"})) {
    const std::string result = doc::StringAt(kontrakt, {"verdict", "result"}, "undecided");
    text += style.Sign(result == "passed" ? Mood::kGood : Mood::kBad) + " " +
            style.Bold(doc::StringAt(kontrakt, {"name"})) + " " + result;
    const std::string reason = doc::StringAt(kontrakt, {"verdict", "reason"});
    if (!reason.empty())
      text += ": " + reason;
    text += "\n";
    for (const Json& promotion : doc::ArrayAt(kontrakt, {"promotions"})) {
      text += "    promoted " + doc::StringAt(promotion, {"destination"}) + "\n";
    }
  }
  return text;
}

}  // namespace kontrakt
