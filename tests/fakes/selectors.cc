#include "tests/fakes/selectors.h"

#include <algorithm>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Splits at commas outside parentheses.
std::vector<std::string_view> SplitRequirements(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      const std::string_view part = Trimmed(text.substr(begin, i - begin));
      if (!part.empty()) {
        parts.push_back(part);
      }
      begin = i + 1;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')') {
      --depth;
    }
  }
  return parts;
}

std::vector<std::string> SplitValues(std::string_view text) {
  std::vector<std::string> values;
  while (true) {
    const std::size_t comma = text.find(',');
    values.emplace_back(Trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) {
      return values;
    }
    text.remove_prefix(comma + 1);
  }
}

/// Finds "=", "==" or "!=". False when there is none.
bool SplitEquality(std::string_view text, std::string_view& left, std::string_view& right, bool& equal) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return false;
  }
  equal = equals == 0 || text[equals - 1] != '!';
  left = Trimmed(text.substr(0, equal ? equals : equals - 1));
  right = text.substr(equals + 1);
  if (!right.empty() && right.front() == '=') {
    right.remove_prefix(1);
  }
  right = Trimmed(right);
  return true;
}

}  // namespace

tl::expected<LabelSelector, std::string> LabelSelector::Parse(std::string_view text) {
  LabelSelector selector;
  for (const std::string_view part : SplitRequirements(text)) {
    Requirement requirement;
    std::string_view left;
    std::string_view right;
    bool equal = true;
    const std::size_t open = part.find('(');
    if (open != std::string_view::npos && part.back() == ')') {
      std::string_view head = Trimmed(part.substr(0, open));
      const std::size_t space = head.find_last_of(" \t");
      const std::string_view word = space == std::string_view::npos ? "" : head.substr(space + 1);
      if (word != "in" && word != "notin") {
        return tl::unexpected("found '" + std::string(word) + "', expected: in, notin, =, ==, !=, gt, lt");
      }
      requirement.op = word == "in" ? Operator::kIn : Operator::kNotIn;
      requirement.key = std::string(Trimmed(head.substr(0, space)));
      requirement.values = SplitValues(part.substr(open + 1, part.size() - open - 2));
    } else if (SplitEquality(part, left, right, equal)) {
      requirement.op = equal ? Operator::kIn : Operator::kNotIn;
      requirement.key = std::string(left);
      requirement.values = {std::string(right)};
    } else if (part.front() == '!') {
      requirement.op = Operator::kAbsent;
      requirement.key = std::string(Trimmed(part.substr(1)));
    } else {
      requirement.key = std::string(part);
    }
    if (requirement.key.empty() || requirement.key.find(' ') != std::string::npos) {
      return tl::unexpected("found '" + requirement.key + "', expected: identifier");
    }
    selector.requirements_.push_back(std::move(requirement));
  }
  return selector;
}

bool LabelSelector::Requirement::Matches(const doc::Json& labels) const {
  const bool there = Has(labels, key);
  const bool listed = there && std::find(values.begin(), values.end(), Text(labels, key)) != values.end();
  switch (op) {
    case Operator::kIn:
      return listed;
    case Operator::kNotIn:
      return !listed;
    case Operator::kExists:
      return there;
    case Operator::kAbsent:
      return !there;
  }
  return false;
}

bool LabelSelector::Matches(const doc::Json& object) const {
  const Json& labels = Object(Metadata(object), "labels");
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const Requirement& requirement) { return requirement.Matches(labels); });
}

bool LabelSelector::MatchesObject(const doc::Json& selector, const doc::Json& labels) {
  const bool structured = Has(selector, "matchLabels") || Has(selector, "matchExpressions");
  for (const auto& [key, value] : (structured ? Object(selector, "matchLabels") : selector).items()) {
    if (!value.is_string() || !Has(labels, key) || Text(labels, key) != value.get<std::string>()) {
      return false;
    }
  }
  for (const Json& expression : Array(selector, "matchExpressions")) {
    const std::string op = Text(expression, "operator");
    Requirement requirement;
    requirement.key = Text(expression, "key");
    requirement.op = op == "In"       ? Operator::kIn
                     : op == "NotIn"  ? Operator::kNotIn
                     : op == "Exists" ? Operator::kExists
                                      : Operator::kAbsent;
    for (const Json& value : Array(expression, "values")) {
      requirement.values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (!requirement.Matches(labels)) {
      return false;
    }
  }
  return true;
}

tl::expected<FieldSelector, std::string> FieldSelector::Parse(std::string_view text) {
  FieldSelector selector;
  for (const std::string_view part : SplitRequirements(text)) {
    std::string_view left;
    std::string_view right;
    bool equal = true;
    if (!SplitEquality(part, left, right, equal)) {
      return tl::unexpected("invalid selector: '" + std::string(text) + "'; can't understand '" + std::string(part) +
                            "'");
    }
    selector.requirements_.push_back({std::string(left), std::string(right), equal});
  }
  return selector;
}

bool FieldSelector::Matches(const doc::Json& object) const {
  return std::all_of(requirements_.begin(), requirements_.end(), [&](const Requirement& requirement) {
    const Json* value = &object;
    std::string_view rest = requirement.path;
    while (value != nullptr && !rest.empty()) {
      const std::size_t dot = rest.find('.');
      const std::string key(rest.substr(0, dot));
      rest = dot == std::string_view::npos ? "" : rest.substr(dot + 1);
      value = Has(*value, key) ? &value->at(key) : nullptr;
    }
    std::string text;
    if (value != nullptr) {
      text = value->is_string() ? value->get<std::string>() : value->dump();
    }
    return (text == requirement.value) == requirement.equal;
  });
}

}  // namespace kontrakt::fakes
