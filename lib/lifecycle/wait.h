#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/evidence.h"
#include "lib/verdict/judgement.h"

namespace kontrakt {

enum class Logs : unsigned char { kNone, kTests, kAll };

struct WaitOptions {
  verdict::Patience patience;
  bool keep_waiting = false;            ///< collect every cause instead of ending at the first
  std::vector<std::string> ready_when;  ///< KIND=EXPR
  Logs logs = Logs::kTests;
  EvidenceOptions evidence;
  std::chrono::milliseconds timeout{600'000};
};

/// How one object's wait ended.
struct WaitedObject {
  std::string object;
  std::string state;  ///< verdict::NameOf(State)
  std::string cause;
  std::string message;
  std::string last_event;
  std::vector<std::string> last_log_lines;
  std::chrono::milliseconds duration{0};
};

struct WaitedKontrakt {
  std::string name;
  std::string namespace_name;
  std::string state;   ///< "reached", "doomed", "timeout", "lost", "pending"
  std::string reason;  ///< empty when reached
  std::vector<WaitedObject> objects;
  std::vector<TestEnd> tests;
  std::vector<std::string> warnings;
  std::chrono::milliseconds duration{0};
};

struct WaitReport {
  std::vector<WaitedKontrakt> kontrakts;
  doc::Json ToJson() const;
  std::string ToText(const TextStyle& style) const;
  std::vector<std::string> Names() const;
  /// Ok, or kNegative, kUnavailable (lost), kTimeout: the worst of all.
  Result<void> Outcome() const;
};

/// Waits for every kontrakt in scope: product "wait". Lifts the tests' gates when all else is ready, records each
/// test's end on the namespace, ends early with causes. Before kNegative it writes the verdict failed.
Result<WaitReport> Wait(const Context& context, const WaitOptions& options);

}  // namespace kontrakt
