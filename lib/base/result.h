#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "lib/base/error.h"

namespace kontrakt {

/// A value of T, or the Error that kept us from it.
///
/// Derived from tl::expected only to make ignoring one a compiler warning, which the plain alias is not.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}  // NOLINT: implicit by design
  Result() = default;
  bool ok() const { return this->has_value(); }
};

template <>
class [[nodiscard]] Result<void> : public tl::expected<void, Error> {
 public:
  using tl::expected<void, Error>::expected;
  Result(Error error) : tl::expected<void, Error>(tl::unexpect, std::move(error)) {}  // NOLINT: implicit by design
  Result() = default;
  bool ok() const { return this->has_value(); }
};

/// The error with one more outer context.
inline Error WithContext(Error error, std::string context) {
  return std::move(error.AddContext(std::move(context)));
}

}  // namespace kontrakt

#define KT_CONCAT_INNER(a, b) a##b
#define KT_CONCAT(a, b) KT_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define KT_TRY(expression)                                   \
  do {                                                       \
    if (auto kt_try_result = (expression); !kt_try_result) { \
      return std::move(kt_try_result.error());               \
    }                                                        \
  } while (false)

/// The same, adding an outer context. `context` is evaluated only on failure.
#define KT_TRY_CONTEXT(expression, context)                                        \
  do {                                                                             \
    if (auto kt_try_result = (expression); !kt_try_result) {                       \
      return ::kontrakt::WithContext(std::move(kt_try_result.error()), (context)); \
    }                                                                              \
  } while (false)

/// Declares or assigns `target` from the value of `expression`, or returns its error.
#define KT_ASSIGN(target, expression) KT_ASSIGN_IMPL(KT_CONCAT(kt_assign_, __LINE__), target, expression)
#define KT_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                      \
  if (!result)                                     \
    return std::move(result.error());              \
  target = std::move(*result)

/// The same, adding an outer context. `context` is evaluated only on failure.
#define KT_ASSIGN_CONTEXT(target, expression, context) \
  KT_ASSIGN_CONTEXT_IMPL(KT_CONCAT(kt_assign_, __LINE__), target, expression, context)
#define KT_ASSIGN_CONTEXT_IMPL(result, target, expression, context)       \
  auto result = (expression);                                             \
  if (!result)                                                            \
    return ::kontrakt::WithContext(std::move(result.error()), (context)); \
  target = std::move(*result)
