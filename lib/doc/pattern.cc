#include "lib/doc/pattern.h"

#include <utility>

#include <re2/re2.h>

namespace kontrakt::doc {
namespace {

re2::StringPiece Piece(std::string_view text) {
  return {text.data(), text.size()};
}

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct Pattern::Compiled {
  explicit Compiled(std::string_view text) : expression(Piece(text), Quiet()) {}
  RE2 expression;
};

Pattern::Pattern(std::string text, std::shared_ptr<const Compiled> compiled)
    : text_(std::move(text)), compiled_(std::move(compiled)) {}

Result<Pattern> Pattern::Parse(std::string_view text) {
  auto compiled = std::make_shared<const Compiled>(text);
  if (!compiled->expression.ok()) {
    return InvalidInput("'" + std::string(text) + "' is no regular expression: " + compiled->expression.error());
  }
  return Pattern(std::string(text), std::move(compiled));
}

bool Pattern::Matches(std::string_view text) const {
  return RE2::PartialMatch(Piece(text), compiled_->expression);
}

}  // namespace kontrakt::doc
