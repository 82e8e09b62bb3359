#include "tests/fakes/fault.h"

#include <algorithm>
#include <map>

#include "lib/doc/json.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {

Result<Fault> Fault::Parse(const doc::Json& value) {
  static const std::map<std::string, FaultKind> kinds = {
      {"drop-before", FaultKind::kDropBefore},
      {"drop-after", FaultKind::kDropAfter},
      {"delay", FaultKind::kDelay},
      {"answer", FaultKind::kAnswer},
      {"half-body", FaultKind::kHalfBody},
      {"corrupt-body", FaultKind::kCorruptBody},
      {"wrong-digest", FaultKind::kWrongDigest},
  };
  const auto kind = kinds.find(Text(value, "kind"));
  if (kind == kinds.end()) {
    return Error(ErrorCode::kInvalidInput, "a fault has the unknown kind \"" + Text(value, "kind") + "\"");
  }
  Fault fault;
  fault.kind = kind->second;
  fault.method = Text(value, "method", "*");
  fault.path = Text(value, "path", "*");
  fault.from = static_cast<int>(Number(value, "from", 1));
  fault.count = static_cast<int>(Number(value, "count", 1));
  fault.delay = std::chrono::milliseconds(std::clamp<std::int64_t>(Number(value, "ms", 0), 0, 30'000));
  fault.cut_after = static_cast<std::size_t>(std::max<std::int64_t>(Number(value, "bytes", 0), 0));
  fault.answer.status = static_cast<int>(Number(value, "status", 500));
  for (const auto& [name, text] : Object(value, "headers").items()) {
    fault.answer.headers.Add(name, text.is_string() ? text.get<std::string>() : text.dump());
  }
  if (const auto body = value.find("body"); body != value.end()) {
    fault.answer.body = body->is_string() ? body->get<std::string>() : body->dump();
    if (!body->is_string() && !fault.answer.headers.Get("Content-Type")) {
      fault.answer.headers.Add("Content-Type", "application/json");
    }
  }
  return fault;
}

void FaultPlan::Add(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back({std::move(fault)});
}

void FaultPlan::Clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::vector<Fault> FaultPlan::Next(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  std::vector<Fault> met;
  for (Counted& counted : faults_) {
    const Fault& fault = counted.fault;
    const bool with_query = fault.path.find('?') != std::string::npos;
    if ((fault.method != "*" && fault.method != request.method) ||
        !MatchesGlob(fault.path, with_query ? request.target : request.path)) {
      continue;
    }
    ++counted.seen;
    if (counted.seen >= fault.from && (fault.count == 0 || counted.seen < fault.from + fault.count)) {
      met.push_back(fault);
    }
  }
  return met;
}

}  // namespace kontrakt::fakes
