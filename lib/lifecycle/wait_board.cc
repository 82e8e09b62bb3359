#include "lib/lifecycle/wait_board.h"

#include <algorithm>
#include <utility>

#include "lib/base/time.h"
#include "lib/lifecycle/evidence.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/storage_classes.h"

namespace kontrakt {
namespace {

using doc::Json;
using verdict::Cause;

constexpr int kShownLogLines = 10;

Mood MoodOf(const verdict::Judgement& judgement) {
  switch (judgement.state) {
    case verdict::State::kReady:
    case verdict::State::kSucceeded:
      return Mood::kGood;
    case verdict::State::kFailed:
    case verdict::State::kDoomed:
    case verdict::State::kLost:
      return Mood::kBad;
    case verdict::State::kPending:
      return judgement.doomed_at ? Mood::kWaiting : Mood::kNeutral;
  }
  return Mood::kNeutral;
}

bool IsHealthy(const verdict::Judgement& judgement) {
  return judgement.state == verdict::State::kReady || judgement.state == verdict::State::kSucceeded;
}

/// The exit status that ended a test, from its newest pod.
std::optional<int> ExitCodeOf(const Board& board, const InventoryItem& item) {
  std::optional<int> code;
  for (const Json* pod : board.PodsOf(item)) {
    for (const Json& status : doc::ArrayAt(*pod, {"status", "containerStatuses"})) {
      const Json* ended = doc::Find(status, {"state", "terminated"});
      if (ended == nullptr)
        continue;
      const int this_code = static_cast<int>(doc::IntAt(*ended, {"exitCode"}));
      if (!code || this_code != 0)
        code = this_code;
    }
  }
  return code;
}

std::int64_t SecondsOf(const Board& board, const InventoryItem& item, WallTime now) {
  std::optional<WallTime> began;
  for (const Json* pod : board.PodsOf(item)) {
    Result<WallTime> started = ParseRfc3339(doc::StringAt(*pod, {"status", "startTime"}));
    if (started && (!began || *started < *began))
      began = *started;
  }
  if (!began)
    return 0;
  return std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(now - *began).count());
}

/// The pod and container whose log explains a row, if any.
std::pair<std::string, std::string> BlamedContainer(const Board& board, const Board::Row& row) {
  const std::vector<const Json*> pods = board.PodsOf(*row.item);
  for (auto pod = pods.rbegin(); pod != pods.rend(); ++pod) {
    const std::string name = doc::StringAt(**pod, {"metadata", "name"});
    if (!row.judgement.object.empty() && row.judgement.object.find("pod/" + name) != 0)
      continue;
    const std::size_t at = row.judgement.object.rfind("container ");
    if (at != std::string::npos)
      return {name, row.judgement.object.substr(at + std::string_view("container ").size())};
    const Json& containers = doc::ArrayAt(**pod, {"spec", "containers"});
    if (!containers.empty())
      return {name, doc::StringAt(containers[0], {"name"})};
  }
  return {};
}

}  // namespace

WaitBoard::WaitBoard(const Context& context, const WaitOptions& options, ReadyWhenByKind ready_when,
                     std::string kontrakt, std::string namespace_name)
    : context_(context),
      options_(options),
      ready_when_(std::move(ready_when)),
      kontrakt_(std::move(kontrakt)),
      namespace_name_(std::move(namespace_name)) {}

Result<bool> WaitBoard::SeeNamespace(RunNamespace ns) {
  const bool other = !ns_ || ns_->uid != ns.uid || ns_->Attempt() != ns.Attempt();
  const bool was_applied = board_ != nullptr && !other;
  if (!other && ns_->resource_version == ns.resource_version)
    return false;
  ns_ = std::move(ns);
  if (was_applied)
    return false;
  board_.reset();
  logs_.reset();
  subjects_.clear();
  synced_.clear();
  rows_.clear();
  tests_started_ = false;
  state_ = State::kPending;
  if (ns_->terminating || ns_->Phase() != "applied")
    return false;
  KT_ASSIGN(Inventory inventory, ns_->ReadInventory());
  KT_ASSIGN(std::vector<TestEnd> ends, ns_->ReadTests());
  ended_.clear();
  for (TestEnd& end : ends)
    ended_[end.uid] = std::move(end);
  board_ = std::make_unique<Board>(ns_->name, std::move(inventory), options_.patience, ready_when_);
  KT_TRY(GiveStorageClasses(context_, *board_));
  // Logs and messages are shown from here on.
  if (Result<void> learned = LearnSecrets(context_, ns_->name); !learned)
    context_.progress.Detail(learned.error().ToString());
  logs_ = std::make_unique<LogStream>(context_, kontrakt_, options_.logs);
  return true;
}

void WaitBoard::NamespaceGone() {
  if (!ns_)
    return;
  ns_.reset();
  board_.reset();
  logs_.reset();
  rows_.clear();
  state_ = State::kPending;
}

