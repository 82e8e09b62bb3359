#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/cli/option_value.h"

namespace kontrakt::cli {

/// One flag as declared: what help, documents, completion and the parser read.
struct OptionDeclaration {
  std::string name;  ///< without dashes
  char letter = 0;   ///< of the short form, 0 for none
  std::string help;
  std::string group;       ///< heading in help; empty: the command's own
  std::string value_name;  ///< "DIR"; empty for switches
  OptionKind kind = OptionKind::kText;
  std::vector<std::string> choices;
  std::string default_text;              ///< shown; empty for none
  std::vector<std::string> environment;  ///< variables that stand in for it, the first that is set wins
  bool is_list = false;
  bool is_hidden = false;
  bool is_result_file = false;
  /// Takes all values of one source; the error does not name the flag.
  std::function<Result<void>(const std::vector<std::string>&)> assign;
};

/// What Add returns, to say more about a flag: `set.Add("filename", …).Short('f').Value("DIR")`.
class Option {
 public:
  explicit Option(OptionDeclaration& declaration) : declaration_(declaration) {}
  Option& Short(char letter) { return declaration_.letter = letter, *this; }
  /// The name shown for its value.
  Option& Value(std::string name) { return declaration_.value_name = std::move(name), *this; }
  /// One more environment variable, asked after KONTRAKT_<UPPER_SNAKE>.
  Option& Env(std::string variable) { return declaration_.environment.push_back(std::move(variable)), *this; }
  /// No environment twin, for flags such as --help.
  Option& NoEnv() { return declaration_.environment.clear(), *this; }
  /// A default that only the command knows.
  Option& Default(std::string text) { return declaration_.default_text = std::move(text), *this; }
  /// Works, but help does not show it.
  Option& Hidden() { return declaration_.is_hidden = true, *this; }
  /// The path of a file that a pipeline reads one value from; makes --result-limit a flag of the command.
  Option& ResultFile() { return declaration_.is_result_file = true, Value("FILE"); }

 private:
  OptionDeclaration& declaration_;
};

/// What stands on the command line without a dash.
struct ArgumentDeclaration {
  std::string name;  ///< "NAME..."; brackets when it may be missing
  std::string help;
  bool is_list = false;
  std::function<void(std::string)> store;
};

/// The flags of one command, each bound to the variable that it fills.
///
/// A flag wins over its environment variable, that over the default. An empty value counts as unset in both. A list in
/// the environment has one value a line.
///
/// Threads: confined to one. Targets must outlive it.
class OptionSet {
 public:
  OptionSet() = default;
  OptionSet(const OptionSet&) = delete;
  OptionSet& operator=(const OptionSet&) = delete;

  /// T: bool, std::string, int, std::int64_t, std::chrono milliseconds or seconds, an enum with ValueNames, an optional
  /// of these (to tell unset), or a vector of these (repeatable). The target's present value is the default shown.
  template <typename T>
  Option Add(std::string name, std::string help, T* target) {
    using Target = OptionTarget<T>;
    using Element = typename Target::Element;
    OptionDeclaration& option = Declare(std::move(name), std::move(help), OptionValue<Element>::kKind);
    option.is_list = Target::kIsList;
    option.default_text = Target::Default(*target);
    if constexpr (std::is_enum_v<Element>) {
      option.choices = OptionValue<Element>::Choices();
    }
    option.assign = [target](const std::vector<std::string>& values) -> Result<void> {
      T fresh{};
      for (const std::string& text : values) {
        KT_ASSIGN(Element value, OptionValue<Element>::Parse(text));
        Target::Store(fresh, std::move(value));
      }
      *target = std::move(fresh);
      return {};
    };
    return Option(option);
  }

  void Positional(std::string name, std::string help, std::string* target);
  void Positional(std::string name, std::string help, std::vector<std::string>* target);

  /// Until the returned value's end, flags are declared under this heading.
  class [[nodiscard]] GroupScope {
   public:
    GroupScope(OptionSet& set, std::string title) : set_(set), outer_(std::exchange(set.group_, std::move(title))) {}
    ~GroupScope() { set_.group_ = std::move(outer_); }
    GroupScope(const GroupScope&) = delete;
    GroupScope& operator=(const GroupScope&) = delete;

   private:
    OptionSet& set_;
    std::string outer_;
  };
  GroupScope Group(std::string title) { return {*this, std::move(title)}; }

  /// Everything from the first argument on is an argument, dashes or not: for a command that starts others.
  void EndFlagsAtArgument() { ends_at_argument_ = true; }

  /// Reads the command line (without the program's name) and the environment into the targets. kUsage names the flag
  /// or variable. With `--help` or `--version` present nothing but syntax is checked.
  Result<void> Parse(const std::vector<std::string>& args, const Environment& environment);

  const std::deque<OptionDeclaration>& options() const { return options_; }
  const std::vector<ArgumentDeclaration>& arguments() const { return arguments_; }
  bool ends_at_argument() const { return ends_at_argument_; }
  bool HasResultFiles() const;

 private:
  OptionDeclaration& Declare(std::string name, std::string help, OptionKind kind);
  Result<void> StoreArguments(std::vector<std::string> words);

  std::deque<OptionDeclaration> options_;  // a deque: Option handles point into it
  std::vector<ArgumentDeclaration> arguments_;
  std::string group_;
  bool ends_at_argument_ = false;
};

}  // namespace kontrakt::cli
