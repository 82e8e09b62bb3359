#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/option_set.h"

namespace kontrakt::cli {

class Output;

struct Example {
  std::string line;     ///< as typed: "kontrakt apply -R -f ."
  std::string meaning;  ///< one sentence without a full stop
};

/// What a command says about itself beside its name, its summary and its flags.
struct CommandText {
  std::string description = {};  ///< paragraphs, separated by a line feed; wrapped by help
  std::vector<Example> examples = {};
  /// Exit statuses in the command's own words; the others keep those of the common table.
  std::vector<std::pair<int, std::string>> statuses = {};
  /// Default of --timeout; nullopt: the command has no such flag and never gives up.
  std::optional<std::chrono::milliseconds> timeout = std::chrono::minutes(10);
  /// Whether its report offers Names(), so that `-o name` is one of its formats.
  bool prints_names = false;
  /// Whether it prints a report at all, so that it has -o.
  bool prints_report = true;
};

/// One executable: its declarations and what it runs. Made once, as a function's static value.
///
/// Threads: immutable.
class Command {
 public:
  /// One call of the command: its flags, fresh, and its body.
  class Call {
   public:
    virtual ~Call() = default;
    virtual void AddTo(OptionSet& set) = 0;
    virtual Result<void> Run(Output& out) const = 0;
  };

  /// `Flags` is a struct with `void AddTo(cli::OptionSet&)`. `run` prints what it found with `out.Print` and returns
  /// an error where the answer is no or the work could not be done; the error's code becomes the exit status.
  template <class Flags>
  static Command Of(std::string name, std::string summary, Result<void> (*run)(const Flags&, Output&),
                    CommandText text = {}) {
    struct Typed : Call {
      explicit Typed(Result<void> (*body)(const Flags&, Output&)) : run(body) {}
      void AddTo(OptionSet& set) override { flags.AddTo(set); }
      Result<void> Run(Output& out) const override { return run(flags, out); }
      Flags flags;
      Result<void> (*run)(const Flags&, Output&);
    };
    return Command(std::move(name), std::move(summary), std::move(text),
                   [run]() -> std::unique_ptr<Call> { return std::make_unique<Typed>(run); });
  }

  /// "apply".
  const std::string& name() const { return name_; }
  /// "kontrakt-apply"; "kontrakt" for the command of that name.
  std::string program() const { return name_ == "kontrakt" ? name_ : "kontrakt-" + name_; }
  /// One sentence.
  const std::string& summary() const { return summary_; }
  const CommandText& text() const { return text_; }
  std::unique_ptr<Call> Begin() const { return begin_(); }

 private:
  Command(std::string name, std::string summary, CommandText text, std::function<std::unique_ptr<Call>()> begin)
      : name_(std::move(name)), summary_(std::move(summary)), text_(std::move(text)), begin_(std::move(begin)) {}

  std::string name_;
  std::string summary_;
  CommandText text_;
  std::function<std::unique_ptr<Call>()> begin_;
};

}  // namespace kontrakt::cli
