#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/strings.h"
#include "lib/manifest/folder.h"

namespace kontrakt::manifest {
namespace {

constexpr std::string_view kWord = "kontrakt";
constexpr std::size_t kLongestLabel = 63;

/// The runs of letters and digits in one path element, in lower case, without the word itself.
std::vector<std::string> WordsOf(std::string_view element) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && word != kWord)
      words.push_back(word);
    word.clear();
  };
  for (const char c : ToLower(element)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word += c;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

/// Names that are too long keep their beginning and end in a hash of the whole, so that two of them stay apart.
std::string Shortened(const std::string& name) {
  constexpr std::size_t kHexDigits = 8;
  if (name.size() <= kLongestLabel)
    return name;
  std::string kept = name.substr(0, kLongestLabel - kHexDigits - 1);
  while (kept.ends_with('-'))
    kept.pop_back();
  return kept + "-" + std::string(Digest::Of(name).hex().substr(0, kHexDigits));
}

}  // namespace

std::string NameOfFolder(const std::string& relative) {
  std::vector<std::string> elements;
  for (const std::string& element : Split(relative, '/')) {
    if (!element.empty() && element != ".")
      elements.push_back(element);
  }
  constexpr std::size_t kOutside = 2;  // path elements that name a folder outside the root
  if (relative.starts_with('/') && elements.size() > kOutside) {
    elements.erase(elements.begin(), elements.end() - kOutside);
  }
  std::vector<std::string> words;
  for (const std::string& element : elements) {
    for (std::string& word : WordsOf(element))
      words.push_back(std::move(word));
  }
  if (words.empty())
    return std::string(kWord);
  return Shortened(Join(words, "-"));
}

}  // namespace kontrakt::manifest