std::vector<kube::WatchSubject> WaitBoard::Subjects() const {
  return board_ ? board_->Subjects() : std::vector<kube::WatchSubject>{};
}

void WaitBoard::SetSubjects(const std::vector<std::size_t>& subjects) {
  subjects_ = subjects;
}

void WaitBoard::See(const kube::Resource& resource, const kube::WatchEvent& event) {
  if (board_)
    board_->See(resource, event);
}

void WaitBoard::Synced(std::size_t subject) {
  synced_[subject] = true;
}

Result<void> WaitBoard::Step() {
  next_step_.reset();
  if (!board_ || synced_.size() < subjects_.size())
    return {};
  const WallTime now = NowWall();
  rows_ = board_->Judge(now);
  for (Board::Row& row : rows_) {
    // What was recorded stands, whatever became of the pod since.
    const auto end = ended_.find(row.item->uid);
    if (end != ended_.end() && row.item->role == Role::kTest) {
      row.judgement.state = end->second.result == "passed" ? verdict::State::kSucceeded
                            : end->second.result == "lost" ? verdict::State::kLost
                                                           : verdict::State::kFailed;
      if (!end->second.message.empty())
        row.judgement.message = end->second.message;
    }
    if (row.judgement.doomed_at && (!next_step_ || *row.judgement.doomed_at < *next_step_)) {
      next_step_ = row.judgement.doomed_at;
    }
  }
  if (logs_)
    logs_->Update(*board_);
  KT_TRY(RecordTests());
  TellChanges();
  const bool rest_ready = std::all_of(rows_.begin(), rows_.end(), [](const Board::Row& row) {
    return row.item->role == Role::kTest || IsHealthy(row.judgement);
  });
  if (rest_ready && !tests_started_) {
    tests_started_ = true;
    const bool held = std::any_of(rows_.begin(), rows_.end(), [](const Board::Row& row) { return row.held_back; });
    if (held)
      context_.progress.Note(kontrakt_, "everything else is ready, the tests start");
  }
  if (tests_started_)
    KT_TRY(LetTestsStart(context_.client, *board_, context_.bound));
  Decide();
  return {};
}

Result<void> WaitBoard::RecordTests() {
  std::vector<TestEnd> fresh;
  for (const Board::Row& row : rows_) {
    if (row.item->role != Role::kTest || row.item->uid.empty() || ended_.contains(row.item->uid))
      continue;
    const verdict::State state = row.judgement.state;
    // A test that stays (a server that must become ready) has passed once it is.
    const bool passed = IsHealthy(row.judgement);
    if (!passed && state != verdict::State::kFailed && state != verdict::State::kLost)
      continue;
    const WallTime now = NowWall();
    fresh.push_back({.object = row.item->Describe(),
                     .uid = row.item->uid,
                     .result = passed                           ? "passed"
                               : state == verdict::State::kLost ? "lost"
                                                                : "failed",
                     .cause = std::string(verdict::NameOf(row.judgement.cause)),
                     .message = passed ? "" : context_.redactor.Clean(row.judgement.message),
                     .exit_code = ExitCodeOf(*board_, *row.item),
                     .seconds = SecondsOf(*board_, *row.item, now),
                     .ended = FormatRfc3339(now)});
  }
  if (fresh.empty())
    return {};
  const auto change = [&](const RunNamespace& ns) -> Result<AnnotationChanges> {
    KT_ASSIGN(std::vector<TestEnd> ends, ns.ReadTests());
    for (const TestEnd& end : fresh) {
      const bool known = std::any_of(ends.begin(), ends.end(), [&](const TestEnd& e) { return e.uid == end.uid; });
      if (!known)
        ends.push_back(end);
    }
    return AnnotationChanges{{std::string(annotation::kTests), TestEndsToText(ends)}};
  };
  KT_TRY(UpdateAnnotations(context_.client, *ns_, change, context_.bound));
  for (TestEnd& end : fresh)
    ended_[end.uid] = std::move(end);
  return {};
}

void WaitBoard::TellChanges() {
  for (const Board::Row& row : rows_) {
    if (row.judgement.message == "exists")
      continue;
    const std::string text = row.judgement.message;
    std::string& told = told_[row.item];
    if (told == text)
      continue;
    told = text;
    if (IsReached(row))
      reached_at_.try_emplace(row.item, std::chrono::steady_clock::now());
    context_.progress.Note(kontrakt_ + " " + row.item->Describe(), text, MoodOf(row.judgement));
  }
}

