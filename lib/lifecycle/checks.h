#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/time.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/assertion_match.h"
#include "lib/lifecycle/board.h"
#include "lib/lifecycle/inventory.h"

namespace kontrakt {

enum class CheckKind : unsigned char { kTestsExist, kTest, kTarget, kRestarts, kAssertion };
std::string_view NameOf(CheckKind kind);

enum class CheckResult : unsigned char {
  kPassed,
  kFailed,
  kLost,       ///< taken away by the infrastructure
  kUndecided,  ///< not yet, or not by the deadline
  kNote,       ///< worth telling, decides nothing
};
std::string_view NameOf(CheckResult result);

/// One thing that was checked.
struct Check {
  CheckKind kind = CheckKind::kTest;
  std::string name;    ///< "test pod/smoke", "target deployment/web container app", "page.assert.yaml:3 service/web"
  std::string object;  ///< "pod/smoke" of the inventory; empty for assertions and tests-exist
  CheckResult result = CheckResult::kUndecided;
  std::string cause;  ///< verdict::NameOf(Cause), or empty
  std::string message;
  std::vector<AssertedField> fields;  ///< that keep an assertion from holding
  std::vector<std::string> last_log_lines;
  std::optional<int> exit_code;
  std::chrono::seconds duration{0};
  FileLine location;
};

/// Whether there is a test at all.
Check CheckTestsExist(const Inventory& inventory, bool allow_no_tests);

/// How a test stands: as recorded, where its end is; else as the board judges it now.
Check CheckTest(Board& board, const InventoryItem& item, const TestEnd* recorded, WallTime now);

/// The pods of an item that count now: those that are there, and of a workload only those that are not going away.
std::vector<const doc::Json*> CountedPods(const Board& board, const InventoryItem& item);

/// When the first of the tests that were held back was let start; from then on targets had been Ready. nullopt when
/// none was held back, or none has begun.
std::optional<WallTime> TestsStarted(const Board& board, const std::vector<TestEnd>& ends);

/// Whether no container of a target crashed or was restarted after its first Ready more often than `max_restarts`.
/// What a restart was before or after is told by the tests' start; a restart that can't be placed counts.
Check CheckRestarts(const Board& board, const InventoryItem& item, int max_restarts,
                    std::optional<WallTime> tests_started);

}  // namespace kontrakt
