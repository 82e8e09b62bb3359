#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace kontrakt {

enum class Mood : unsigned char { kNeutral, kGood, kBad, kWaiting };

/// One row of the live picture that a terminal shows.
struct LiveRow {
  int depth = 0;       ///< of the tree: kontrakt, object, pod
  std::string name;    ///< "deployment/web"
  std::string state;   ///< "1/2 ready"
  std::string detail;  ///< "pulling image …"; may be empty
  std::chrono::seconds age{0};
  Mood mood = Mood::kNeutral;
};

/// What a use case tells while it works; nothing of it is a result.
///
/// Threads: implementations accept calls from any thread.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A step or change worth a line. `about` is the kontrakt or object concerned, may be empty.
  virtual void Note(std::string_view about, std::string_view text, Mood mood = Mood::kNeutral) = 0;
  /// Only with -v.
  virtual void Detail(std::string_view text) = 0;
  virtual void Warn(std::string_view text) = 0;
  /// A line of a container's log; `source` is "name/pod".
  virtual void Log(std::string_view source, std::string_view line) = 0;
  /// Replaces the live picture. Ignored where stderr is no terminal.
  virtual void Live(const std::vector<LiveRow>& rows) = 0;
};

/// Says nothing.
class SilentProgress : public Progress {
 public:
  void Note(std::string_view, std::string_view, Mood) override {}
  void Detail(std::string_view) override {}
  void Warn(std::string_view) override {}
  void Log(std::string_view, std::string_view) override {}
  void Live(const std::vector<LiveRow>&) override {}
};

}  // namespace kontrakt
