#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/yaml.h"

namespace kontrakt::manifest {

/// string_view::find by memmem, which is several times as fast where the first character is frequent.
std::size_t FindText(std::string_view text, std::string_view wanted, std::size_t from = 0);

/// One document of a stream as text, with the "---" line that opens it.
struct TextPart {
  std::size_t begin = 0;  ///< byte offset
  std::size_t end = 0;
};

/// Splits a YAML stream where documents begin, so that only those of interest need parsing: a "---" at the start of a
/// line begins a document even within a scalar (YAML 1.2 §9.1.2). One part where directives reach over documents, and
/// for JSON. The parts cover the text.
std::vector<TextPart> SplitIntoParts(std::string_view text);

/// How many lines end before `offset`.
int LinesBefore(std::string_view text, std::size_t offset);

/// Parses one part, before which `lines_before` lines end. Lines of documents and errors are those in the whole file,
/// offsets of scalars those in the part.
Result<std::vector<doc::Document>> ParsePart(std::string_view part, int lines_before, const std::string& file);

/// The place of an offset in a part, line and column from 1, columns in bytes.
FileLine PlaceOf(std::string_view part, int lines_before, std::size_t offset, const std::string& file);

/// kInvalidInput, as the parser says it, for a text that can't be scanned as bytes because it is UTF-16 or UTF-32.
Result<void> CheckEncoding(std::string_view text, const std::string& file);

}  // namespace kontrakt::manifest
