// The trees that DynamoDB's expressions are parsed to. One form serves conditions, filters and key conditions.
//
// A tree holds names and values as written; what `#name` and `:value` stand for in a request is kept beside it
// (bound.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/item/path.h"

namespace dynarock {

enum class Comparator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// "=", "<>", "<", "<=", ">", ">="
std::string_view ComparatorText(Comparator comparator);

enum class Function {
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kSize,
  kIfNotExists,  // of an update
  kListAppend,   // of an update
  kUnknown,
};

std::string_view FunctionText(Function function);
// Names of functions are case-sensitive.
Function FunctionNamed(std::string_view name);

inline constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

// A path as written.
struct PathOperand : Path {
  PathOperand() = default;
  PathOperand(Path path)
      : Path(std::move(path)) {}  // NOLINT(google-explicit-constructor): without a slot it is the same

  std::uint32_t slot = kNoSlot;  // of one with `#names`: where Bindings have the path meant
};

// `:name`, or a value that the tree has itself (borrowed from the request).
struct ValueOperand {
  std::string name;
  ValueView value;
  std::uint32_t slot = kNoSlot;  // of a name: where Bindings have its value
};

// A part of a tree that has such parts itself. A copy is a copy of all below.
template <class T>
class Subtree {
 public:
  explicit Subtree(T tree) : tree_(std::make_unique<T>(std::move(tree))) {}
  Subtree(const Subtree& other) : tree_(std::make_unique<T>(*other.tree_)) {}
  Subtree(Subtree&&) noexcept = default;
  Subtree& operator=(const Subtree& other) { return *this = Subtree(other); }
  Subtree& operator=(Subtree&&) noexcept = default;
  ~Subtree() = default;

  T& operator*() { return *tree_; }
  T* operator->() { return tree_.get(); }
  const T* get() const { return tree_.get(); }

 private:
  std::unique_ptr<T> tree_;
};

struct FunctionCall;
struct Condition;

struct Operand {
  // A condition as an operand is a BOOL; only PartiQL has it.
  std::variant<PathOperand, ValueOperand, Subtree<FunctionCall>, Subtree<Condition>> form;

  const PathOperand* path() const { return std::get_if<PathOperand>(&form); }
  const ValueOperand* value() const { return std::get_if<ValueOperand>(&form); }
  const FunctionCall* call() const {
    const auto* call = std::get_if<Subtree<FunctionCall>>(&form);
    return call ? call->get() : nullptr;
  }
  const Condition* condition() const {
    const auto* condition = std::get_if<Subtree<Condition>>(&form);
    return condition ? condition->get() : nullptr;
  }
};

struct FunctionCall {
  Function function = Function::kUnknown;
  std::string name;  // as written
  std::vector<Operand> arguments;
};

struct Condition {
  enum class Kind { kAnd, kOr, kNot, kComparison, kBetween, kIn, kFunction };
  Kind kind = Kind::kFunction;
  Comparator comparator = Comparator::kEqual;  // of kComparison
  std::vector<Condition> children;             // of kAnd and kOr: two or more; of kNot: one
  // of kComparison: left, right; kBetween: tested, lower, upper; kIn: tested, then candidates; kFunction: the call
  std::vector<Operand> operands;
};

}  // namespace dynarock
