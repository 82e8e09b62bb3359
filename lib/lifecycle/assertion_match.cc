#include "lib/lifecycle/assertion_match.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "lib/doc/pattern.h"
#include "lib/lifecycle/assertion_value.h"

namespace kontrakt {

/// The pattern with its regular expressions, which are compiled once.
struct AssertionPattern::Compiled {
  doc::Json pattern;
  std::map<std::string, doc::Pattern> expressions;  ///< by text
};

namespace {

using doc::Json;
using Expressions = std::map<std::string, doc::Pattern>;

constexpr std::string_view kAbsent = "(absent)";
constexpr std::size_t kLongestShown = 240;

constexpr std::string_view kOperators[] = {"$eq",    "$ne",     "$gt",  "$ge",  "$lt",  "$le", "$in",
                                           "$regex", "$exists", "$len", "$not", "$any", "$all"};

bool IsOperator(std::string_view key) {
  return std::find(std::begin(kOperators), std::end(kOperators), key) != std::end(kOperators);
}

/// A map whose keys begin with `$` stands for a value; whether they are known is checked when the pattern is made.
bool IsOperatorMap(const Json& value) {
  if (!value.is_object() || value.empty())
    return false;
  const auto& members = value.get_ref<const Json::object_t&>();
  return std::all_of(members.begin(), members.end(), [](const auto& member) { return member.first.starts_with('$'); });
}

std::string Shown(const Json* value) {
  if (value == nullptr)
    return std::string(kAbsent);
  std::string text = doc::Dump(*value);
  if (text.size() > kLongestShown) {
    std::size_t cut = kLongestShown;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
      --cut;
    text = text.substr(0, cut) + "...";
  }
  return text;
}

std::string ChildPath(const std::string& path, const std::string& key) {
  if (key.empty() || key.find_first_of(".[]\"/ ") != std::string::npos)
    return path + "[" + doc::Dump(Json(key)) + "]";
  return path.empty() ? key : path + "." + key;
}

std::string PointerPart(const std::string& key) {
  std::string escaped;
  for (const char c : key)
    escaped += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return "/" + escaped;
}

/// The field by which elements of a written list are told apart: the first that all have as a plain value.
std::string_view IdentityOf(const Json& list) {
  for (const std::string_view key : {"name", "type", "key", "containerPort", "port"}) {
    const bool all = std::all_of(list.begin(), list.end(), [key](const Json& item) {
      const Json* const value = doc::Find(item, {key});
      return value != nullptr && value->is_primitive() && !value->is_null();
    });
    if (all)
      return key;
  }
  return {};
}

/// Finds operators that are used wrongly and compiles regular expressions.
class PatternCheck {
 public:
  PatternCheck(Expressions& expressions, std::vector<PatternProblem>& problems)
      : expressions_(expressions), problems_(problems) {}

  void Check(const Json& value, const std::string& pointer) {
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i)
        Check(value[i], pointer + "/" + std::to_string(i));
      return;
    }
    if (!value.is_object())
      return;
    const bool operators = IsOperatorMap(value);
    for (const auto& [key, operand] : value.get_ref<const Json::object_t&>()) {
      const std::string below = pointer + PointerPart(key);
      if (operators) {
        CheckOperator(key, operand, below);
      } else if (IsOperator(key)) {
        Refuse(below, "operator " + key + " can't stand beside ordinary fields");
      } else {
        Check(operand, below);
      }
    }
  }

 private:
  void Refuse(const std::string& pointer, std::string message) { problems_.push_back({pointer, std::move(message)}); }

  void CheckOperator(const std::string& name, const Json& operand, const std::string& pointer) {
    if (!IsOperator(name)) {
      Refuse(pointer, "there is no operator " + name);
    } else if (name == "$in" && !operand.is_array()) {
      Refuse(pointer, "$in takes a list of values");
    } else if (name == "$exists" && !operand.is_boolean()) {
      Refuse(pointer, "$exists takes true or false");
    } else if (name == "$regex") {
      Compile(operand, pointer);
    } else if (name == "$gt" || name == "$ge" || name == "$lt" || name == "$le") {
      if (!OrderOf(operand, operand))
        Refuse(pointer, name + " takes a number, a quantity or a time, not " + doc::Dump(operand));
    } else if (name == "$len") {
      const bool is_count = operand.is_number_integer() && operand.get<std::int64_t>() >= 0;
      if (!is_count && !IsOperatorMap(operand)) {
        Refuse(pointer, "$len takes a number, or operators for one");
      } else {
        Check(operand, pointer);
      }
    } else if (name == "$not" || name == "$any" || name == "$all") {
      Check(operand, pointer);
    }
  }

