// The parameters that came before expressions, compiled to the same trees: Expected, QueryFilter, ScanFilter,
// KeyConditions, AttributeUpdates, AttributesToGet. Source: Developer Guide, "Legacy conditional parameters".
#pragma once

#include "engine/expression/key_condition.h"
#include "engine/expression/update.h"

namespace dynarock {

// In the order of the enum in AWS's messages.
enum class LegacyOperator {
  kIn,
  kNull,
  kBetween,
  kLess,
  kNotContains,
  kEqual,
  kGreater,
  kNotNull,
  kNotEqual,
  kLessOrEqual,
  kBeginsWith,
  kGreaterOrEqual,
  kContains
};

// An attribute value as it was decoded.
struct EncodedValue {
  std::string bytes;
  OptionalError error;

  ValueView view() const { return ValueView::Of(bytes); }
};

// One entry of KeyConditions, QueryFilter or ScanFilter.
struct LegacyCondition {
  std::string_view attribute;
  LegacyOperator op = LegacyOperator::kEqual;
  std::vector<EncodedValue> values;
};

// One entry of Expected.
struct ExpectedAttribute {
  std::string_view attribute;
  std::optional<LegacyOperator> op;
  std::optional<bool> exists;
  bool has_value = false;            // Value was given
  bool has_list = false;             // AttributeValueList was given
  std::vector<EncodedValue> values;  // of the one that was given
};

// One entry of AttributeUpdates.
struct AttributeUpdate {
  enum class Action { kPut, kAdd, kDelete };
  std::string_view attribute;
  Action action = Action::kPut;
  std::optional<EncodedValue> value;
};

// Whether the conditions are joined by AND or by OR.
enum class ConditionalOperator { kOr, kAnd };

// The trees borrow values from the entries, which must outlive them. Requires: at least one entry.
// Errors: kValidation for values that are none, for numbers and types of values that an operator does not take, and
// for more conditions with more values than kMaxLegacyTests.
Result<Condition> CompileLegacyConditions(const std::vector<LegacyCondition>& conditions, ConditionalOperator joined);
Result<Condition> CompileExpected(const std::vector<ExpectedAttribute>& expected, ConditionalOperator joined);
Result<KeyCondition> CompileKeyConditions(const std::vector<LegacyCondition>& conditions, bool is_index);
// Errors: also kValidation for names that together are larger than an item.
Result<Update> CompileAttributeUpdates(const std::vector<AttributeUpdate>& updates);

// Errors: kValidation for a name that stands twice.
Result<std::vector<Path>> CompileAttributesToGet(const std::vector<std::string_view>& attributes);

}  // namespace dynarock
