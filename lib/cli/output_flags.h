#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/result.h"

namespace kontrakt::cli {

class OptionSet;
struct CommandText;

enum class Format : std::uint8_t { kText, kJson, kYaml, kName };
constexpr std::array<std::pair<std::string_view, Format>, 4> ValueNames(Format) {
  return {{{"text", Format::kText}, {"json", Format::kJson}, {"yaml", Format::kYaml}, {"name", Format::kName}}};
}

enum class LogFormat : std::uint8_t { kText, kJson };
constexpr std::array<std::pair<std::string_view, LogFormat>, 2> ValueNames(LogFormat) {
  return {{{"text", LogFormat::kText}, {"json", LogFormat::kJson}}};
}

/// Flags that every command has; cli::Main adds them, commands don't.
struct OutputFlags {
  Format format = Format::kText;
  LogFormat log_format = LogFormat::kText;
  bool verbose = false;
  bool quiet = false;
  bool help = false;
  bool version = false;
  std::optional<std::chrono::milliseconds> timeout;  ///< nullopt: the command has none
  int result_limit = 4096;                           ///< bytes of all results of a step below /tekton/
  std::string termination_log = "/dev/termination-log";

  /// Called after the command's own flags. Which flags there are depends on what the command says about itself.
  void AddTo(OptionSet& set, const CommandText& text);
  /// kUsage for flags that contradict each other, or a format that the command does not have.
  Result<void> Check(const CommandText& text) const;
};

}  // namespace kontrakt::cli
