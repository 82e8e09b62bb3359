#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/file.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/doc/json.h"

namespace kontrakt {

/// The file that steps extend one after another (--report). docs/report.schema.json describes it.
///
/// {apiVersion: kontrakt/v1, kind: Report, run: {id, owner, prefix, root, sourceReference}, steps: [{name, started,
/// ended, status}], kontrakts: [{name, folder, namespace, uid, attempt, objects, images, waits, tests, verdict,
/// promotions, cleanup}]}. Kontrakts are joined by name; a step replaces only the members that it writes.
///
/// Threads: confined to one. One writer at a time: a second gets kConflict.
class ReportFile {
 public:
  /// Takes the lock and reads what is there. kInvalidInput when the file is no report of ours. An empty path gives a
  /// report that is kept in memory only.
  static Result<ReportFile> Open(const std::string& path);

  const doc::Json& json() const { return json_; }
  void SetRun(const doc::Json& run);
  /// Members of one kontrakt; others of it stay.
  void MergeKontrakt(const std::string& name, const doc::Json& members);
  /// Notes that a step has begun; written at once, so that a kill leaves a trace. The index is for EndStep.
  Result<std::size_t> BeginStep(std::string_view name);
  Result<void> EndStep(std::size_t index, int status);
  /// Writes atomically.
  Result<void> Write() const;

  /// The run id that the report records, if any. For a file that does not exist: nullopt.
  static Result<std::optional<std::string>> RunIdOf(const std::string& path);

 private:
  ReportFile() = default;
  std::string path_;
  doc::Json json_;
  std::optional<FileLock> lock_;
};

/// Joins reports of shards: kontrakts by name, steps in time order. kConflict where two have other results for one.
Result<doc::Json> MergeReports(const std::vector<doc::Json>& reports);

}  // namespace kontrakt
