#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lib/base/result.h"

namespace kontrakt::cli {

/// What kind of value a flag takes; tells help, documents and completion what to say.
enum class OptionKind : std::uint8_t { kSwitch, kText, kNumber, kDuration, kChoice };

/// How a value of T is read from a flag and shown as its default. Errors state the fact without naming the flag.
///
/// An enum needs no specialisation but, in its own namespace, the function
/// `constexpr std::array<std::pair<std::string_view, Keep>, 3> ValueNames(Keep)`: each value and how it is written.
template <typename T, typename = void>
struct OptionValue;

template <>
struct OptionValue<bool> {
  static constexpr OptionKind kKind = OptionKind::kSwitch;
  static Result<bool> Parse(const std::string& text);
  static std::string Print(bool value) { return value ? "true" : ""; }
};

template <>
struct OptionValue<std::string> {
  static constexpr OptionKind kKind = OptionKind::kText;
  static Result<std::string> Parse(const std::string& text) { return text; }
  static std::string Print(const std::string& value) { return value; }
};

template <>
struct OptionValue<std::int64_t> {
  static constexpr OptionKind kKind = OptionKind::kNumber;
  static Result<std::int64_t> Parse(const std::string& text);
  static std::string Print(std::int64_t value) { return std::to_string(value); }
};

template <>
struct OptionValue<int> {
  static constexpr OptionKind kKind = OptionKind::kNumber;
  static Result<int> Parse(const std::string& text);
  static std::string Print(int value) { return std::to_string(value); }
};

template <>
struct OptionValue<std::chrono::milliseconds> {
  static constexpr OptionKind kKind = OptionKind::kDuration;
  static Result<std::chrono::milliseconds> Parse(const std::string& text);
  /// "10m", "90s", "350ms"; nothing for zero.
  static std::string Print(std::chrono::milliseconds value);
};

/// Whole seconds; fractions are refused.
template <>
struct OptionValue<std::chrono::seconds> {
  static constexpr OptionKind kKind = OptionKind::kDuration;
  static Result<std::chrono::seconds> Parse(const std::string& text);
  static std::string Print(std::chrono::seconds value) { return OptionValue<std::chrono::milliseconds>::Print(value); }
};

/// "'x' is none of a, b, c", with the nearest as hint.
Error NoSuchChoice(const std::string& text, const std::vector<std::string>& choices);

template <typename E>
struct OptionValue<E, std::enable_if_t<std::is_enum_v<E>>> {
  static constexpr OptionKind kKind = OptionKind::kChoice;
  static std::vector<std::string> Choices() {
    std::vector<std::string> names;
    for (const auto& [name, value] : ValueNames(E{})) {
      names.emplace_back(name);
    }
    return names;
  }
  static Result<E> Parse(const std::string& text) {
    for (const auto& [name, value] : ValueNames(E{})) {
      if (text == name) {
        return value;
      }
    }
    return NoSuchChoice(text, Choices());
  }
  static std::string Print(E wanted) {
    for (const auto& [name, value] : ValueNames(E{})) {
      if (value == wanted) {
        return std::string(name);
      }
    }
    return "";
  }
};

/// What a flag may fill: a value, one that may be missing, or a list of them.
template <typename T>
struct OptionTarget {
  using Element = T;
  static constexpr bool kIsList = false;
  static void Store(T& target, T value) { target = std::move(value); }
  static std::string Default(const T& target) { return OptionValue<T>::Print(target); }
};

template <typename T>
struct OptionTarget<std::optional<T>> {
  using Element = T;
  static constexpr bool kIsList = false;
  static void Store(std::optional<T>& target, T value) { target = std::move(value); }
  static std::string Default(const std::optional<T>& target) { return target ? OptionValue<T>::Print(*target) : ""; }
};

template <typename T>
struct OptionTarget<std::vector<T>> {
  using Element = T;
  static constexpr bool kIsList = true;
  static void Store(std::vector<T>& target, T value) { target.push_back(std::move(value)); }
  static std::string Default(const std::vector<T>& target) {
    std::string text;
    for (const T& value : target) {
      text += (text.empty() ? "" : ",") + OptionValue<T>::Print(value);
    }
    return text;
  }
};

}  // namespace kontrakt::cli
