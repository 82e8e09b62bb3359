#include "lib/doc/yaml.h"

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "lib/doc/yaml_builder.h"
#include "lib/doc/yaml_text.h"

namespace kontrakt::doc {
namespace {

/// Lets yaml-cpp read the text where it lies.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // never written to: there is no put area
    setg(begin, begin, begin + text.size());
  }
};

/// Leaves yaml-cpp's parser, which knows no other way to be stopped.
struct Refusal {
  Error error;
};

class Events : public YAML::EventHandler {
 public:
  explicit Events(YamlBuilder& builder) : builder_(builder) {}

  void OnDocumentStart(const YAML::Mark& mark) override { Check(builder_.BeginDocument(OffsetOf(mark))); }
  void OnDocumentEnd() override { builder_.EndDocument(); }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Check(builder_.Null({OffsetOf(mark), anchor}));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Check(builder_.Alias(OffsetOf(mark), anchor));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Check(builder_.Scalar({OffsetOf(mark), anchor}, tag, value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    Check(builder_.BeginList({OffsetOf(mark), anchor}, FlowOf(style)));
  }
  void OnSequenceEnd() override { Check(builder_.End()); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    Check(builder_.BeginMap({OffsetOf(mark), anchor}, FlowOf(style)));
  }
  void OnMapEnd() override { Check(builder_.End()); }

 private:
  static std::size_t OffsetOf(const YAML::Mark& mark) { return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos); }
  static Flow FlowOf(YAML::EmitterStyle::value style) {
    return style == YAML::EmitterStyle::Block ? Flow::kNo : Flow::kYes;
  }
  static void Check(Result<void> result) {
    if (!result)
      throw Refusal{std::move(result.error())};
  }

  YamlBuilder& builder_;
};

struct Wording {
  std::string_view theirs;
  std::string_view message;
  std::string_view hint;
};
constexpr std::string_view kIndentationHint = "check the indentation, or quote a text that holds ': ' or ' #'";
constexpr std::array<Wording, 11> kWordings{{
    {"illegal map value", "a ':' may not stand here", kIndentationHint},
    {"illegal map key", "a '?' may not stand here", "quote a text that begins with '? '"},
    {"illegal block entry", "a '- ' may not stand here", kIndentationHint},
    {"illegal flow end", "a bracket closes what was not opened", ""},
    {"illegal EOF in scalar", "a quote is never closed", ""},
    {"illegal tab when looking for indentation", "a tab is used as indentation", "YAML is indented with spaces only"},
    {"end of map not found", "this does not belong to the map above", kIndentationHint},
    {"end of sequence not found", "this does not belong to the list above", kIndentationHint},
    {"end of map flow not found", "a '{' is never closed, or a ',' is missing", ""},
    {"end of sequence flow not found", "a '[' is never closed, or a ',' is missing", ""},
    {"unknown token", "no text may begin with this character", "quote the text"},
}};

Error SyntaxError(const YamlText& text, const YAML::Exception& exception) {
  const std::size_t offset = exception.mark.pos < 0 ? 0 : static_cast<std::size_t>(exception.mark.pos);
  for (const Wording& wording : kWordings) {
    if (exception.msg != wording.theirs)
      continue;
    // A tab before the place is the likelier reason for most of these.
    if (const std::size_t tab = text.TabBefore(offset); tab != std::string::npos) {
      return text.ErrorAt(tab, "a tab is used as indentation").SetHint("YAML is indented with spaces only");
    }
    Error error = text.ErrorAt(offset, std::string(wording.message));
    if (!wording.hint.empty())
      error.SetHint(std::string(wording.hint));
    return error;
  }
  return text.ErrorAt(offset, exception.msg.empty() ? "no YAML" : exception.msg);
}

bool IsPrefix(std::string_view prefix, std::string_view pointer) {
  return pointer.starts_with(prefix) && (pointer.size() == prefix.size() || pointer[prefix.size()] == '/');
}

}  // namespace

int Document::LineOf(std::string_view pointer) const {
  std::size_t longest = 0;
  int found = line;
  for (const auto& [field, at] : lines) {
    if (field.size() < longest || !IsPrefix(field, pointer))
      continue;
    longest = field.size();
    found = at;
  }
  return found;
}

const ScalarSpan* Document::SpanOf(std::string_view pointer) const {
  constexpr int kMostSteps = 64;
  std::string at(pointer);
  for (int i = 0; i < kMostSteps; ++i) {
    for (const ScalarSpan& scalar : scalars) {
      if (scalar.pointer == at)
        return &scalar;
    }
    // The last one counts: a later `<<` overrides an earlier one.
    const auto alias =
        std::find_if(aliases.rbegin(), aliases.rend(), [&](const auto& entry) { return IsPrefix(entry.first, at); });
    if (alias == aliases.rend())
      return nullptr;
    at = alias->second + at.substr(alias->first.size());
  }
  return nullptr;
}

Result<std::vector<Document>> ParseYaml(std::string_view text, const std::string& file, const YamlOptions& options) {
  KT_ASSIGN(const YamlText readable, YamlText::Create(text, file));
  YamlBuilder builder(readable, options);
  Events events(builder);
  TextBuffer buffer(readable.readable());
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(events)) {
    }
  } catch (Refusal& refusal) {
    return std::move(refusal.error);
  } catch (const YAML::Exception& exception) {
    return SyntaxError(readable, exception);
  }
  return builder.TakeDocuments();
}

}  // namespace kontrakt::doc
