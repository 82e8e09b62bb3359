#include "lib/manifest/pointer.h"

#include <charconv>
#include <cstddef>
#include <utility>

#include "lib/doc/json.h"

namespace kontrakt::manifest {
namespace {

std::string Unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      text += token[++i] == '0' ? '~' : '/';
    } else {
      text += token[i];
    }
  }
  return text;
}

}  // namespace

std::string PointerTo(std::string_view pointer, std::string_view token) {
  std::string longer(pointer);
  longer += '/';
  for (const char c : token) {
    if (c == '~') {
      longer += "~0";
    } else if (c == '/') {
      longer += "~1";
    } else {
      longer += c;
    }
  }
  return longer;
}

std::string PointerTo(std::string_view pointer, std::size_t index) {
  return PointerTo(pointer, std::to_string(index));
}

std::vector<std::string> TokensOf(std::string_view pointer) {
  std::vector<std::string> tokens;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    tokens.push_back(Unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return tokens;
}

const doc::Json* ElementAt(const doc::Json& list, std::string_view index) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), number);
  if (error != std::errc() || end != index.data() + index.size() || number >= list.size())
    return nullptr;
  return &list[number];
}

const doc::Json* At(const doc::Json& value, std::string_view pointer) {
  const doc::Json* at = &value;
  for (const std::string& token : TokensOf(pointer)) {
    if (at->is_array()) {
      at = ElementAt(*at, token);
    } else {
      at = doc::Find(*at, {token});
    }
    if (at == nullptr)
      return nullptr;
  }
  return at;
}

}  // namespace kontrakt::manifest
