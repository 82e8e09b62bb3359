#include "lib/cli/option_set.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/cli/arguments.h"

namespace kontrakt::cli {
namespace {

std::string TwinOf(const std::string& name) {
  std::string variable = "KONTRAKT_";
  for (const char c : name) {
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

/// The values of one flag from one source, and the source's name for errors. No values: unset.
struct Given {
  std::string source;
  std::vector<std::string> values;
};

Given FromEnvironment(const OptionDeclaration& option, const Environment& environment) {
  for (const std::string& variable : option.environment) {
    const auto value = environment.Get(variable);
    if (!value) {
      continue;
    }
    if (!option.is_list) {
      return {variable, {*value}};
    }
    std::vector<std::string> values = Split(*value, '\n');
    std::erase(values, "");
    if (!values.empty()) {
      return {variable, std::move(values)};
    }
  }
  return {};
}

Result<void> Assign(const OptionDeclaration& option, Given given) {
  if (given.values.empty()) {
    return {};
  }
  if (!option.is_list) {
    given.values.erase(given.values.begin(), given.values.end() - 1);  // as with every other tool, the last one counts
  }
  if (auto assigned = option.assign(given.values); !assigned) {
    Error error = std::move(assigned.error());
    return error.AddContext(given.source);
  }
  return {};
}

bool IsQuestion(const std::string& name) {
  return name == "help" || name == "version";
}

}  // namespace

OptionDeclaration& OptionSet::Declare(std::string name, std::string help, OptionKind kind) {
  KT_CHECK(name.size() > 1);
  for (const OptionDeclaration& option : options_) {
    KT_CHECK(option.name != name);
  }
  OptionDeclaration option;
  option.environment = {TwinOf(name)};
  option.name = std::move(name);
  option.help = std::move(help);
  option.group = group_;
  option.kind = kind;
  return options_.emplace_back(std::move(option));
}

void OptionSet::Positional(std::string name, std::string help, std::string* target) {
  arguments_.push_back(
      {std::move(name), std::move(help), false, [target](std::string word) { *target = std::move(word); }});
}

void OptionSet::Positional(std::string name, std::string help, std::vector<std::string>* target) {
  arguments_.push_back(
      {std::move(name), std::move(help), true, [target](std::string word) { target->push_back(std::move(word)); }});
}

bool OptionSet::HasResultFiles() const {
  return std::any_of(options_.begin(), options_.end(),
                     [](const OptionDeclaration& option) { return option.is_result_file; });
}

Result<void> OptionSet::Parse(const std::vector<std::string>& args, const Environment& environment) {
  std::vector<OptionSyntax> syntax;
  for (const OptionDeclaration& option : options_) {
    syntax.push_back({option.name, option.letter, option.kind != OptionKind::kSwitch, option.is_hidden});
  }
  KT_ASSIGN(ParsedArguments parsed,
            ParseArguments(syntax, args, ends_at_argument_ ? Words::kEndFlags : Words::kAnywhere));

  std::map<std::string, std::vector<std::string>> given;
  bool is_question = false;
  for (auto& [name, value] : parsed.options) {
    is_question = is_question || (IsQuestion(name) && value != "false");
    if (!value.empty()) {
      given[name].push_back(std::move(value));
    }
  }
  for (const OptionDeclaration& option : options_) {
    if (is_question && !IsQuestion(option.name) && option.name != "output") {
      continue;
    }
    Given values{"--" + option.name, given[option.name]};
    if (values.values.empty() && !is_question) {
      values = FromEnvironment(option, environment);
    }
    KT_TRY(Assign(option, std::move(values)));
  }
  return is_question ? Result<void>() : StoreArguments(std::move(parsed.words));
}

Result<void> OptionSet::StoreArguments(std::vector<std::string> words) {
  if (!ends_at_argument_) {
    std::erase(words, "");
  }
  auto declared = arguments_.begin();
  for (std::string& word : words) {
    if (declared == arguments_.end()) {
      Error error = Usage("unexpected argument '" + word + "'");
      if (arguments_.empty()) {
        error.SetHint("this command takes flags only");
      }
      return error;
    }
    declared->store(std::move(word));
    if (!declared->is_list) {
      ++declared;
    }
  }
  if (declared != arguments_.end() && !declared->is_list && !declared->name.starts_with('[')) {
    return Usage(declared->name + " is missing");
  }
  return {};
}

}  // namespace kontrakt::cli
