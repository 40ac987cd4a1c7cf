// Result<T>: a value or an ApiError. Named like std::expected, which g++ 12 does not have yet.
#pragma once

#include <utility>
#include <variant>

#include "engine/base/error.h"

namespace dynarock {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT: converts like expected
  Result(ApiError error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T value_or(T fallback) && { return has_value() ? std::move(value()) : std::move(fallback); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  ApiError& error() & { return *std::get_if<1>(&state_); }
  const ApiError& error() const& { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, ApiError> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(ApiError error) : error_(std::move(error)) {}  // NOLINT: converts like expected

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  ApiError& error() & { return *error_; }
  const ApiError& error() const& { return *error_; }

 private:
  std::optional<ApiError> error_;
};

}  // namespace dynarock

#define DYNAROCK_JOIN_(a, b) a##b
#define DYNAROCK_JOIN(a, b) DYNAROCK_JOIN_(a, b)
#define DYNAROCK_TRY_(name, declaration, expression)     \
  auto name = (expression);                              \
  if (!name.has_value()) return std::move(name.error()); \
  declaration = std::move(*name)

// TRY(const Table table, Find(name)): declares `table`, or returns the error of Find from this function.
#define TRY(declaration, expression) DYNAROCK_TRY_(DYNAROCK_JOIN(try_result_, __LINE__), declaration, expression)

// TRY_VOID(Check(x)): returns the error of Check from this function, if it has one.
#define TRY_VOID(expression)                                                                              \
  do {                                                                                                    \
    if (auto try_void_result = (expression); !try_void_result) return std::move(try_void_result.error()); \
  } while (false)
