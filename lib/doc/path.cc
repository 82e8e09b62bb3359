#include "lib/doc/path.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <utility>

#include "lib/doc/path_expression.h"

namespace kontrakt::doc {
namespace {

using Found = std::vector<const Json*>;

void AddFields(const PathStep& step, const Json& value, Found& found) {
  for (const std::string& name : step.names) {
    if (const Json* const member = Find(value, {name}))
      found.push_back(member);
  }
}

void AddAll(const Json& value, Found& found) {
  if (!value.is_structured())
    return;
  for (const Json& child : value)
    found.push_back(&child);
}

/// The value and all below it, each before what it holds.
void AddDescendants(const Json& value, Found& found) {
  found.push_back(&value);
  if (!value.is_structured())
    return;
  for (const Json& child : value)
    AddDescendants(child, found);
}

void AddElements(const PathStep& step, const Json& value, Found& found) {
  if (!value.is_array())
    return;
  const auto size = static_cast<std::int64_t>(value.size());
  for (const std::int64_t element : step.elements) {
    const std::int64_t at = element < 0 ? element + size : element;
    if (at >= 0 && at < size)
      found.push_back(&value[static_cast<std::size_t>(at)]);
  }
}

void AddSlice(const PathStep& step, const Json& value, Found& found) {
  if (!value.is_array())
    return;
  const auto size = static_cast<std::int64_t>(value.size());
  const auto clamp = [size](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  const std::int64_t last = clamp(step.last.value_or(size));
  for (std::int64_t at = clamp(step.first.value_or(0)); at < last; at += std::min(step.stride, size)) {
    found.push_back(&value[static_cast<std::size_t>(at)]);
  }
}

void AddFiltered(const PathStep& step, const Json& value, const Json& root, Found& found) {
  if (!value.is_structured())
    return;
  for (const Json& child : value) {
    if (step.filter->Holds(child, root))
      found.push_back(&child);
  }
}

void Take(const PathStep& step, const Json& value, const Json& root, Found& found) {
  switch (step.kind) {
    case PathStep::Kind::kFields:
      AddFields(step, value, found);
      break;
    case PathStep::Kind::kAll:
      AddAll(value, found);
      break;
    case PathStep::Kind::kDescend:
      AddDescendants(value, found);
      break;
    case PathStep::Kind::kElements:
      AddElements(step, value, found);
      break;
    case PathStep::Kind::kSlice:
      AddSlice(step, value, found);
      break;
    case PathStep::Kind::kFilter:
      AddFiltered(step, value, root, found);
      break;
  }
}

/// A number of either kind: whole ones are compared exactly.
struct Number {
  std::int64_t whole = 0;
  double real = 0;
  bool is_whole = false;
};

std::optional<Number> ReadNumber(const Json& value) {
  if (value.is_number_integer() && !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX)) {
    const auto whole = value.get<std::int64_t>();
    return Number{whole, static_cast<double>(whole), true};
  }
  if (value.is_number())
    return Number{0, value.get<double>(), false};
  if (!value.is_string())
    return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  const char* const end = text.data() + text.size();
  Number number;
  if (const auto read = std::from_chars(text.data(), end, number.whole); read.ec == std::errc() && read.ptr == end) {
    number.real = static_cast<double>(number.whole);
    number.is_whole = true;
    return number;
  }
  const auto read = std::from_chars(text.data(), end, number.real);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number.real))
    return std::nullopt;
  return number;
}

std::partial_ordering Compare(const Number& a, const Number& b) {
  if (a.is_whole && b.is_whole)
    return a.whole <=> b.whole;
  return a.real <=> b.real;
}

bool IsEqual(const Json& left, const Json& right) {
  if (left.is_number() || right.is_number()) {
    const auto a = ReadNumber(left);
    const auto b = ReadNumber(right);
    return a && b && Compare(*a, *b) == 0;
  }
  return ScalarText(left) == ScalarText(right);
}

std::partial_ordering Order(const Json& left, const Json& right) {
  const auto a = ReadNumber(left);
  const auto b = ReadNumber(right);
  if (a && b)
    return Compare(*a, *b);
  if (!left.is_string() || !right.is_string())
    return std::partial_ordering::unordered;
  return left.get_ref<const std::string&>() <=> right.get_ref<const std::string&>();
}

