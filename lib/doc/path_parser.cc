#include <charconv>
#include <utility>

#include "lib/base/strings.h"
#include "lib/doc/path_expression.h"

namespace kontrakt::doc {
namespace {

constexpr int kDeepest = 64;

bool EndsName(char c) {
  return std::string_view(".[]{}()=!<>&|,\"' \t\r\n").find(c) != std::string_view::npos;
}

PathStep StepOf(PathStep::Kind kind) {
  PathStep step;
  step.kind = kind;
  return step;
}

/// Reads paths and predicates from left to right.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<PathExpression> WholePath() {
    SkipSpaces();
    KT_ASSIGN(PathExpression path, Path());
    SkipSpaces();
    if (!AtEnd())
      return Unexpected("the path ends before this");
    return path;
  }

  Result<Predicate> WholePredicate() {
    KT_ASSIGN(Predicate predicate, Any());
    if (!AtEnd())
      return Unexpected("the condition ends before this");
    return predicate;
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Take(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected)
      return false;
    at_ += expected.size();
    return true;
  }
  void SkipSpaces() {
    while (!AtEnd() && std::string_view(" \t\r\n").find(Peek()) != std::string_view::npos)
      ++at_;
  }
  Error Unexpected(const std::string& message) const {
    return InvalidInput("'" + std::string(text_) + "', column " + std::to_string(at_ + 1) + ": " + message);
  }

  Result<PathExpression> Path() {
    const bool braces = Take("{");
    PathExpression path;
    if (Take("$")) {
      path.from_root = true;
    } else {
      Take("@");
    }
    const std::size_t begin = at_;
    // kubectl takes `status.phase` for `.status.phase`.
    if (!AtEnd() && !EndsName(Peek())) {
      KT_ASSIGN(PathStep step, Name());
      path.steps.push_back(std::move(step));
    }
    for (;;) {
      if (Peek() == '[') {
        KT_ASSIGN(PathStep step, Bracket());
        path.steps.push_back(std::move(step));
      } else if (Peek() == '.') {
        KT_TRY(Dot(path));
      } else {
        break;
      }
    }
    if (at_ == begin && begin == 0 && !braces)
      return Unexpected("a path such as .status.phase belongs here");
    if (braces && !Take("}"))
      return Unexpected("'}' is missing");
    return path;
  }

  Result<void> Dot(PathExpression& path) {
    if (Take("..")) {
      path.steps.push_back(StepOf(PathStep::Kind::kDescend));
      if (Peek() == '[')
        return {};
    } else {
      Take(".");
      // A lone dot is the value itself, and `.[0]` is `[0]`.
      if (path.steps.empty() && (AtEnd() || EndsName(Peek())))
        return {};
      if (Peek() == '[')
        return {};
    }
    KT_ASSIGN(PathStep step, Name());
    path.steps.push_back(std::move(step));
    return {};
  }

  Result<PathStep> Name() {
    if (Take("*"))
      return StepOf(PathStep::Kind::kAll);
    std::string name;
    while (!AtEnd() && !EndsName(Peek())) {
      if (Peek() == '\\' && at_ + 1 < text_.size())
        ++at_;
      name += text_[at_++];
    }
    if (name.empty())
      return Unexpected("a field's name is missing");
    PathStep step;
    step.names.push_back(std::move(name));
    return step;
  }

  Result<PathStep> Bracket() {
    Take("[");
    SkipSpaces();
    PathStep step;
    if (Take("*")) {
      step.kind = PathStep::Kind::kAll;
    } else if (Take("?")) {
      SkipSpaces();
      if (!Take("("))
        return Unexpected("'(' is missing");
      KT_ASSIGN(Predicate predicate, Any());
      if (!Take(")"))
        return Unexpected("')' is missing");
      step.kind = PathStep::Kind::kFilter;
      step.filter = std::make_shared<const Predicate>(std::move(predicate));
    } else if (Peek() == '"' || Peek() == '\'') {
      KT_TRY(Names(step));
    } else {
      KT_TRY(Elements(step));
    }
    SkipSpaces();
    if (!Take("]"))
      return Unexpected("']' is missing");
    return step;
  }

  Result<void> Names(PathStep& step) {
    do {
      SkipSpaces();
      if (Peek() != '"' && Peek() != '\'')
        return Unexpected("a quoted name belongs here");
      KT_ASSIGN(std::string name, Quoted());
      step.names.push_back(std::move(name));
      SkipSpaces();
    } while (Take(","));
    return {};
  }

  Result<void> Elements(PathStep& step) {
    step.kind = PathStep::Kind::kElements;
    if (Peek() != ':') {
      do {
        SkipSpaces();
        KT_ASSIGN(const std::int64_t element, Number());
        step.elements.push_back(element);
        SkipSpaces();
      } while (Take(","));
    }
    if (Peek() != ':' || step.elements.size() > 1)
      return {};
    step.kind = PathStep::Kind::kSlice;
    if (!step.elements.empty())
      step.first = step.elements.front();
    Take(":");
    if (Peek() != ']' && Peek() != ':') {
      KT_ASSIGN(step.last, Number());
    }
    if (Take(":")) {
      KT_ASSIGN(step.stride, Number());
      if (step.stride < 1)
        return Unexpected("a slice's step is at least 1");
    }
    return {};
  }

