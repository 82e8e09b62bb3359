#include "lib/cli/help.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cli/exit_status.h"
#include "lib/cli/output_flags.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {
namespace {

constexpr std::size_t kWidestFlagColumn = 34;

std::string Usage(const Command& command, const OptionSet& set) {
  std::string usage = command.program() + " [flags]";
  for (const ArgumentDeclaration& argument : set.arguments()) {
    usage += " " + argument.name;
  }
  return usage;
}

std::string ValueName(const OptionDeclaration& option) {
  if (!option.value_name.empty()) {
    return option.value_name;
  }
  switch (option.kind) {
    case OptionKind::kSwitch:
      return "";
    case OptionKind::kText:
      return "TEXT";
    case OptionKind::kNumber:
      return "N";
    case OptionKind::kDuration:
      return "DURATION";
    case OptionKind::kChoice:
      return Join(option.choices, "|");
  }
  return "";
}

std::string FlagColumn(const OptionDeclaration& option) {
  std::string text = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  text += "--" + option.name;
  const std::string value = ValueName(option);
  return value.empty() ? text : text + " " + value;
}

std::string HelpColumn(const OptionDeclaration& option) {
  std::string text = option.help;
  if (option.is_list) {
    text += " (repeatable)";
  }
  if (!option.default_text.empty()) {
    text += " (default " + option.default_text + ")";
  }
  return text;
}

/// Groups in order of declaration, the command's own flags first, the common ones last as they are declared last.
std::vector<std::string> GroupsOf(const OptionSet& set) {
  std::vector<std::string> groups = {""};
  for (const OptionDeclaration& option : set.options()) {
    if (!option.is_hidden && std::find(groups.begin(), groups.end(), option.group) == groups.end()) {
      groups.push_back(option.group);
    }
  }
  return groups;
}

/// Two columns, the second wrapped; a first column that is too wide stands on a line of its own.
class Columns {
 public:
  explicit Columns(int width) : width_(static_cast<std::size_t>(std::max(width, 60))) {}

  void Row(std::string left, std::string right) { rows_.emplace_back(std::move(left), std::move(right)); }
  bool empty() const { return rows_.empty(); }

  std::string ToString(std::size_t left_width) const {
    std::string text;
    for (const auto& [left, right] : rows_) {
      std::string line = "  " + left;
      if (left.size() > left_width) {
        text += line + "\n";
        line = "";
      }
      for (const std::string& part : WrapText(right, width_ - left_width - 4)) {
        line.resize(left_width + 4, ' ');
        text += line + part + "\n";
        line = "";
      }
    }
    return text;
  }

  std::size_t LeftWidth() const {
    std::size_t width = 0;
    for (const auto& [left, right] : rows_) {
      width = left.size() > kWidestFlagColumn ? width : std::max(width, left.size());
    }
    return width;
  }

