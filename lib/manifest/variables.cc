#include "lib/manifest/variables.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "lib/doc/json.h"
#include "lib/manifest/load.h"
#include "lib/manifest/pointer.h"
#include "lib/manifest/scalar_text.h"
#include "lib/manifest/text_part.h"
#include "lib/manifest/variable_scan.h"

namespace kontrakt::manifest {
namespace {

/// One variable with the text that stands for it.
struct Replacement {
  VariableUse use;
  std::string value;
  bool is_typed = false;
};

/// Substitutes in one document's text. Offsets are those in that text.
class PartSubstitution {
 public:
  PartSubstitution(std::string_view text, int lines_before, const std::string& file, std::vector<Error>& problems)
      : text_(text), lines_before_(lines_before), file_(file), problems_(problems) {}

  std::string Run(const std::vector<VariableUse>& uses, const Variables& variables, Escapes escapes) {
    hidden_ = HideVariables(text_, uses);
    CollectReplacements(uses, variables, escapes);
    Result<std::vector<doc::Document>> documents = ParsePart(hidden_.text, lines_before_, file_);
    if (!documents) {
      problems_.push_back(std::move(documents.error()));
      return {};
    }
    std::string result;
    std::size_t done = 0;
    auto next = replacements_.begin();
    for (const doc::Document& document : *documents) {
      for (const doc::ScalarSpan& scalar : document.scalars) {
        // Whatever lies before a value is a key or a comment. An alias repeats spans that were passed already.
        for (; next != replacements_.end() && next->use.begin < scalar.begin; ++next)
          RefuseKey(*next, *documents);
        const auto first = next;
        while (next != replacements_.end() && next->use.end <= scalar.end)
          ++next;
        if (first == next)
          continue;
        result += text_.substr(done, scalar.begin - done);
        result += Render(document, scalar, {first, next});
        done = scalar.end;
      }
    }
    for (; next != replacements_.end(); ++next)
      RefuseKey(*next, *documents);
    result += text_.substr(done);
    return result;
  }

 private:
  void CollectReplacements(const std::vector<VariableUse>& uses, const Variables& variables, Escapes escapes) {
    for (const VariableUse& use : uses) {
      if (use.is_escaped) {
        const std::string_view unescaped = text_.substr(use.begin + 1, use.end - use.begin - 1);
        if (escapes == Escapes::kResolve)
          replacements_.push_back({use, std::string(unescaped), false});
        continue;
      }
      Result<VariableValue> value = ValueOf(use.name, variables);
      if (value && !IsPrintableUtf8(value->text)) {
        value = InvalidInput("the value of ${" + use.name + "} is not valid UTF-8");
      }
      // A variable without a value still takes its place, so that what stands in a comment is no problem.
      replacements_.push_back({use, value ? value->text : "", value && value->is_typed});
      if (!value)
        missing_.emplace_back(use.begin, std::move(value.error()));
    }
  }

  void Refuse(const Replacement& replacement, Error error) {
    problems_.push_back(std::move(error.SetLocation(PlaceOf(text_, lines_before_, replacement.use.begin, file_))));
  }

  std::string Source(const Replacement& replacement) const {
    return std::string(text_.substr(replacement.use.begin, replacement.use.end - replacement.use.begin));
  }

  /// A variable outside all values is an error where it is a key, and left alone in a comment.
  void RefuseKey(const Replacement& replacement, const std::vector<doc::Document>& documents) {
    const int line = PlaceOf(text_, lines_before_, replacement.use.begin, file_).line;
    const std::string hidden = hidden_.Hidden(Source(replacement));
    for (const doc::Document& document : documents) {
      for (const auto& [pointer, key_line] : document.lines) {
        if (key_line != line)
          continue;
        const std::vector<std::string> tokens = TokensOf(pointer);
        if (tokens.empty() || tokens.back().find(hidden) == std::string::npos)
          continue;
        return Refuse(replacement, InvalidInput(Source(replacement) + " stands in a key; only values are substituted"));
      }
    }
  }