  Result<std::int64_t> Number() {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (error != std::errc())
      return Unexpected("a number, a quoted name, '*' or '?(' belongs here");
    at_ = static_cast<std::size_t>(end - text_.data());
    return number;
  }

  /// A text in quotes. Only the quote itself is escaped, so that regular expressions keep their backslashes.
  Result<std::string> Quoted() {
    const char quote = text_[at_++];
    std::string content;
    while (!AtEnd() && Peek() != quote) {
      if (Peek() == '\\' && text_.substr(at_ + 1, 1) == std::string_view(&quote, 1))
        ++at_;
      content += text_[at_++];
    }
    if (!Take(std::string_view(&quote, 1)))
      return Unexpected("a quote is never closed");
    return content;
  }

  Result<Predicate> Any() { return Joined("||", Predicate::Kind::kAny, &Parser::All); }
  Result<Predicate> All() { return Joined("&&", Predicate::Kind::kAll, &Parser::Term); }

  Result<Predicate> Joined(std::string_view word, Predicate::Kind kind, Result<Predicate> (Parser::*part)()) {
    KT_ASSIGN(Predicate first, (this->*part)());
    if (!Take(word))
      return first;
    Predicate joined;
    joined.kind = kind;
    joined.parts.push_back(std::move(first));
    do {
      KT_ASSIGN(Predicate next, (this->*part)());
      joined.parts.push_back(std::move(next));
    } while (Take(word));
    return joined;
  }

  Result<Predicate> Term() {
    SkipSpaces();
    if (Take("(")) {
      if (++depth_ > kDeepest)
        return Unexpected("parentheses are nested too deeply");
      KT_ASSIGN(Predicate inner, Any());
      --depth_;
      if (!Take(")"))
        return Unexpected("')' is missing");
      SkipSpaces();
      return inner;
    }
    Predicate predicate;
    if (++depth_ > kDeepest)
      return Unexpected("filters are nested too deeply");
    const std::size_t begin = at_;
    KT_ASSIGN(predicate.left, Path());
    --depth_;
    if (at_ == begin)
      return Unexpected("a path such as .status.phase belongs here");
    SkipSpaces();
    predicate.comparator = TakeComparator();
    if (predicate.comparator == Comparator::kExists)
      return predicate;
    SkipSpaces();
    KT_TRY(RightSide(predicate));
    SkipSpaces();
    return predicate;
  }

  Comparator TakeComparator() {
    if (Take("=="))
      return Comparator::kEqual;
    if (Take("=~"))
      return Comparator::kMatches;
    if (Take("="))
      return Comparator::kEqual;
    if (Take("!="))
      return Comparator::kNotEqual;
    if (Take("<="))
      return Comparator::kLessOrEqual;
    if (Take(">="))
      return Comparator::kGreaterOrEqual;
    if (Take("<"))
      return Comparator::kLess;
    if (Take(">"))
      return Comparator::kGreater;
    return Comparator::kExists;
  }

  bool BeginsPath() const {
    const std::string_view rest = text_.substr(at_, 2);
    if (rest == "$." || rest == "@." || rest == "{." || rest == "{$")
      return true;
    return rest.size() == 2 && rest[0] == '.' && !(rest[1] >= '0' && rest[1] <= '9') && !EndsName(rest[1]);
  }

  Result<void> RightSide(Predicate& predicate) {
    std::string literal;
    if (predicate.comparator != Comparator::kMatches && BeginsPath()) {
      KT_ASSIGN(predicate.right, Path());
      return {};
    }
    if (Peek() == '"' || Peek() == '\'') {
      KT_ASSIGN(literal, Quoted());
    } else {
      KT_ASSIGN(literal, Bare());
    }
    if (predicate.comparator == Comparator::kMatches) {
      KT_ASSIGN(Pattern pattern, Pattern::Parse(literal));
      predicate.pattern = std::move(pattern);
    }
    predicate.literal = std::move(literal);
    return {};
  }

  /// A text without quotes: up to && or ||, or a parenthesis that it did not open.
  Result<std::string> Bare() {
    const std::size_t begin = at_;
    int open = 0;
    for (; !AtEnd(); ++at_) {
      const std::string_view two = text_.substr(at_, 2);
      if (two == "&&" || two == "||")
        break;
      if (Peek() == '(')
        ++open;
      if (Peek() == ')' && --open < 0)
        break;
    }
    const std::string_view bare = Trim(text_.substr(begin, at_ - begin));
    if (bare.empty())
      return Unexpected("a value is missing; an empty one is written \"\"");
    return std::string(bare);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<PathExpression> ParsePathExpression(std::string_view text) {
  return Parser(text).WholePath();
}
Result<Predicate> ParsePredicate(std::string_view text) {
  return Parser(text).WholePredicate();
}

}  // namespace kontrakt::doc
