#include "lib/lifecycle/assertion_board.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lib/base/duration.h"
#include "lib/base/strings.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::string_view kMask = "***";

std::string KindKey(const kube::Resource& resource) {
  return resource.gvk.group + "/" + resource.gvk.kind;
}

std::string NameKey(const Json& object) {
  return doc::StringAt(object, {"metadata", "namespace"}) + "/" + doc::StringAt(object, {"metadata", "name"});
}

std::string Describe(const Assertion& assertion, const Json& object) {
  return kube::ObjectKey{assertion.resource, "", doc::StringAt(object, {"metadata", "name"})}.ToString();
}

/// A Secret's values are never shown, not even those that are wanted.
std::vector<AssertedField> Masked(const Assertion& assertion, std::vector<AssertedField> fields) {
  if (assertion.resource.gvk.kind != "Secret")
    return fields;
  for (AssertedField& field : fields) {
    if (!field.path.starts_with("data") && !field.path.starts_with("stringData"))
      continue;
    field.wanted = std::string(kMask);
    if (field.found != "(absent)")
      field.found = std::string(kMask);
  }
  return fields;
}

/// What was found is what must not be there.
std::vector<AssertedField> Unwanted(std::vector<AssertedField> fields) {
  for (AssertedField& field : fields)
    field.wanted = "not " + field.wanted;
  return fields;
}

std::string Count(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

AssertionBoard::AssertionBoard(std::vector<Assertion> assertions) : assertions_(std::move(assertions)) {}

std::vector<kube::WatchSubject> AssertionBoard::Subjects() const {
  std::vector<kube::WatchSubject> subjects;
  std::set<std::string> known;
  for (const Assertion& assertion : assertions_) {
    kube::WatchSubject subject = assertion.Subject();
    if (known.insert(KindKey(subject.resource) + "/" + subject.namespace_name + "/" + subject.field_selector).second)
      subjects.push_back(std::move(subject));
  }
  return subjects;
}

void AssertionBoard::See(const kube::Resource& resource, const kube::WatchEvent& event) {
  if (event.type != kube::EventType::kUpserted && event.type != kube::EventType::kDeleted)
    return;
  const std::string kind = KindKey(resource);
  const bool wanted = std::any_of(assertions_.begin(), assertions_.end(),
                                  [&](const Assertion& assertion) { return KindKey(assertion.resource) == kind; });
  if (!wanted)
    return;
  if (event.type == kube::EventType::kDeleted) {
    objects_[kind].erase(NameKey(event.object));
  } else {
    objects_[kind][NameKey(event.object)] = event.object;
  }
  if (stays_began_)
    LookForStays();
}

const AssertionBoard::Objects* AssertionBoard::ObjectsOf(const Assertion& assertion) const {
  const auto found = objects_.find(KindKey(assertion.resource));
  return found == objects_.end() ? nullptr : &found->second;
}

namespace {

/// Whether an object is one that the assertion is about.
bool IsMeant(const Assertion& assertion, const Json& object) {
  return doc::StringAt(object, {"metadata", "namespace"}) == assertion.namespace_name &&
         (assertion.name.empty() || doc::StringAt(object, {"metadata", "name"}) == assertion.name);
}

}  // namespace

std::optional<AssertionBoard::Sighting> AssertionBoard::FindMatch(const Assertion& assertion) const {
  const Objects* objects = ObjectsOf(assertion);
  if (objects == nullptr)
    return std::nullopt;
  for (const auto& [name, object] : *objects) {
    if (IsMeant(assertion, object) && assertion.pattern.Matches(object))
      return Sighting{Describe(assertion, object), Unwanted(Masked(assertion, assertion.pattern.Fields(object)))};
  }
  return std::nullopt;
}

void AssertionBoard::LookForStays() {
  for (const Assertion& assertion : assertions_) {
    if (!assertion.stays || seen_in_stay_.contains(&assertion))
      continue;
    if (std::optional<Sighting> sighting = FindMatch(assertion))
      seen_in_stay_.emplace(&assertion, std::move(*sighting));
  }
}

void AssertionBoard::BeginStays(WallTime now) {
  if (stays_began_)
    return;
  stays_began_ = now;
  LookForStays();
}

AssertionBoard::Row AssertionBoard::JudgeMatch(const Assertion& assertion) const {
  Row row{.assertion = &assertion, .standing = Standing::kOpen, .message = {}, .fields = {}};
  const std::string kind = ToLower(assertion.resource.gvk.kind);
  static const Objects kNone;
  const Objects* seen = ObjectsOf(assertion);
  const Objects& objects = seen == nullptr ? kNone : *seen;
  std::size_t candidates = 0;
  std::string nearest;
  for (const auto& [name, object] : objects) {
    if (!IsMeant(assertion, object))
      continue;
    std::vector<AssertedField> mismatches = assertion.pattern.Mismatches(object);
    if (mismatches.empty()) {
      row.standing = Standing::kHolds;
      row.message = Describe(assertion, object) + " matches";
      row.fields.clear();
      return row;
    }
    if (candidates == 0 || mismatches.size() < row.fields.size()) {
      row.fields = std::move(mismatches);
      nearest = Describe(assertion, object);
    }
    ++candidates;
  }
  row.fields = Masked(assertion, std::move(row.fields));
  if (candidates == 0) {
    row.message = assertion.name.empty() ? "there is no " + kind : kind + "/" + assertion.name + " does not exist";
  } else if (candidates == 1) {
    row.message = nearest + " differs in " + Count(row.fields.size(), "field");
  } else {
    row.message = "none of " + Count(candidates, kind) + " matches, " + nearest + " comes nearest: it differs in " +
                  Count(row.fields.size(), "field");
  }
  return row;
}

AssertionBoard::Row AssertionBoard::JudgeAbsence(const Assertion& assertion, WallTime now) const {
  Row row{.assertion = &assertion, .standing = Standing::kOpen, .message = {}, .fields = {}};
  const auto seen = seen_in_stay_.find(&assertion);
  if (seen != seen_in_stay_.end()) {
    row.standing = Standing::kBroken;
    row.message = seen->second.object + " matched within " + FormatDuration(*assertion.stays) + ", and must not";
    row.fields = seen->second.fields;
    return row;
  }
  if (!assertion.stays) {
    if (std::optional<Sighting> sighting = FindMatch(assertion)) {
      row.message = sighting->object + " matches, and must not";
      row.fields = std::move(sighting->fields);
      return row;
    }
    row.standing = Standing::kHolds;
    row.message = "nothing matches";
    return row;
  }
  if (stays_began_ && now - *stays_began_ >= *assertion.stays) {
    row.standing = Standing::kHolds;
    row.message = "nothing matched for " + FormatDuration(*assertion.stays);
    return row;
  }
  row.message = "nothing may match for " + FormatDuration(*assertion.stays);
  return row;
}

std::vector<AssertionBoard::Row> AssertionBoard::Judge(WallTime now) const {
  std::vector<Row> rows;
  rows.reserve(assertions_.size());
  for (const Assertion& assertion : assertions_)
    rows.push_back(assertion.must_not_match ? JudgeAbsence(assertion, now) : JudgeMatch(assertion));
  return rows;
}

std::optional<WallTime> AssertionBoard::NextChange(WallTime now) const {
  std::optional<WallTime> next;
  for (const Assertion& assertion : assertions_) {
    if (!assertion.stays || !stays_began_ || seen_in_stay_.contains(&assertion))
      continue;
    const WallTime over = *stays_began_ + *assertion.stays;
    if (over > now && (!next || over < *next))
      next = over;
  }
  return next;
}

}  // namespace kontrakt
