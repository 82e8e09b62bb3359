#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"

namespace kontrakt {

/// One program to run, without a shell.
struct Subprocess {
  std::string program;            ///< a path, or a name looked up on the PATH of `environment`, absolute folders only
  std::vector<std::string> args;  ///< without argv[0]
  std::map<std::string, std::string> environment;  ///< whole environment of the child
  std::string input;                               ///< given on standard input, which is then closed
  bool inherit_input = false;         ///< the child reads our standard input, in our process group, instead of `input`
  bool capture_error_output = false;  ///< the first 64 KiB of standard error go to `error_output`, not to ours
  std::size_t output_limit = std::size_t{1} << 20;  ///< bytes of standard output; more is kInvalidInput
};

struct SubprocessResult {
  int status = 0;      ///< exit status, 128 + signal when killed
  std::string output;  ///< standard output; standard error passes through to ours unless captured
  std::string error_output;
};

/// Runs it to its end, in a process group of its own; kills that (SIGTERM, then SIGKILL after a second) when the bound
/// ends or the output exceeds its limit. Does not wait for what the program leaves running in the background.
/// kNotFound: no such program; kDenied: not executable; kTimeout, kCancelled by the bound.
Result<SubprocessResult> RunSubprocess(const Subprocess& subprocess, const Bound& bound);

}  // namespace kontrakt
