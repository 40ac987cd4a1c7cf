// The expressions of a request, compiled in AWS's order of checks.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/expression/binder.h"
#include "engine/expression/condition.h"
#include "engine/expression/key_condition.h"
#include "engine/expression/legacy.h"
#include "engine/expression/projection.h"
#include "engine/expression/update.h"

namespace dynarock {

// An item, a key or a value as it was decoded: canonical bytes, or what is wrong with what was given.
struct EncodedItem {
  std::string bytes;
  OptionalError error;

  ItemView view() const { return ItemView(bytes); }
};

inline Result<void> CheckEncoded(const EncodedItem& item) {
  if (item.error) return *item.error;
  return {};
}

// One expression parameter: its name in the API, and its text if it was given.
struct ExpressionParameter {
  std::string_view name;
  std::optional<std::string_view> text;
};

// A parameter that came before expressions, and whether it was given.
struct LegacyParameter {
  std::string_view name;
  bool is_given = false;
};

// Errors: kRequestValidation if expressions and legacy parameters are mixed, or if names or values are given for no
// expression. Both lists in the order in which AWS's messages name them.
Result<void> CheckExpressionParameters(const ExpressionAttributes& attributes,
                                       std::initializer_list<ExpressionParameter> expressions,
                                       std::initializer_list<LegacyParameter> legacy);

// Errors: kValidation if ConditionalOperator is given for fewer than two legacy conditions.
Result<void> CheckConditionalOperator(bool is_given, std::optional<std::size_t> conditions);

// Each gives nullopt when the parameter was not given.
// Errors: kRequestValidation, "Invalid <parameter>: ...".
Result<std::optional<Bound<Condition>>> CompileCondition(const ExpressionParameter& parameter, Binder& binder);
Result<std::optional<std::vector<Path>>> CompileProjection(const ExpressionParameter& parameter, Binder& binder);
Result<std::optional<Bound<Update>>> CompileUpdate(const ExpressionParameter& parameter, Binder& binder);

}  // namespace dynarock
