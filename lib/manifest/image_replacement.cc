#include <algorithm>
#include <unordered_map>
#include <utility>

#include "lib/manifest/image_rules.h"
#include "lib/manifest/images.h"
#include "lib/manifest/load.h"
#include "lib/manifest/scalar_text.h"
#include "lib/manifest/text_part.h"
#include "lib/oci/reference.h"

namespace kontrakt::manifest {
namespace {

constexpr std::string_view kKey = "image";

/// Whether what stands behind a key `image` may be an image that a rule concerns. Anything but a plain or quoted scalar
/// on the key's own line is for the parser to tell.
bool MayBeConcerned(std::string_view behind_key, const ImageRules& rules) {
  const auto skip = [&](std::string_view characters) {
    behind_key.remove_prefix(std::min(behind_key.find_first_not_of(characters), behind_key.size()));
  };
  if (!behind_key.empty() && (behind_key.front() == '"' || behind_key.front() == '\''))
    behind_key.remove_prefix(1);
  skip(" \t");
  if (!behind_key.starts_with(':'))
    return false;
  behind_key.remove_prefix(1);
  skip(" \t");
  if (behind_key.empty() || std::string_view("&!*|>#\r\n{[").find(behind_key.front()) != std::string_view::npos)
    return true;
  if (behind_key.front() == '"' || behind_key.front() == '\'')
    behind_key.remove_prefix(1);
  const std::string image(behind_key.substr(0, behind_key.find_first_of("\"' \t\r\n,}]")));
  if (rules.resolve || IsSourceReference(image) || image.find('\\') != std::string::npos)
    return true;
  if (rules.set.empty() && rules.map.empty())
    return false;
  std::vector<bool> used;
  const Result<std::optional<std::string>> replacement = ReplacementFor(image, rules, used);
  return !replacement || replacement->has_value();
}

/// Offsets of keys whose values a rule may concern, one a document is enough.
std::vector<std::size_t> FindConcerned(std::string_view text, const ImageRules& rules) {
  std::vector<std::size_t> offsets;
  for (std::size_t at = FindText(text, kKey); at != std::string_view::npos;
       at = FindText(text, kKey, at + kKey.size())) {
    if (MayBeConcerned(text.substr(at + kKey.size()), rules))
      offsets.push_back(at);
  }
  return offsets;
}

/// The error with its place in front of the contexts that a registry gave it.
Error Located(const Error& error, FileLine place) {
  Error located(error.code(), error.ToString());
  if (error.hint())
    located.SetHint(*error.hint());
  if (error.http_status())
    located.SetHttpStatus(*error.http_status());
  located.SetReason(error.reason());
  return located.SetLocation(std::move(place));
}

struct Edit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// Replaces in one document's text. Offsets are those in that text.
class PartReplacement {
 public:
  PartReplacement(std::string_view text, const std::string& file, const ImageRules& rules, std::vector<bool>& used,
                  std::vector<Error>& problems)
      : text_(text), file_(file), rules_(rules), used_(used), problems_(problems) {}

  std::vector<Edit> Run(int lines_before) {
    Result<std::vector<doc::Document>> documents = ParsePart(text_, lines_before, file_);
    if (!documents) {
      problems_.push_back(std::move(documents.error()));
      return {};
    }
    for (const doc::Document& document : *documents)
      VisitDocument(document);
    std::sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    // Where aliases repeat a container or an image, it stands once in the text.
    const auto same = [](const Edit& a, const Edit& b) { return a.begin == b.begin; };
    edits_.erase(std::unique(edits_.begin(), edits_.end(), same), edits_.end());
    return std::move(edits_);
  }

 private:
  void VisitDocument(const doc::Document& document) {
    const std::vector<ImageField> images = FindImages(document.value, rules_.any_key);
    if (images.empty())
      return;
    std::unordered_map<std::string_view, const doc::ScalarSpan*> spans;
    for (const doc::ScalarSpan& span : document.scalars)
      spans.emplace(span.pointer, &span);
    for (const ImageField& field : images) {
      const auto found = spans.find(field.pointer);
      const doc::ScalarSpan* span = found == spans.end() ? document.SpanOf(field.pointer) : found->second;
      FileLine place{file_, span != nullptr ? span->line : document.LineOf(field.pointer),
                     span != nullptr ? span->column : 0};
      Result<std::string> image = NewImage(field.image);
      if (!image) {
        problems_.push_back(Located(image.error(), std::move(place)));
      } else if (*image != field.image && span == nullptr) {
        problems_.push_back(InvalidInput("the image " + field.image + " is not written out, and would become " + *image)
                                .SetLocation(std::move(place))
                                .SetHint("write the image out where it is used"));
      } else if (*image != field.image) {
        edits_.push_back({span->begin, span->end, Written(*span, field.image, *image)});
      }
    }
  }

  Result<std::string> NewImage(const std::string& image) {
    KT_ASSIGN(const std::optional<std::string> replacement, ReplacementFor(image, rules_, used_));
    std::string result = replacement.value_or(image);
    if (!rules_.resolve)
      return result;
    KT_ASSIGN(const oci::Reference reference, oci::Reference::Parse(result));
    if (!reference.digest.empty())
      return result;
    KT_ASSIGN(const std::string digest, rules_.resolve(result));
    return result + "@" + digest;
  }

  /// The scalar with another image in it, in its own style where that can say it.
  std::string Written(const doc::ScalarSpan& span, const std::string& before, const std::string& after) const {
    std::string raw(text_.substr(span.begin, span.end - span.begin));
    const std::size_t at = raw.find(before);
    const bool is_plain = span.style == doc::ScalarStyle::kPlain;
    if (at == std::string::npos || (is_plain && !IsStringWhenPlain(after)))
      return DoubleQuoted(after);
    return raw.replace(at, before.size(), after);
  }

  std::string_view text_;
  const std::string& file_;
  const ImageRules& rules_;
  std::vector<bool>& used_;
  std::vector<Error>& problems_;
  std::vector<Edit> edits_;
};

}  // namespace

ImageReplacement ReplaceImages(std::string_view text, const std::string& file, const ImageRules& rules,
                               std::vector<Error>& problems) {
  ImageReplacement result;
  result.rules_used.resize(rules.set.size());
  const std::vector<std::size_t> concerned = FindConcerned(text, rules);
  auto next = concerned.begin();
  std::size_t done = 0;
  std::size_t counted = 0;
  int lines = 0;
  if (!concerned.empty()) {
    for (const TextPart part : SplitIntoParts(text)) {
      const auto first = next;
      while (next != concerned.end() && *next < part.end)
        ++next;
      if (first == next)
        continue;
      lines += LinesBefore(text.substr(counted), part.begin - counted);
      counted = part.begin;
      PartReplacement replacement(text.substr(part.begin, part.end - part.begin), file, rules, result.rules_used,
                                  problems);
      for (const Edit& edit : replacement.Run(lines)) {
        result.text += text.substr(done, part.begin + edit.begin - done);
        result.text += edit.text;
        done = part.begin + edit.end;
        ++result.replaced;
      }
    }
  }
  result.text += text.substr(done);
  return result;
}

Result<ImageReplacement> ReplaceImages(std::string_view text, const std::string& file, const ImageRules& rules) {
  std::vector<Error> problems;
  ImageReplacement result = ReplaceImages(text, file, rules, problems);
  if (!problems.empty())
    return Combine(std::move(problems));
  return result;
}

}  // namespace kontrakt::manifest
