#include "lib/lifecycle/assert_board.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr int kShownLogLines = 10;

Mood MoodOf(CheckResult result) {
  switch (result) {
    case CheckResult::kPassed:
      return Mood::kGood;
    case CheckResult::kFailed:
    case CheckResult::kLost:
      return Mood::kBad;
    case CheckResult::kUndecided:
      return Mood::kWaiting;
    case CheckResult::kNote:
      return Mood::kNeutral;
  }
  return Mood::kNeutral;
}

/// The container of a pod whose log tells most: one that ended badly, else the first.
std::string BlamedContainer(const Json& pod) {
  std::string blamed;
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& status : doc::ArrayAt(pod, {"status", list})) {
      for (const char* state : {"state", "lastState"}) {
        const Json* const ended = doc::Find(status, {state, "terminated"});
        if (ended != nullptr && doc::IntAt(*ended, {"exitCode"}) != 0)
          return doc::StringAt(status, {"name"});
      }
      if (blamed.empty() && std::string_view(list) == "containerStatuses")
        blamed = doc::StringAt(status, {"name"});
    }
  }
  return blamed;
}

const InventoryItem* ItemOf(const Inventory& inventory, const std::string& object) {
  const auto found = std::find_if(inventory.items.begin(), inventory.items.end(),
                                  [&](const InventoryItem& item) { return item.Describe() == object; });
  return found == inventory.items.end() ? nullptr : &*found;
}

}  // namespace

AssertBoard::AssertBoard(const Context& context, const oci::Registry& registry, const AssertOptions& options,
                         const AssertionFolders& folders, std::string kontrakt, std::string namespace_name)
    : context_(context),
      options_(options),
      folders_(folders),
      kontrakt_(std::move(kontrakt)),
      namespace_name_(std::move(namespace_name)),
      digests_(registry) {}

Result<bool> AssertBoard::SeeNamespace(RunNamespace ns) {
  if (ns_ && ns_->uid == ns.uid && ns_->resource_version == ns.resource_version)
    return false;
  const bool same_attempt = ns_ && ns_->uid == ns.uid && ns_->Attempt() == ns.Attempt();
  ns_ = std::move(ns);
  if (!same_attempt) {
    Reset();
  }
  if (ns_->terminating || ns_->Phase() != "applied")
    return false;
  KT_ASSIGN(const std::optional<Verdict> verdict, ns_->ReadVerdict());
  if (verdict && TakeVerdict(*verdict))
    return false;
  KT_ASSIGN(std::vector<TestEnd> ends, ns_->ReadTests());
  for (TestEnd& end : ends) {
    std::string uid = end.uid;
    ended_.insert_or_assign(std::move(uid), std::move(end));
  }
  if (board_)
    return false;
  KT_TRY(Begin());
  return true;
}

/// True when there is nothing left to look at. A failed verdict stands too, but what failed is to be shown.
bool AssertBoard::TakeVerdict(const Verdict& verdict) {
  if (verdict.attempt != ns_->Attempt() || verdict.namespace_uid != ns_->uid)
    return false;
  if (!verdict.passed()) {
    standing_ = true;
    failed_before_ = verdict.reason;
    return false;
  }
  if (ns_->Mismatch(verdict))
    return false;
  standing_ = true;
  result_ = CheckResult::kPassed;
  decided_at_ = std::chrono::steady_clock::now();
  return true;
}

Result<void> AssertBoard::Begin() {
  KT_ASSIGN(Inventory inventory, ns_->ReadInventory());
  KT_ASSIGN(targets_, ns_->ReadTargets());
  KT_ASSIGN(std::vector<Assertion> assertions,
            LoadAssertionsOf(context_.client, *ns_, inventory, folders_, options_.variables, context_.bound));
  if (Result<void> learned = LearnSecrets(context_, ns_->name); !learned)
    context_.progress.Detail(learned.error().ToString());
  board_ = std::make_unique<Board>(ns_->name, std::move(inventory), verdict::Patience());
  assertions_ = std::make_unique<AssertionBoard>(std::move(assertions));
  return {};
}

void AssertBoard::NamespaceGone() {
  ns_.reset();
  Reset();
}

void AssertBoard::Reset() {
  board_.reset();
  assertions_.reset();
  targets_.clear();
  ended_.clear();
  gone_.clear();
  unsynced_.clear();
  checks_.clear();
  failed_before_.reset();
  standing_ = false;
  result_ = CheckResult::kUndecided;
}

std::vector<kube::WatchSubject> AssertBoard::Subjects() const {
  if (!board_)
    return {};
  std::vector<kube::WatchSubject> subjects = board_->Subjects();
  for (kube::WatchSubject& wanted : assertions_->Subjects()) {
    // What the board watches anyway is seen by both.
    const bool known = std::any_of(subjects.begin(), subjects.end(), [&](const kube::WatchSubject& subject) {
      return subject.resource == wanted.resource && subject.namespace_name == wanted.namespace_name &&
             (subject.field_selector.empty() || subject.field_selector == wanted.field_selector);
    });
    if (!known)
      subjects.push_back(std::move(wanted));
  }
  return subjects;
}