bool IsSomething(const Json& value) {
  if (value.is_null())
    return false;
  if (value.is_boolean())
    return value.get<bool>();
  return !value.is_string() || !value.get_ref<const std::string&>().empty();
}

/// Whether one value satisfies the predicate's comparison. kNotEqual is asked as kEqual.
bool Satisfies(const Predicate& predicate, const Json& left, const Json& right) {
  switch (predicate.comparator) {
    case Comparator::kExists:
      return IsSomething(left);
    case Comparator::kEqual:
    case Comparator::kNotEqual:
      return IsEqual(left, right);
    case Comparator::kLess:
      return Order(left, right) < 0;
    case Comparator::kLessOrEqual:
      return Order(left, right) <= 0;
    case Comparator::kGreater:
      return Order(left, right) > 0;
    case Comparator::kGreaterOrEqual:
      return Order(left, right) >= 0;
    case Comparator::kMatches:
      return predicate.pattern->Matches(ScalarText(left));
  }
  return false;
}

}  // namespace

void PathExpression::Evaluate(const Json& current, const Json& root, std::vector<const Json*>& found) const {
  Found reached = {from_root ? &root : &current};
  for (const PathStep& step : steps) {
    Found next;
    for (const Json* const value : reached)
      Take(step, *value, root, next);
    reached = std::move(next);
  }
  found.insert(found.end(), reached.begin(), reached.end());
}

bool Predicate::Holds(const Json& current, const Json& root) const {
  const auto holds = [&](const Predicate& part) { return part.Holds(current, root); };
  if (kind == Kind::kAll)
    return std::all_of(parts.begin(), parts.end(), holds);
  if (kind == Kind::kAny)
    return std::any_of(parts.begin(), parts.end(), holds);
  Found lefts;
  left.Evaluate(current, root, lefts);
  Found rights;
  if (right) {
    right->Evaluate(current, root, rights);
  } else {
    rights.push_back(&literal);
  }
  const bool any = std::any_of(lefts.begin(), lefts.end(), [&](const Json* a) {
    return std::any_of(rights.begin(), rights.end(), [&](const Json* b) { return Satisfies(*this, *a, *b); });
  });
  return comparator == Comparator::kNotEqual ? !any : any;
}

struct JsonPath::Compiled {
  std::string text;
  PathExpression expression;
};

JsonPath::JsonPath(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
JsonPath::JsonPath(JsonPath&&) noexcept = default;
JsonPath& JsonPath::operator=(JsonPath&&) noexcept = default;
JsonPath::JsonPath(const JsonPath&) = default;
JsonPath& JsonPath::operator=(const JsonPath&) = default;
JsonPath::~JsonPath() = default;

Result<JsonPath> JsonPath::Parse(std::string_view text) {
  KT_ASSIGN(PathExpression expression, ParsePathExpression(text));
  return JsonPath(std::make_shared<const Compiled>(Compiled{std::string(text), std::move(expression)}));
}

std::vector<const Json*> JsonPath::Evaluate(const Json& value) const {
  Found found;
  compiled_->expression.Evaluate(value, value, found);
  return found;
}

const std::string& JsonPath::text() const {
  return compiled_->text;
}

struct Condition::Compiled {
  Predicate predicate;
};

Condition::Condition(std::string text, std::shared_ptr<const Compiled> compiled)
    : text_(std::move(text)), compiled_(std::move(compiled)) {}
Condition::Condition(const Condition&) = default;
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(const Condition&) = default;
Condition& Condition::operator=(Condition&&) noexcept = default;
Condition::~Condition() = default;

Result<Condition> Condition::Parse(std::string_view text) {
  KT_ASSIGN(Predicate predicate, ParsePredicate(text));
  return Condition(std::string(text), std::make_shared<const Compiled>(Compiled{std::move(predicate)}));
}

bool Condition::Holds(const Json& value) const {
  return compiled_->predicate.Holds(value, value);
}

}  // namespace kontrakt::doc