  /// What the scalar says once its variables have values. Empty where one can't be found, which a fold could do.
  std::optional<std::string> Decoded(const doc::Document& document, const doc::ScalarSpan& scalar,
                                     std::span<const Replacement> replacements) const {
    const doc::Json* value = At(document.value, scalar.pointer);
    if (value == nullptr || !value->is_string())
      return std::nullopt;
    std::string text = value->get<std::string>();
    std::size_t from = 0;
    for (const Replacement& replacement : replacements) {
      const std::string hidden = hidden_.Hidden(Source(replacement));
      const std::size_t at = text.find(hidden, from);
      if (at == std::string::npos)
        return std::nullopt;
      text.replace(at, hidden.size(), replacement.value);
      from = at + replacement.value.size();
    }
    return text;
  }

  /// The scalar's bytes with `encode(value)` in the place of each variable.
  template <typename Encode>
  std::string Spliced(std::size_t begin, std::size_t end, std::span<const Replacement> replacements,
                      Encode encode) const {
    std::string spliced;
    std::size_t done = begin;
    for (const Replacement& replacement : replacements) {
      spliced += text_.substr(done, replacement.use.begin - done);
      spliced += encode(replacement);
      done = replacement.use.end;
    }
    spliced += text_.substr(done, end - done);
    return spliced;
  }

  /// Whether each variable has a value; says which have none.
  bool HaveValues(std::span<const Replacement> replacements) {
    bool have_values = true;
    for (const Replacement& replacement : replacements) {
      for (const auto& [begin, error] : missing_) {
        if (begin != replacement.use.begin)
          continue;
        Refuse(replacement, error);
        have_values = false;
      }
    }
    return have_values;
  }

  /// Where a scalar that is no block goes over several lines, blanks at their edges and empty lines are folded away.
  static bool MayBeFoldedAway(std::string_view raw, std::span<const Replacement> replacements) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    return raw.find('\n') != std::string_view::npos &&
           std::any_of(replacements.begin(), replacements.end(), [&](const Replacement& each) {
             return each.value.empty() || is_blank(each.value.front()) || is_blank(each.value.back());
           });
  }

  std::string Render(const doc::Document& document, const doc::ScalarSpan& scalar,
                     std::span<const Replacement> replacements) {
    const std::size_t begin = scalar.begin;
    const std::size_t end = scalar.end;
    const std::string_view raw = text_.substr(begin, end - begin);
    if (!HaveValues(replacements))
      return std::string(raw);
    if (scalar.style == doc::ScalarStyle::kLiteral || scalar.style == doc::ScalarStyle::kFolded)
      return RenderBlock(begin, end, scalar.style, replacements);
    if (MayBeFoldedAway(raw, replacements))
      return Requoted(document, scalar, replacements);
    if (scalar.style == doc::ScalarStyle::kDoubleQuoted) {
      return Spliced(begin, end, replacements,
                     [](const Replacement& each) { return EscapedInDoubleQuotes(each.value); });
    }
    if (scalar.style == doc::ScalarStyle::kSingleQuoted) {
      const bool needs_escapes = std::any_of(replacements.begin(), replacements.end(),
                                             [](const Replacement& each) { return HasControlCharacters(each.value); });
      if (needs_escapes)
        return Requoted(document, scalar, replacements);
      return Spliced(begin, end, replacements,
                     [](const Replacement& each) { return EscapedInSingleQuotes(each.value); });
    }
    return RenderPlain(document, scalar, replacements);
  }

  std::string RenderPlain(const doc::Document& document, const doc::ScalarSpan& scalar,
                          std::span<const Replacement> replacements) {
    const Replacement& first = replacements.front();
    if (first.is_typed && first.use.begin == scalar.begin && first.use.end == scalar.end)
      return TypedAsYaml(first.value);
    std::string spliced =
        Spliced(scalar.begin, scalar.end, replacements, [](const Replacement& each) { return each.value; });
    const bool is_harmless = std::all_of(replacements.begin(), replacements.end(),
                                         [](const Replacement& each) { return IsHarmlessInPlain(each.value); });
    if (is_harmless && IsStringWhenPlain(spliced))
      return spliced;
    return Requoted(document, scalar, replacements);
  }

  std::string Requoted(const doc::Document& document, const doc::ScalarSpan& scalar,
                       std::span<const Replacement> replacements) {
    std::optional<std::string> decoded = Decoded(document, scalar, replacements);
    if (decoded)
      return DoubleQuoted(*decoded);
    Refuse(replacements.front(), InvalidInput("the value of " + Source(replacements.front()) + " can't stand here")
                                     .SetHint("write the scalar in double quotes on one line"));
    return {};
  }

