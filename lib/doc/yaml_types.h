#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/doc/json.h"

namespace kontrakt::doc {

/// What go-yaml v2 takes a plain scalar for.
enum class PlainKind : unsigned char { kNull, kBoolean, kInteger, kFloat, kInfinite, kMerge, kString };

struct PlainScalar {
  PlainKind kind = PlainKind::kString;
  Json value;  ///< the text itself for kInfinite, kMerge and kString
};

/// The rules of go-yaml v2.4's resolve.go (YAML 1.1 with its own exceptions: no sexagesimal numbers, dates stay
/// strings).
PlainScalar ResolvePlain(std::string_view text);

/// The value of a scalar with an explicit tag of YAML's core schema ("tag:yaml.org,2002:int" …); any other tag yields a
/// string. kInvalidInput, without a location, when the text is not of the tag's type.
Result<Json> ResolveTagged(std::string_view tag, std::string_view text);

/// The text of a map key, as Kubernetes' conversion of YAML to JSON writes it. kInvalidInput for null.
Result<std::string> KeyText(const PlainScalar& key);

}  // namespace kontrakt::doc
