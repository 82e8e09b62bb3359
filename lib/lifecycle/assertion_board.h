#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/doc/json.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/assertion_files.h"

namespace kontrakt {

/// The assertions of one kontrakt and the objects that they are about: fed with watch events, asked how they stand.
///
/// Threads: confined to one.
class AssertionBoard {
 public:
  enum class Standing : unsigned char {
    kHolds,
    kOpen,   ///< does not hold now, may still come to it; or has not been watched for long enough
    kBroken  ///< can't hold any more: what had to stay away was seen
  };

  struct Row {
    const Assertion* assertion = nullptr;
    Standing standing = Standing::kOpen;
    std::string message;
    std::vector<AssertedField> fields;  ///< that keep it from holding
  };

  explicit AssertionBoard(std::vector<Assertion> assertions);
  AssertionBoard(const AssertionBoard&) = delete;  // rows point into it
  AssertionBoard& operator=(const AssertionBoard&) = delete;

  std::vector<kube::WatchSubject> Subjects() const;
  /// Takes one event of a collection of that kind. While a time of kontrakt/stays runs, each is looked at at once: what
  /// was there for a moment counts too.
  void See(const kube::Resource& resource, const kube::WatchEvent& event);

  /// Begins the time of every kontrakt/stays: the tests have ended, and all collections have been seen whole. Later
  /// calls change nothing.
  void BeginStays(WallTime now);
  std::vector<Row> Judge(WallTime now) const;
  /// When Judge may answer otherwise although nothing happens.
  std::optional<WallTime> NextChange(WallTime now) const;

  const std::vector<Assertion>& assertions() const { return assertions_; }

 private:
  struct Sighting {
    std::string object;
    std::vector<AssertedField> fields;
  };
  using Objects = std::map<std::string, doc::Json>;  // by namespace/name

  const Objects* ObjectsOf(const Assertion& assertion) const;
  Row JudgeMatch(const Assertion& assertion) const;
  Row JudgeAbsence(const Assertion& assertion, WallTime now) const;
  std::optional<Sighting> FindMatch(const Assertion& assertion) const;
  void LookForStays();

  std::vector<Assertion> assertions_;
  std::map<std::string, Objects> objects_;             // by group/kind
  std::map<const Assertion*, Sighting> seen_in_stay_;  // what had to stay away
  std::optional<WallTime> stays_began_;
};

}  // namespace kontrakt