void AssertBoard::SetSubjects(const std::vector<std::size_t>& subjects) {
  unsynced_ = {subjects.begin(), subjects.end()};
}

void AssertBoard::See(const kube::Resource& resource, const kube::WatchEvent& event) {
  if (!board_)
    return;
  board_->See(resource, event);
  assertions_->See(resource, event);
}

void AssertBoard::Synced(std::size_t subject) {
  unsynced_.erase(subject);
}

bool AssertBoard::IsSynced() const {
  return board_ != nullptr && unsynced_.empty();
}

Result<void> AssertBoard::Step() {
  next_step_.reset();
  if (IsDecided() || !IsSynced())
    return {};
  const WallTime now = NowWall();
  checks_.clear();
  checks_.push_back(CheckTestsExist(board_->inventory(), options_.allow_no_tests));
  KT_TRY(CheckTests(now));
  KT_TRY(CheckTargets(now));
  CheckAssertions(now);
  Tell();
  Decide();
  return {};
}

Result<void> AssertBoard::CheckTests(WallTime now) {
  for (const InventoryItem& item : board_->inventory().items) {
    if (item.role != Role::kTest)
      continue;
    KT_ASSIGN(Check check, TestCheck(item, now));
    checks_.push_back(std::move(check));
  }
  return {};
}

Result<Check> AssertBoard::TestCheck(const InventoryItem& item, WallTime now) {
  const auto recorded = ended_.find(item.uid);
  if (recorded != ended_.end())
    return CheckTest(*board_, item, &recorded->second, now);
  Check check = CheckTest(*board_, item, nullptr, now);
  if (check.result != CheckResult::kUndecided || item.uid.empty() || board_->Live(item) != nullptr)
    return check;
  // It was there once. A cache may lag behind, so the server itself is asked before this is held against it.
  if (!gone_.contains(item.uid)) {
    const Result<Json> live = context_.client.Get(item.key, context_.bound);
    if (!live && live.error().code() != ErrorCode::kNotFound)
      return live.error();
    if (live && doc::StringAt(*live, {"metadata", "uid"}) == item.uid)
      return check;
    gone_.insert(item.uid);
  }
  check.result = CheckResult::kFailed;
  check.cause = std::string(verdict::NameOf(verdict::Cause::kVanished));
  check.message = "is gone, and its end was not recorded";
  return check;
}

Result<void> AssertBoard::CheckTargets(WallTime now) {
  std::vector<TestEnd> ends;
  for (const auto& [uid, end] : ended_)
    ends.push_back(end);
  const std::optional<WallTime> tests_started = TestsStarted(*board_, ends);
  for (const InventoryItem& item : board_->inventory().items) {
    if (item.role != Role::kTarget)
      continue;
    const Board::Row row = board_->JudgeItem(item, now);
    NoteNextStep(row.judgement.doomed_at);
    for (const Target& target : targets_) {
      if (target.object != item.Describe())
        continue;
      KT_ASSIGN(Check check, CheckTarget(*board_, item, target, digests_, context_.bound));
      // What can't run is not what was to be tested, whatever its image.
      const bool dead =
          row.judgement.state == verdict::State::kDoomed || row.judgement.state == verdict::State::kFailed;
      const bool lost = row.judgement.state == verdict::State::kLost;
      if ((dead || lost) && check.result != CheckResult::kFailed) {
        check.result = dead ? CheckResult::kFailed : CheckResult::kLost;
        check.cause = std::string(verdict::NameOf(row.judgement.cause));
        check.message = row.judgement.object.empty() || row.judgement.object == item.Describe()
                            ? row.judgement.message
                            : row.judgement.object + " " + row.judgement.message;
      }
      checks_.push_back(std::move(check));
    }
    checks_.push_back(CheckRestarts(*board_, item, options_.max_restarts, tests_started));
  }
  return {};
}

void AssertBoard::CheckAssertions(WallTime now) {
  const bool rest_passed = std::all_of(checks_.begin(), checks_.end(), [](const Check& check) {
    return check.result == CheckResult::kPassed || check.result == CheckResult::kNote;
  });
  if (rest_passed)
    assertions_->BeginStays(now);
  for (AssertionBoard::Row& row : assertions_->Judge(now)) {
    Check check;
    check.kind = CheckKind::kAssertion;
    check.name = row.assertion->title;
    check.location = row.assertion->location;
    check.message = std::move(row.message);
    check.fields = std::move(row.fields);
    check.result = row.standing == AssertionBoard::Standing::kHolds    ? CheckResult::kPassed
                   : row.standing == AssertionBoard::Standing::kBroken ? CheckResult::kFailed
                                                                       : CheckResult::kUndecided;
    if (check.result == CheckResult::kUndecided && time_is_over_ && rest_passed)
      check.result = CheckResult::kFailed;
    checks_.push_back(std::move(check));
  }
  NoteNextStep(assertions_->NextChange(now));
}