void WaitBoard::Decide() {
  bool all = true;
  bool doomed = false;
  bool lost = false;
  for (const Board::Row& row : rows_) {
    const bool test = row.item->role == Role::kTest;
    switch (row.judgement.state) {
      case verdict::State::kPending:
        all = false;
        break;
      case verdict::State::kDoomed:
        doomed = true;
        break;
      case verdict::State::kFailed:
        doomed = doomed || !test;
        break;
      case verdict::State::kLost:
        lost = true;
        break;
      case verdict::State::kReady:
      case verdict::State::kSucceeded:
        break;
    }
  }
  if (doomed) {
    state_ = State::kDoomed;
  } else if (lost) {
    state_ = State::kLost;
  } else {
    state_ = all ? State::kReached : State::kPending;
  }
}

bool WaitBoard::Over(bool keep_waiting) const {
  if (!keep_waiting || state_ == State::kReached)
    return state_ != State::kPending;
  return !rows_.empty() && std::none_of(rows_.begin(), rows_.end(), [](const Board::Row& row) {
    return row.judgement.state == verdict::State::kPending;
  });
}

namespace {
const Board::Row* FirstCause(const std::vector<Board::Row>& rows) {
  for (const verdict::State state :
       {verdict::State::kDoomed, verdict::State::kFailed, verdict::State::kLost, verdict::State::kPending}) {
    for (const Board::Row& row : rows) {
      if (row.judgement.state == state && !(state == verdict::State::kPending && row.held_back))
        return &row;
    }
  }
  return nullptr;
}
}  // namespace

std::string WaitBoard::Reason() const {
  if (!board_)
    return ns_ ? "apply has not finished" : "it was never applied";
  const Board::Row* row = FirstCause(rows_);
  if (row == nullptr)
    return "";
  const std::string where = row->item->Describe();
  const std::string& blamed = row->judgement.object;
  const bool elsewhere = !blamed.empty() && blamed != where;
  return where + ": " + (elsewhere ? blamed + " " : "") + row->judgement.message;
}

std::string WaitBoard::CauseCode() const {
  const Board::Row* row = FirstCause(rows_);
  return row == nullptr ? "" : std::string(verdict::NameOf(row->judgement.cause));
}

void WaitBoard::AppendLive(std::vector<LiveRow>& rows) const {
  const auto now = std::chrono::steady_clock::now();
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - began_);
  rows.push_back({0, kontrakt_, board_ ? namespace_name_ : "waiting for apply", "", age,
                  state_ == State::kReached   ? Mood::kGood
                  : state_ == State::kPending ? Mood::kNeutral
                                              : Mood::kBad});
  for (const Board::Row& row : rows_) {
    if (row.judgement.message == "exists")
      continue;
    const auto reached = reached_at_.find(row.item);
    const auto until = reached == reached_at_.end() ? now : reached->second;
    rows.push_back({1, row.item->Describe(), std::string(verdict::NameOf(row.judgement.state)), row.judgement.message,
                    std::chrono::duration_cast<std::chrono::seconds>(until - began_), MoodOf(row.judgement)});
  }
}

WaitedObject WaitBoard::Describe(const Board::Row& row) {
  WaitedObject waited{.object = row.item->Describe(),
                      .state = std::string(verdict::NameOf(row.judgement.state)),
                      .cause = std::string(verdict::NameOf(row.judgement.cause)),
                      .message = context_.redactor.Clean(row.judgement.message),
                      .last_event = {},
                      .last_log_lines = {},
                      .duration = {}};
  const auto reached = reached_at_.find(row.item);
  const auto until = reached == reached_at_.end() ? std::chrono::steady_clock::now() : reached->second;
  waited.duration = std::chrono::duration_cast<std::chrono::milliseconds>(until - began_);
  if (IsHealthy(row.judgement))
    return waited;
  waited.last_event = context_.redactor.Clean(board_->LastEvent(*row.item));
  const auto [pod, container] = BlamedContainer(*board_, row);
  if (!pod.empty() && !row.held_back) {
    waited.last_log_lines = LastLogLines(context_, namespace_name_, pod, container, kShownLogLines);
  }
  return waited;
}

WaitedKontrakt WaitBoard::Report() {
  WaitedKontrakt waited;
  waited.name = kontrakt_;
  waited.namespace_name = namespace_name_;
  switch (state_) {
    case State::kPending:
      waited.state = "pending";
      break;
    case State::kReached:
      waited.state = "reached";
      break;
    case State::kDoomed:
      waited.state = "doomed";
      break;
    case State::kLost:
      waited.state = "lost";
      break;
  }
  waited.reason = context_.redactor.Clean(state_ == State::kReached ? "" : Reason());
  for (const Board::Row& row : rows_) {
    waited.objects.push_back(Describe(row));
    if (row.judgement.warning)
      waited.warnings.push_back(row.item->Describe() + " " + row.judgement.message);
  }
  for (const auto& [uid, end] : ended_)
    waited.tests.push_back(end);
  waited.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
  return waited;
}

void WaitBoard::DrainLogs(const Bound& bound) {
  if (logs_)
    logs_->Drain(std::chrono::milliseconds(500), bound);
}

}  // namespace kontrakt
