// Result<T>: a value or an ApiError. Named like std::expected, which g++ 12 does not have yet.
#pragma once

#include <memory>
#include <utility>
#include <variant>

#include "engine/base/error.h"

namespace dynarock {

// The error of a result lies apart from it, and what makes and deletes it is never inlined: a call that succeeds
// carries one pointer, and its code has no code of errors in between.
struct DeleteError {
  [[gnu::cold]] void operator()(ApiError* error) const;
};
using Failure = std::unique_ptr<ApiError, DeleteError>;  // null if there is none
[[gnu::cold]] Failure MakeFailure(ApiError&& error);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: converts like expected
  Result(ApiError error) : state_(std::in_place_index<1>, MakeFailure(std::move(error))) {}  // NOLINT
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}            // NOLINT

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

  ApiError& error() & { return **std::get_if<1>(&state_); }
  const ApiError& error() const& { return **std::get_if<1>(&state_); }
  Failure&& failure() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Failure> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(ApiError error) : failure_(MakeFailure(std::move(error))) {}  // NOLINT: converts like expected
  Result(Failure failure) : failure_(std::move(failure)) {}            // NOLINT

  bool has_value() const { return failure_ == nullptr; }
  explicit operator bool() const { return has_value(); }
  ApiError& error() & { return *failure_; }
  const ApiError& error() const& { return *failure_; }
  Failure&& failure() && { return std::move(failure_); }

 private:
  Failure failure_;
};

}  // namespace dynarock

#define DYNAROCK_JOIN_(a, b) a##b
#define DYNAROCK_JOIN(a, b) DYNAROCK_JOIN_(a, b)
#define DYNAROCK_TRY_(name, declaration, expression) \
  auto name = (expression);                          \
  if (!name.has_value()) [[unlikely]]                \
    return std::move(name).failure();                \
  declaration = std::move(*name)

// TRY(const Table table, Find(name)): declares `table`, or returns the error of Find from this function.
#define TRY(declaration, expression) DYNAROCK_TRY_(DYNAROCK_JOIN(try_result_, __LINE__), declaration, expression)

// TRY_VOID(Check(x)): returns the error of Check from this function, if it has one.
#define TRY_VOID(expression)                                                \
  do {                                                                      \
    if (auto try_void_result = (expression); !try_void_result) [[unlikely]] \
      return std::move(try_void_result).failure();                          \
  } while (false)