void AssertBoard::NoteNextStep(std::optional<WallTime> when) {
  if (when && (!next_step_ || *when < *next_step_))
    next_step_ = when;
}

void AssertBoard::Tell() {
  for (const Check& check : checks_) {
    const std::string text = std::string(NameOf(check.result)) + (check.message.empty() ? "" : ": " + check.message);
    std::string& told = told_[check.name];
    if (told == text)
      continue;
    // What holds from the start on needs no line of its own.
    const bool quiet = told.empty() && check.result == CheckResult::kPassed && check.kind != CheckKind::kTest;
    told = text;
    if (!quiet)
      context_.progress.Note(kontrakt_ + " " + check.name, text, MoodOf(check.result));
  }
}

void AssertBoard::Decide() {
  const auto any = [&](CheckResult result) {
    return std::any_of(checks_.begin(), checks_.end(), [&](const Check& check) { return check.result == result; });
  };
  if (failed_before_ || any(CheckResult::kFailed)) {
    result_ = CheckResult::kFailed;
  } else if (any(CheckResult::kLost)) {
    result_ = CheckResult::kLost;
  } else if (!any(CheckResult::kUndecided)) {
    result_ = CheckResult::kPassed;
  }
  if (IsDecided())
    decided_at_ = std::chrono::steady_clock::now();
}

void AssertBoard::TimeIsOver() {
  time_is_over_ = true;
  if (IsDecided())
    return;
  if (!IsSynced()) {
    result_ = failed_before_ ? CheckResult::kFailed : CheckResult::kUndecided;
    return;
  }
  std::erase_if(checks_, [](const Check& check) { return check.kind == CheckKind::kAssertion; });
  CheckAssertions(NowWall());
  Decide();
}

void AssertBoard::AppendLive(std::vector<LiveRow>& rows) const {
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_);
  rows.push_back({0, kontrakt_, std::string(NameOf(result_)), board_ ? namespace_name_ : "waiting for apply", age,
                  MoodOf(result_)});
  for (const Check& check : checks_) {
    if (check.result != CheckResult::kPassed)
      rows.push_back({1, check.name, std::string(NameOf(check.result)), check.message, age, MoodOf(check.result)});
  }
}

std::string AssertBoard::Reason() const {
  if (result_ == CheckResult::kPassed)
    return "";
  if (failed_before_)
    return *failed_before_;
  if (!board_) {
    return !ns_               ? "it was never applied"
           : ns_->terminating ? "its namespace is being deleted"
                              : "apply has not finished";
  }
  if (!IsSynced())
    return "the cluster has not shown its objects";
  for (const CheckResult result : {CheckResult::kFailed, CheckResult::kLost, CheckResult::kUndecided}) {
    for (const Check& check : checks_) {
      if (check.result != result)
        continue;
      std::string reason = check.cause.empty() ? "" : check.cause + ": ";
      reason += check.name + (check.message.empty() ? "" : ": " + check.message);
      if (!check.fields.empty()) {
        const AssertedField& field = check.fields.front();
        reason +=
            ": " + (field.path.empty() ? "" : field.path + " ") + "wanted " + field.wanted + ", found " + field.found;
      }
      return reason;
    }
  }
  return "";
}

void AssertBoard::AddLogLines(Check& check) const {
  const InventoryItem* const item = board_ ? ItemOf(board_->inventory(), check.object) : nullptr;
  if (item == nullptr || board_->IsHeldBack(*item))
    return;
  const std::vector<const Json*> pods = board_->PodsOf(*item);
  for (auto pod = pods.rbegin(); pod != pods.rend() && check.last_log_lines.empty(); ++pod) {
    const std::string container = BlamedContainer(**pod);
    if (!container.empty()) {
      check.last_log_lines = LastLogLines(context_, namespace_name_, doc::StringAt(**pod, {"metadata", "name"}),
                                          container, kShownLogLines);
    }
  }
}

AssertedKontrakt AssertBoard::Report() const {
  AssertedKontrakt report;
  report.name = kontrakt_;
  report.namespace_name = ns_ ? ns_->name : namespace_name_;
  report.result = result_;
  report.reason = context_.redactor.Clean(Reason());
  report.standing = standing_;
  report.checks = checks_;
  const Redactor& redactor = context_.redactor;
  for (Check& check : report.checks) {
    const bool bad = check.result != CheckResult::kPassed && check.result != CheckResult::kNote;
    check.message = redactor.Clean(check.message);
    for (AssertedField& field : check.fields)
      field = {redactor.Clean(field.path), redactor.Clean(field.wanted), redactor.Clean(field.found)};
    if (bad)
      AddLogLines(check);
  }
  const auto end = decided_at_.value_or(std::chrono::steady_clock::now());
  report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(end - began_);
  return report;
}

}  // namespace kontrakt