  void Compile(const Json& operand, const std::string& pointer) {
    if (!operand.is_string())
      return Refuse(pointer, "$regex takes a text");
    const std::string text = operand.get<std::string>();
    Result<doc::Pattern> compiled = doc::Pattern::Parse(text);
    if (!compiled)
      return Refuse(pointer, "$regex " + doc::Dump(operand) + ": " + compiled.error().message());
    expressions_.emplace(text, std::move(*compiled));
  }

  Expressions& expressions_;
  std::vector<PatternProblem>& problems_;
};

/// Compares one pattern with what was found.
class Comparison {
 public:
  enum class Report : unsigned char { kMismatches, kAll };

  Comparison(const Expressions& expressions, Report report) : expressions_(expressions), report_(report) {}

  void Compare(const Json& wanted, const Json* found, const std::string& path) {
    if (IsOperatorMap(wanted)) {
      CompareOperators(wanted, found, path);
    } else if (wanted.is_object()) {
      CompareMaps(wanted, found, path);
    } else if (wanted.is_array()) {
      CompareLists(wanted, found, path);
    } else if (wanted.is_null()) {
      Tell(path, "(absent or null)", found, found == nullptr || found->is_null());
    } else {
      Tell(path, Shown(&wanted), found, found != nullptr && SameValue(wanted, *found));
    }
  }

  std::vector<AssertedField> fields;

 private:
  void Tell(const std::string& path, std::string wanted, const Json* found, bool holds) {
    if (!holds || report_ == Report::kAll)
      fields.push_back({path, std::move(wanted), Shown(found)});
  }

  bool Matches(const Json& wanted, const Json* found) const {
    Comparison inner(expressions_, Report::kMismatches);
    inner.Compare(wanted, found, "");
    return inner.fields.empty();
  }

  void CompareMaps(const Json& wanted, const Json* found, const std::string& path) {
    if (found != nullptr && !found->is_object()) {
      Tell(path, Shown(&wanted), found, false);
      return;
    }
    if (wanted.empty())
      Tell(path, "a map", found, found != nullptr);
    for (const auto& [key, value] : wanted.get_ref<const Json::object_t&>())
      Compare(value, found == nullptr ? nullptr : doc::Find(*found, {key}), ChildPath(path, key));
  }

