#pragma once

#include <string>

#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::cli {

/// What --version shows: this program's version and commit, and the libraries that it runs with.
class VersionReport {
 public:
  explicit VersionReport(std::string program) : program_(std::move(program)) {}
  std::string ToText(const TextStyle& style) const;
  doc::Json ToJson() const;

 private:
  std::string program_;
};

/// "kontrakt-apply/0.1.0 (0123456789ab)": what servers see in the User-Agent header.
std::string UserAgent(const std::string& program);

}  // namespace kontrakt::cli
