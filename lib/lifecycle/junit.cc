#include <algorithm>

#include <fmt/format.h>

#include "lib/base/redact.h"
#include "lib/lifecycle/assert.h"

namespace kontrakt {
namespace {

/// XML 1.0's characters only (§2.2: control characters can't stand in it at all, not even as references), escaped so
/// that an attribute keeps its line feeds.
std::string Escape(std::string_view text) {
  std::string escaped;
  const std::string clean = StripControl(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    // U+FFFE and U+FFFF.
    if (c == '\xEF' && i + 2 < clean.size() && clean[i + 1] == '\xBF' &&
        static_cast<unsigned char>(clean[i + 2]) >= 0xBE) {
      i += 2;
      continue;
    }
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Details(const Check& check) {
  std::string text = check.message + "\n";
  for (const AssertedField& field : check.fields)
    text += field.path + ": wanted " + field.wanted + ", found " + field.found + "\n";
  for (const std::string& line : check.last_log_lines)
    text += "| " + line + "\n";
  return text;
}

std::string Problem(CheckResult result, const std::string& type, const std::string& message,
                    const std::string& details) {
  const char* const element = result == CheckResult::kFailed ? "failure" : "error";
  return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", element, Escape(message),
                     Escape(type.empty() ? std::string(NameOf(result)) : type), Escape(details));
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;

  void Add(CheckResult result) {
    ++tests;
    failures += result == CheckResult::kFailed ? 1 : 0;
    errors += result == CheckResult::kLost || result == CheckResult::kUndecided ? 1 : 0;
  }
  Counts& operator+=(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    return *this;
  }
  std::string ToAttributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", tests, failures, errors);
  }
};

std::string TestCase(const std::string& kontrakt, const Check& check) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
                                 Escape("kontrakt." + kontrakt), Escape(check.name), check.duration.count());
  if (!check.location.file.empty())
    text += " file=\"" + Escape(check.location.file) + "\"";
  if (check.location.line > 0)
    text += " line=\"" + std::to_string(check.location.line) + "\"";
  if (check.result == CheckResult::kPassed)
    return text + "/>\n";
  text += ">\n";
  if (check.result == CheckResult::kNote) {
    text += "      <system-out>" + Escape(check.message) + "</system-out>\n";
  } else {
    text += Problem(check.result, check.cause, check.message, Details(check));
  }
  return text + "    </testcase>\n";
}

/// What no check says: a kontrakt that was never applied, or a verdict that was there before.
bool NeedsOwnCase(const AssertedKontrakt& kontrakt) {
  return kontrakt.checks.empty() || std::none_of(kontrakt.checks.begin(), kontrakt.checks.end(),
                                                 [&](const Check& check) { return check.result == kontrakt.result; });
}

std::string Suite(const AssertedKontrakt& kontrakt, Counts& total) {
  Counts counts;
  std::string cases;
  for (const Check& check : kontrakt.checks) {
    counts.Add(check.result);
    cases += TestCase(kontrakt.name, check);
  }
  if (NeedsOwnCase(kontrakt)) {
    Check verdict;
    verdict.name = "verdict";
    verdict.result = kontrakt.result;
    verdict.message = kontrakt.reason;
    counts.Add(verdict.result);
    cases += TestCase(kontrakt.name, verdict);
  }
  total += counts;
  return fmt::format("  <testsuite name=\"{}\" {} time=\"{:.3f}\">\n{}  </testsuite>\n", Escape(kontrakt.name),
                     counts.ToAttributes(), static_cast<double>(kontrakt.duration.count()) / 1000, cases);
}

}  // namespace

std::string AssertReport::ToJunit() const {
  Counts total;
  std::string suites;
  for (const AssertedKontrakt& kontrakt : kontrakts)
    suites += Suite(kontrakt, total);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kontrakt\" " + total.ToAttributes() + ">\n" +
         suites + "</testsuites>\n";
}

}  // namespace kontrakt
