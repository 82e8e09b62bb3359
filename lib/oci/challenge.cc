#include "lib/oci/challenge.h"

#include <algorithm>

#include "lib/base/strings.h"

namespace kontrakt::oci {
namespace {

/// RFC 9110 §5.6.2 token characters.
bool IsTokenChar(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
    return true;
  }
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Walks one header byte by byte. The grammar is ambiguous at a comma (next parameter or next challenge): what follows
/// is a parameter only if an equals sign comes after its first word.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void Run(std::vector<Challenge>& out) {
    while (SkipSeparators()) {
      const std::string word = Token();
      if (word.empty()) {
        ++position_;  // no token character: resynchronise at the next
        continue;
      }
      const std::size_t after_word = position_;
      SkipSpaces();
      if (Peek() == '=' && !out.empty() && started_) {
        ++position_;
        SkipSpaces();
        out.back().parameters.emplace_back(ToLower(word), Value());
        continue;
      }
      position_ = after_word;
      out.push_back({ToLower(word), {}});
      started_ = true;
      SkipToken68();
    }
  }

 private:
  char Peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  void SkipSpaces() {
    while (Peek() == ' ' || Peek() == '\t') {
      ++position_;
    }
  }

  bool SkipSeparators() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == ',') {
      ++position_;
    }
    return position_ < text_.size();
  }

  std::string Token() {
    const std::size_t start = position_;
    while (position_ < text_.size() && IsTokenChar(text_[position_])) {
      ++position_;
    }
    return std::string(text_.substr(start, position_ - start));
  }

  std::string Value() {
    if (Peek() != '"') {
      // Some registries send bare URLs here, which are no tokens: take all up to the comma.
      const std::size_t start = position_;
      while (position_ < text_.size() && text_[position_] != ',' && text_[position_] != ' ') {
        ++position_;
      }
      return std::string(text_.substr(start, position_ - start));
    }
    ++position_;
    std::string value;
    while (position_ < text_.size() && text_[position_] != '"') {
      if (text_[position_] == '\\' && position_ + 1 < text_.size()) {
        ++position_;
      }
      value += text_[position_++];
    }
    if (position_ < text_.size()) {
      ++position_;
    }
    return value;
  }

  /// Credentials-like data after a scheme ("Negotiate YII="): one word that is followed by a comma or the end.
  void SkipToken68() {
    const std::size_t before = position_;
    SkipSpaces();
    while (position_ < text_.size() && (IsTokenChar(text_[position_]) || text_[position_] == '/')) {
      ++position_;
    }
    while (Peek() == '=') {
      ++position_;
    }
    SkipSpaces();
    if (position_ < text_.size() && text_[position_] != ',') {
      position_ = before;
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
  bool started_ = false;
};

}  // namespace

std::string Challenge::Get(std::string_view key) const {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& parameter) { return parameter.first == key; });
  return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> ParseChallenges(const std::vector<std::string>& headers) {
  std::vector<Challenge> challenges;
  for (const std::string& header : headers) {
    Scanner(header).Run(challenges);
  }
  return challenges;
}

}  // namespace kontrakt::oci