  /// Block scalars have no escapes: in a literal one a line feed goes on at the block's indentation.
  std::string RenderBlock(std::size_t begin, std::size_t end, doc::ScalarStyle style,
                          std::span<const Replacement> replacements) {
    const std::string_view raw = text_.substr(begin, end - begin);
    const std::string_view header = raw.substr(0, raw.find('\n'));
    const bool may_continue =
        style == doc::ScalarStyle::kLiteral && header.find_first_of("123456789") == std::string_view::npos;
    const std::size_t first = raw.find_first_not_of(" \r\n", header.size());
    const std::size_t indentation = first == std::string_view::npos ? 0 : first - raw.rfind('\n', first) - 1;
    return Spliced(begin, end, replacements, [&](const Replacement& each) -> std::string {
      std::string value;
      for (const char c : each.value) {
        value += c;
        if (c == '\n')
          value.append(indentation, ' ');
      }
      std::string_view checked = each.value;
      std::string on_one_line;
      if (may_continue && !checked.ends_with('\n')) {
        on_one_line = checked;
        std::erase(on_one_line, '\n');
        checked = on_one_line;
      }
      if (HasControlCharacters(checked) || ShiftsLine(each)) {
        Refuse(each, InvalidInput("the value of " + Source(each) + " can't stand in a block scalar")
                         .SetHint("write the scalar in double quotes"));
      }
      return value;
    });
  }

  /// At the start of a line a space would count as indentation and a tab keep a folded line from being folded; a line
  /// with nothing else would lose its indentation.
  bool ShiftsLine(const Replacement& replacement) const {
    const std::size_t line_begin = text_.rfind('\n', replacement.use.begin) + 1;
    const std::string_view before = text_.substr(line_begin, replacement.use.begin - line_begin);
    if (before.find_first_not_of(' ') != std::string_view::npos)
      return false;
    const std::string_view after = text_.substr(replacement.use.end, 1);
    const std::string_view first = replacement.value.empty() ? after : std::string_view(replacement.value).substr(0, 1);
    return first.empty() || std::string_view(" \t\n\r").find(first.front()) != std::string_view::npos;
  }

  std::string_view text_;
  int lines_before_;
  const std::string& file_;
  std::vector<Error>& problems_;
  HiddenPart hidden_;
  std::vector<Replacement> replacements_;
  std::vector<std::pair<std::size_t, Error>> missing_;
};

}  // namespace

std::string Substitute(std::string_view text, const std::string& file, const Variables& variables, Escapes escapes,
                       std::vector<Error>& problems) {
  if (Result<void> encoding = CheckEncoding(text, file); !encoding) {
    problems.push_back(std::move(encoding.error()));
    return std::string(text);
  }
  const std::vector<VariableUse> uses = FindVariables(text);
  const bool is_work = std::any_of(uses.begin(), uses.end(), [&](const VariableUse& use) {
    return !use.is_escaped || escapes == Escapes::kResolve;
  });
  if (!is_work)
    return std::string(text);
  std::string result;
  std::size_t counted = 0;
  int lines = 0;
  auto next = uses.begin();
  for (const TextPart part : SplitIntoParts(text)) {
    std::vector<VariableUse> own;
    for (; next != uses.end() && next->begin < part.end; ++next) {
      own.push_back(*next);
      own.back().begin -= part.begin;
      own.back().end -= part.begin;
    }
    const std::string_view part_text = text.substr(part.begin, part.end - part.begin);
    if (own.empty()) {
      result += part_text;
      continue;
    }
    lines += LinesBefore(text.substr(counted), part.begin - counted);
    counted = part.begin;
    result += PartSubstitution(part_text, lines, file, problems).Run(own, variables, escapes);
  }
  return result;
}

Result<std::string> Substitute(std::string_view text, const std::string& file, const Variables& variables,
                               Escapes escapes) {
  std::vector<Error> problems;
  std::string result = Substitute(text, file, variables, escapes, problems);
  if (!problems.empty())
    return Combine(std::move(problems));
  return result;
}

}  // namespace kontrakt::manifest
