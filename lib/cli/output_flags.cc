#include "lib/cli/output_flags.h"

#include "lib/cli/command.h"
#include "lib/cli/option_set.h"

namespace kontrakt::cli {

void OutputFlags::AddTo(OptionSet& set, const CommandText& text) {
  const auto group = set.Group("Common flags");
  timeout = text.timeout;
  if (timeout) {
    set.Add("timeout", "give up after this long", &timeout).Value("DURATION");
  }
  if (text.prints_report) {
    Option output = set.Add("output", "how the result is printed", &format).Short('o');
    output.Value(text.prints_names ? "text|json|yaml|name" : "text|json|yaml");
  } else {
    set.Add("output", "json: with --help, print the declarations", &format).Short('o').NoEnv().Hidden();
  }
  set.Add("verbose", "say more about what is done", &verbose).Short('v');
  set.Add("quiet", "say nothing but warnings, errors and the result", &quiet).Short('q');
  set.Add("log-format", "how progress and errors are written to standard error", &log_format);
  if (set.HasResultFiles()) {
    set.Add("result-limit", "bytes that files below /tekton/ may hold together", &result_limit).Value("BYTES");
  }
  set.Add("termination-log", "gets the reason of a failure in one line, if it is there", &termination_log)
      .Value("FILE")
      .Hidden();
  set.Add("help", "show this", &help).Short('h').NoEnv();
  set.Add("version", "show the versions of Kontrakt and of its libraries", &version).NoEnv();
}

Result<void> OutputFlags::Check(const CommandText& text) const {
  if (quiet && verbose) {
    return Usage("--quiet and --verbose contradict each other");
  }
  if (result_limit < 0) {
    return Usage("--result-limit: " + std::to_string(result_limit) + " is less than nothing");
  }
  if (help || version) {
    if (format == Format::kYaml || format == Format::kName) {
      return Usage("--output: help and version come as text or json");
    }
    return {};
  }
  if (format == Format::kName && !text.prints_names) {
    return Usage("--output: this command prints no names; use text, json or yaml");
  }
  if (format != Format::kText && !text.prints_report) {
    return Usage("--output: this command prints no report");
  }
  return {};
}

}  // namespace kontrakt::cli