  void CompareLists(const Json& wanted, const Json* found, const std::string& path) {
    if (wanted.empty()) {
      Tell(path, "[]", found, found == nullptr || found->is_null() || (found->is_array() && found->empty()));
      return;
    }
    if (found == nullptr || !found->is_array()) {
      Tell(path, Shown(&wanted), found, false);
      return;
    }
    const bool of_maps = std::all_of(wanted.begin(), wanted.end(),
                                     [](const Json& item) { return item.is_object() && !IsOperatorMap(item); });
    if (!of_maps && wanted.size() != found->size()) {
      Tell(path, Shown(&wanted), found, false);
      return;
    }
    const std::string_view identity = of_maps ? IdentityOf(wanted) : std::string_view();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (identity.empty()) {
        Compare(wanted[i], i < found->size() ? &(*found)[i] : nullptr, path + "[" + std::to_string(i) + "]");
        continue;
      }
      const Json& name = *doc::Find(wanted[i], {identity});
      const auto same = std::find_if(found->begin(), found->end(), [&](const Json& item) {
        const Json* const other = doc::Find(item, {identity});
        return other != nullptr && SameValue(name, *other);
      });
      Compare(wanted[i], same == found->end() ? nullptr : &*same,
              path + "[" + std::string(identity) + "=" + doc::ScalarText(name) + "]");
    }
  }

  void CompareOperators(const Json& wanted, const Json* found, const std::string& path) {
    for (const auto& [name, operand] : wanted.get_ref<const Json::object_t&>()) {
      Tell(path, name + " " + Shown(&operand), found, Holds(name, operand, found));
    }
  }

  bool Holds(const std::string& name, const Json& operand, const Json* found) const {
    const bool present = found != nullptr && !found->is_null();
    if (name == "$eq")
      return present ? SameValue(operand, *found) : operand.is_null();
    if (name == "$ne")
      return present ? !SameValue(operand, *found) : !operand.is_null();
    if (name == "$in") {
      return std::any_of(operand.begin(), operand.end(),
                         [&](const Json& value) { return present ? SameValue(value, *found) : value.is_null(); });
    }
    if (name == "$exists")
      return present == operand.get<bool>();
    if (name == "$regex") {
      const auto expression = expressions_.find(operand.get<std::string>());
      return present && found->is_primitive() && expression != expressions_.end() &&
             expression->second.Matches(doc::ScalarText(*found));
    }
    if (name == "$len")
      return HasLength(operand, present ? found : nullptr);
    if (name == "$not")
      return !Matches(operand, found);
    if (name == "$any" || name == "$all")
      return HoldsForEach(name == "$all", operand, found);
    return present && IsInOrder(name, OrderOf(*found, operand));
  }

  static bool IsInOrder(const std::string& name, std::optional<std::partial_ordering> order) {
    if (!order)
      return false;
    if (name == "$gt")
      return *order > 0;
    if (name == "$ge")
      return *order >= 0;
    return name == "$lt" ? *order < 0 : *order <= 0;
  }

  bool HasLength(const Json& operand, const Json* found) const {
    if (found != nullptr && !found->is_structured() && !found->is_string())
      return false;
    std::size_t length = 0;
    if (found != nullptr && found->is_string()) {
      const std::string& text = found->get_ref<const std::string&>();
      // Characters, not the bytes that UTF-8 needs for them.
      length = static_cast<std::size_t>(std::count_if(
          text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    } else if (found != nullptr) {
      length = found->size();
    }
    const Json as_json = length;
    return Matches(operand, &as_json);
  }

  bool HoldsForEach(bool all, const Json& operand, const Json* found) const {
    if (operand.is_array()) {
      const auto matches = [&](const Json& pattern) { return Matches(pattern, found); };
      return all ? std::all_of(operand.begin(), operand.end(), matches)
                 : std::any_of(operand.begin(), operand.end(), matches);
    }
    // Nothing there satisfies nobody: an empty list of containers is no list of ready containers.
    if (found == nullptr || !found->is_structured() || found->empty())
      return false;
    const auto matches = [&](const Json& element) { return Matches(operand, &element); };
    return all ? std::all_of(found->begin(), found->end(), matches)
               : std::any_of(found->begin(), found->end(), matches);
  }

  const Expressions& expressions_;
  const Report report_;
};

}  // namespace

Result<AssertionPattern> AssertionPattern::Create(Json pattern, std::vector<PatternProblem>* problems) {
  auto compiled = std::make_shared<Compiled>();
  std::vector<PatternProblem> found;
  PatternCheck(compiled->expressions, found).Check(pattern, "");
  if (problems != nullptr)
    *problems = found;
  if (!found.empty()) {
    Error error = InvalidInput(found.front().message);
    error.SetHint(
        "operators are $eq, $ne, $gt, $ge, $lt, $le, $in, $regex, $exists, $len, $not, $any and $all; a key that "
        "really "
        "begins with $ is compared by $eq of the map around it");
    return error;
  }
  compiled->pattern = std::move(pattern);
  return AssertionPattern(std::move(compiled));
}

std::vector<AssertedField> AssertionPattern::Mismatches(const Json& found) const {
  Comparison comparison(compiled_->expressions, Comparison::Report::kMismatches);
  comparison.Compare(compiled_->pattern, &found, "");
  return std::move(comparison.fields);
}

std::vector<AssertedField> AssertionPattern::Fields(const Json& found) const {
  Comparison comparison(compiled_->expressions, Comparison::Report::kAll);
  comparison.Compare(compiled_->pattern, &found, "");
  return std::move(comparison.fields);
}

const Json& AssertionPattern::pattern() const {
  return compiled_->pattern;
}

}  // namespace kontrakt
