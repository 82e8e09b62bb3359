#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"

namespace kontrakt::doc {

enum class ScalarStyle : unsigned char { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

/// Where one scalar value stands in its file. Keys, nulls and aliases are not listed.
struct ScalarSpan {
  std::string pointer;    ///< JSON pointer within the document (RFC 6901)
  std::size_t begin = 0;  ///< byte offset of the scalar's first byte, quotes included, tag and anchor excluded
  std::size_t end = 0;    ///< one past its last byte; a block scalar ends before the line feed of its last line of text
  int line = 0;           ///< from 1
  int column = 0;         ///< from 1, in bytes
  ScalarStyle style = ScalarStyle::kPlain;
};

/// One document of a file.
struct Document {
  Json value;
  int line = 0;                                    ///< of its first node, from 1
  std::vector<ScalarSpan> scalars;                 ///< values, in file order
  std::vector<std::pair<std::string, int>> lines;  ///< pointer of each field or list item → its line, in file order
  /// What has its text elsewhere: pointer of an alias, or of a field that `<<` brought in → pointer of what it copies.
  std::vector<std::pair<std::string, std::string>> aliases;

  /// The line of the deepest field or item on the way to `pointer` that has one.
  int LineOf(std::string_view pointer) const;
  /// The scalar whose bytes give the value at `pointer`, through aliases; nullptr where there is none.
  const ScalarSpan* SpanOf(std::string_view pointer) const;
};

struct YamlOptions {
  std::size_t document_limit = 100'000;  ///< documents in one file
  std::size_t alias_limit = 1'000'000;   ///< nodes that aliases may expand to: the billion-laughs bound
  int depth_limit = 256;
};

/// Reads a YAML or JSON stream as go-yaml v2 would (YAML 1.1 booleans, octal, merge keys: of a key that stands in a map
/// and in its `<<`, the later wins), so that values reach the server as kubectl would send them. Empty and null
/// documents are left out; only `---` separates. JSON is YAML, also several objects in a row.
///
/// kInvalidInput with file:line:column for a syntax error, a tab as indentation, a duplicate key, NUL, invalid UTF-8,
/// another control character, a BOM other than UTF-8's (UTF-16 is named), `.inf`/`.nan`, and what exceeds a limit. A
/// UTF-8 BOM is skipped.
Result<std::vector<Document>> ParseYaml(std::string_view text, const std::string& file,
                                        const YamlOptions& options = {});

/// How go-yaml v2 would type a plain scalar: true, 12, 1.5, null … or the string itself (also for `.inf` and `.nan`,
/// which JSON cannot hold).
Json TypedScalar(std::string_view plain);
/// Whether a plain scalar of this text, on one line and in any place of a document, is read as this string again.
bool IsPlainString(std::string_view text);

/// Prints block-style YAML for people and for -o yaml; strings that would read as another type are quoted.
std::string ToYaml(const Json& value);

}  // namespace kontrakt::doc