 private:
  std::size_t width_;
  std::vector<std::pair<std::string, std::string>> rows_;
};

std::string Wrapped(std::string_view text, int width, const std::string& indent) {
  std::string result;
  for (const std::string& line : WrapText(text, static_cast<std::size_t>(width) - indent.size())) {
    result += line.empty() ? "\n" : indent + line + "\n";
  }
  return result;
}

std::string FlagsText(const OptionSet& set, const TextStyle& style) {
  std::vector<std::pair<std::string, Columns>> tables;
  std::size_t left_width = 0;
  for (const std::string& group : GroupsOf(set)) {
    Columns table(style.width());
    for (const OptionDeclaration& option : set.options()) {
      if (option.group == group && !option.is_hidden) {
        table.Row(FlagColumn(option), HelpColumn(option));
      }
    }
    left_width = std::max(left_width, table.LeftWidth());
    if (!table.empty()) {
      tables.emplace_back(group.empty() ? "Flags" : group, std::move(table));
    }
  }
  std::string text;
  for (const auto& [title, table] : tables) {
    text += "\n" + style.Bold(title + ":") + "\n" + table.ToString(left_width);
  }
  return text;
}

std::string EnvironmentText(const OptionSet& set, const TextStyle& style) {
  std::string extra;
  std::string example;
  for (const OptionDeclaration& option : set.options()) {
    if (example.empty() && !option.is_hidden && !option.environment.empty()) {
      example = option.environment.front() + " for --" + option.name;
    }
    for (std::size_t i = 1; i < option.environment.size(); ++i) {
      extra += (extra.empty() ? "" : ", ") + option.environment[i] + " for --" + option.name;
    }
  }
  if (example.empty()) {
    return "";
  }
  std::string text = "Each flag can be given as KONTRAKT_<NAME> too, such as " + example +
                     "; the flag wins, and an empty value counts as none.";
  if (!extra.empty()) {
    text += " Also read: " + extra + ".";
  }
  return "\n" + style.Bold("Environment:") + "\n" + Wrapped(text, style.width(), "  ");
}

std::vector<std::pair<int, std::string>> StatusesOf(const Command& command) {
  std::vector<std::pair<int, std::string>> statuses;
  for (const StatusMeaning& common : ExitStatuses()) {
    std::string meaning(common.meaning);
    for (const auto& [status, own] : command.text().statuses) {
      meaning = status == common.status ? own : meaning;
    }
    statuses.emplace_back(common.status, meaning);
  }
  return statuses;
}

std::string StatusesText(const Command& command, const TextStyle& style) {
  Columns table(style.width());
  for (const auto& [status, meaning] : StatusesOf(command)) {
    std::string number = std::to_string(status);
    number.insert(0, 3 - std::min<std::size_t>(3, number.size()), ' ');
    table.Row(number, meaning);
  }
  return "\n" + style.Bold("Exit status:") + "\n" + table.ToString(table.LeftWidth());
}

doc::Json FlagJson(const OptionDeclaration& option) {
  doc::Json flag = {{"name", option.name}, {"help", option.help}};
  if (option.letter != 0) {
    flag["short"] = std::string(1, option.letter);
  }
  if (!option.group.empty()) {
    flag["group"] = option.group;
  }
  constexpr std::string_view kTypes[] = {"switch", "text", "number", "duration", "choice"};
  flag["type"] = kTypes[static_cast<std::size_t>(option.kind)];
  if (const std::string value = ValueName(option); !value.empty()) {
    flag["value"] = value;
  }
  if (!option.choices.empty()) {
    flag["choices"] = option.choices;
  }
  if (!option.default_text.empty()) {
    flag["default"] = option.default_text;
  }
  if (!option.environment.empty()) {
    flag["environment"] = option.environment;
  }
  for (const auto& [key, holds] :
       {std::pair{"list", option.is_list}, {"hidden", option.is_hidden}, {"resultFile", option.is_result_file}}) {
    if (holds) {
      flag[key] = true;
    }
  }
  return flag;
}

}  // namespace

std::string HelpText(const Command& command, const OptionSet& set, const TextStyle& style) {
  std::string text = Wrapped(command.summary(), style.width(), "");
  text += "\n" + style.Bold("Usage:") + " " + Usage(command, set) + "\n";
  if (!command.text().description.empty()) {
    text += "\n" + Wrapped(command.text().description, style.width(), "");
  }
  if (!command.text().examples.empty()) {
    text += "\n" + style.Bold("Examples:") + "\n";
    for (const Example& example : command.text().examples) {
      text += "  " + example.line + "\n" + Wrapped(example.meaning, style.width(), "      ");
    }
  }
  if (!set.arguments().empty()) {
    Columns table(style.width());
    for (const ArgumentDeclaration& argument : set.arguments()) {
      table.Row(argument.name, argument.help);
    }
    text += "\n" + style.Bold("Arguments:") + "\n" + table.ToString(table.LeftWidth());
  }
  return text + FlagsText(set, style) + EnvironmentText(set, style) + StatusesText(command, style);
}

doc::Json HelpJson(const Command& command, const OptionSet& set) {
  doc::Json help = {{"name", command.name()}, {"program", command.program()}, {"summary", command.summary()}};
  if (!command.text().description.empty()) {
    help["description"] = command.text().description;
  }
  help["usage"] = Usage(command, set);
  for (const ArgumentDeclaration& argument : set.arguments()) {
    help["arguments"].push_back({{"name", argument.name}, {"help", argument.help}, {"list", argument.is_list}});
  }
  help["flags"] = doc::Json::array();
  for (const OptionDeclaration& option : set.options()) {
    help["flags"].push_back(FlagJson(option));
  }
  for (const Example& example : command.text().examples) {
    help["examples"].push_back({{"line", example.line}, {"meaning", example.meaning}});
  }
  for (const auto& [status, meaning] : StatusesOf(command)) {
    help["exitStatuses"].push_back({{"status", status}, {"meaning", meaning}});
  }
  return help;
}

doc::Json HelpJsonOf(const Command& command) {
  const auto call = command.Begin();
  OutputFlags common;
  OptionSet set;
  call->AddTo(set);
  common.AddTo(set, command.text());
  return HelpJson(command, set);
}

}  // namespace kontrakt::cli
