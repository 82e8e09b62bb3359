#pragma once

#include <nlohmann/json_fwd.hpp>

namespace kontrakt::doc {

/// JSON as we build, edit and print it: keys keep their order.
using Json = nlohmann::ordered_json;

}  // namespace kontrakt::doc
