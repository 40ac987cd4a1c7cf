#include "engine/expression/legacy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "engine/base/limits.h"
#include "engine/expression/update.h"
#include "engine/item/attribute_name.h"

namespace dynarock {
namespace {

struct OperatorRule {
  std::string_view name;
  std::size_t min_values;
  std::size_t max_values;
  std::string_view types;  // of values, each between blanks; empty: all
};

constexpr std::string_view kScalarTypes = " S N B ";
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

// In the order of LegacyOperator.
constexpr std::array<OperatorRule, 13> kRules = {{
    {"IN", 1, kAny, kScalarTypes},
    {"NULL", 0, 0, ""},
    {"BETWEEN", 2, 2, kScalarTypes},
    {"LT", 1, 1, kScalarTypes},
    {"NOT_CONTAINS", 1, 1, kScalarTypes},
    {"EQ", 1, 1, ""},
    {"GT", 1, 1, kScalarTypes},
    {"NOT_NULL", 0, 0, ""},
    {"NE", 1, 1, ""},
    {"LE", 1, 1, kScalarTypes},
    {"BEGINS_WITH", 1, 1, " S B "},
    {"GE", 1, 1, kScalarTypes},
    {"CONTAINS", 1, 1, kScalarTypes},
}};

const OperatorRule& RuleOf(LegacyOperator op) {
  return kRules[static_cast<std::size_t>(op)];
}

Result<void> CheckName(std::string_view attribute) {
  const std::string_view problem = AttributeNameProblem(attribute);
  return problem.empty() ? Result<void>() : InvalidRequestParameter(std::string(problem));
}

Result<void> CheckValues(const std::vector<EncodedValue>& values) {
  for (const EncodedValue& value : values) {
    if (value.error) return *value.error;
  }
  return {};
}

// So that what a request keeps in memory has a bound, as expressions have by their operators. AWS's bound is not known;
// it takes tens of thousands of values. Observed: conformance/cases/legacy/scan_filter.case
template <class Conditions>
Result<void> CheckNumber(const Conditions& conditions) {
  std::size_t tests = 0;
  for (const auto& condition : conditions) tests += 1 + condition.values.size();
  if (tests <= kMaxLegacyTests) return {};
  return InvalidRequestParameter("Too many conditions and values; number of conditions and values: " +
                                 std::to_string(tests));
}

Result<void> CheckCount(LegacyOperator op, std::size_t count) {
  const OperatorRule& rule = RuleOf(op);
  if (count >= rule.min_values && count <= rule.max_values) return {};
  return InvalidRequestParameter("Invalid number of argument(s) for the " + std::string(rule.name) +
                                 " ComparisonOperator");
}

Result<void> CheckTypes(LegacyOperator op, const std::vector<EncodedValue>& values) {
  const OperatorRule& rule = RuleOf(op);
  for (const EncodedValue& value : values) {
    if (value.view().type() != values[0].view().type()) {
      return InvalidRequestParameter("AttributeValues inside AttributeValueList must be of same type");
    }
  }
  for (const EncodedValue& value : values) {
    const std::string type(TypeName(value.view().type()));
    if (rule.types.empty() || rule.types.find(" " + type + " ") != std::string_view::npos) continue;
    return InvalidRequestParameter("ComparisonOperator " + std::string(rule.name) + " is not valid for " + type +
                                   " AttributeValue type");
  }
  if (op == LegacyOperator::kBetween && CompareScalars(values[0].view(), values[1].view()) > 0) {
    return ValidationError(
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper "
        "bound");
  }
  return {};
}

Operand AttributeOperand(std::string_view attribute) {
  return Operand{Path{std::string(attribute), {}}};
}
Operand LiteralOperand(const EncodedValue& value) {
  return Operand{ValueOperand{"", value.view()}};
}

Condition Call(Function function, std::string_view attribute, const EncodedValue* value) {
  Subtree call{FunctionCall{}};
  call->function = function;
  call->arguments.push_back(AttributeOperand(attribute));
  if (value) call->arguments.push_back(LiteralOperand(*value));
  Condition condition;
  condition.kind = Condition::Kind::kFunction;
  condition.operands.push_back(Operand{std::move(call)});
  return condition;
}

Condition Test(Condition::Kind kind, Comparator comparator, std::string_view attribute,
               const std::vector<EncodedValue>& values) {
  Condition condition;
  condition.kind = kind;
  condition.comparator = comparator;
  condition.operands.push_back(AttributeOperand(attribute));
  for (const EncodedValue& value : values) condition.operands.push_back(LiteralOperand(value));
  return condition;
}

Condition Not(Condition condition) {
  Condition negation;
  negation.kind = Condition::Kind::kNot;
  negation.children.push_back(std::move(condition));
  return negation;
}

// Holds for no attribute that is missing, as CONTAINS. Observed: conformance/cases/legacy/not_contains.case
Condition NotContains(std::string_view attribute, const EncodedValue& value) {
  Condition both;
  both.kind = Condition::Kind::kAnd;
  both.children.push_back(Call(Function::kAttributeExists, attribute, nullptr));
  both.children.push_back(Not(Call(Function::kContains, attribute, &value)));
  return both;
}

Condition ToCondition(LegacyOperator op, std::string_view attribute, const std::vector<EncodedValue>& values) {
  const auto compare = [&](Comparator comparator) {
    return Test(Condition::Kind::kComparison, comparator, attribute, values);
  };
  switch (op) {
    case LegacyOperator::kIn:
      return Test(Condition::Kind::kIn, Comparator::kEqual, attribute, values);
    case LegacyOperator::kNull:
      return Call(Function::kAttributeNotExists, attribute, nullptr);
    case LegacyOperator::kBetween:
      return Test(Condition::Kind::kBetween, Comparator::kEqual, attribute, values);
    case LegacyOperator::kLess:
      return compare(Comparator::kLess);
    case LegacyOperator::kNotContains:
      return NotContains(attribute, values[0]);
    case LegacyOperator::kEqual:
      return compare(Comparator::kEqual);
    case LegacyOperator::kGreater:
      return compare(Comparator::kGreater);
    case LegacyOperator::kNotNull:
      return Call(Function::kAttributeExists, attribute, nullptr);
    case LegacyOperator::kNotEqual:
      return compare(Comparator::kNotEqual);
    case LegacyOperator::kLessOrEqual:
      return compare(Comparator::kLessOrEqual);
    case LegacyOperator::kBeginsWith:
      return Call(Function::kBeginsWith, attribute, &values[0]);
    case LegacyOperator::kGreaterOrEqual:
      return compare(Comparator::kGreaterOrEqual);
    case LegacyOperator::kContains:
      return Call(Function::kContains, attribute, &values[0]);
  }
  return {};
}

Condition Join(std::vector<Condition> conditions, ConditionalOperator joined) {
  if (conditions.size() == 1) return std::move(conditions[0]);
  Condition all;
  all.kind = joined == ConditionalOperator::kOr ? Condition::Kind::kOr : Condition::Kind::kAnd;
  all.children = std::move(conditions);
  return all;
}

Result<void> CheckLegacyCondition(const LegacyCondition& condition) {
  TRY_VOID(CheckValues(condition.values));
  TRY_VOID(CheckCount(condition.op, condition.values.size()));
  return CheckTypes(condition.op, condition.values);
}

Result<Condition> CompileExpectedOperator(const ExpectedAttribute& expected) {
  const std::string name(expected.attribute);
  const OperatorRule& rule = RuleOf(*expected.op);
  if (expected.exists) {
    return InvalidRequestParameter("Exists and ComparisonOperator cannot be used together for Attribute: " + name);
  }
  if (rule.min_values > 0 && expected.values.empty() && !expected.has_list) {
    return InvalidRequestParameter("Value or AttributeValueList must be used with ComparisonOperator: " +
                                   std::string(rule.name) + " for Attribute: " + name);
  }
  TRY_VOID(CheckCount(*expected.op, expected.values.size()));
  TRY_VOID(CheckValues(expected.values));
  TRY_VOID(CheckTypes(*expected.op, expected.values));
  return ToCondition(*expected.op, expected.attribute, expected.values);
}

Result<Condition> CompileExpectedValue(const ExpectedAttribute& expected) {
  const std::string name(expected.attribute);
  if (expected.has_list) {
    return InvalidRequestParameter("AttributeValueList can only be used with a ComparisonOperator for Attribute: " +
                                   name);
  }
  const bool exists = expected.exists.value_or(true);
  if (exists && !expected.has_value) {
    return InvalidRequestParameter("Value must be provided when Exists is " +
                                   std::string(expected.exists ? "true" : "null") + " for Attribute: " + name);
  }
  if (!exists && expected.has_value) {
    return InvalidRequestParameter("Value cannot be used when Exists is false for Attribute: " + name);
  }
  if (!exists) return Call(Function::kAttributeNotExists, expected.attribute, nullptr);
  TRY_VOID(CheckValues(expected.values));
  Condition condition;
  condition.kind = Condition::Kind::kComparison;
  condition.operands.push_back(AttributeOperand(expected.attribute));
  condition.operands.push_back(LiteralOperand(expected.values[0]));
  return condition;
}

KeyOperator ToKeyOperator(LegacyOperator op) {
  switch (op) {
    case LegacyOperator::kEqual:
      return KeyOperator::kEqual;
    case LegacyOperator::kLess:
      return KeyOperator::kLess;
    case LegacyOperator::kLessOrEqual:
      return KeyOperator::kLessOrEqual;
    case LegacyOperator::kGreater:
      return KeyOperator::kGreater;
    case LegacyOperator::kGreaterOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case LegacyOperator::kBetween:
      return KeyOperator::kBetween;
    case LegacyOperator::kBeginsWith:
      return KeyOperator::kBeginsWith;
    default:
      return KeyOperator::kNotIndexable;
  }
}

Result<void> CheckAttributeUpdate(const AttributeUpdate& update) {
  using Action = AttributeUpdate::Action;
  if (!update.value) {
    if (update.action == Action::kDelete) return {};
    return InvalidRequestParameter("Only DELETE action is allowed when no attribute value is specified");
  }
  if (update.value->error) return *update.value->error;
  const Type type = update.value->view().type();
  if (update.action == Action::kDelete && !IsSet(type)) {
    return InvalidRequestParameter("DELETE action with value is not supported for the type " +
                                   std::string(TypeName(type)));
  }
  if (update.action == Action::kAdd && type != Type::kNumber && type != Type::kList && !IsSet(type)) {
    return InvalidRequestParameter("ADD action is not supported for the type " + std::string(TypeName(type)));
  }
  return {};
}

}  // namespace

Result<Condition> CompileLegacyConditions(const std::vector<LegacyCondition>& conditions, ConditionalOperator joined) {
  TRY_VOID(CheckNumber(conditions));
  std::vector<Condition> compiled;
  for (const LegacyCondition& condition : conditions) {
    TRY_VOID(CheckLegacyCondition(condition));
    compiled.push_back(ToCondition(condition.op, condition.attribute, condition.values));
  }
  return Join(std::move(compiled), joined);
}

Result<Condition> CompileExpected(const std::vector<ExpectedAttribute>& expected, ConditionalOperator joined) {
  TRY_VOID(CheckNumber(expected));
  std::vector<Condition> compiled;
  for (const ExpectedAttribute& attribute : expected) {
    if (attribute.has_value && attribute.has_list) {
      return InvalidRequestParameter("Value and AttributeValueList cannot be used together for Attribute: " +
                                     std::string(attribute.attribute));
    }
    TRY(Condition condition, attribute.op ? CompileExpectedOperator(attribute) : CompileExpectedValue(attribute));
    compiled.push_back(std::move(condition));
  }
  return Join(std::move(compiled), joined);
}

Result<KeyCondition> CompileKeyConditions(const std::vector<LegacyCondition>& conditions, bool is_index) {
  // Indexes can have four partition and four sort attributes.
  const std::size_t max_conditions = is_index ? 8 : 2;
  KeyCondition compiled;
  for (const LegacyCondition& condition : conditions) TRY_VOID(CheckLegacyCondition(condition));
  if (conditions.empty() || conditions.size() > max_conditions) {
    return ValidationError("Conditions can be of length 1 or 2 only");
  }
  for (const LegacyCondition& condition : conditions) {
    KeyClause clause;
    clause.attribute = condition.attribute;
    clause.op = ToKeyOperator(condition.op);
    if (!condition.values.empty()) clause.value = condition.values[0].view();
    if (clause.op == KeyOperator::kBetween) clause.upper = condition.values[1].view();
    compiled.clauses.push_back(std::move(clause));
  }
  return compiled;
}

Result<Update> CompileAttributeUpdates(const std::vector<AttributeUpdate>& updates) {
  Update compiled;
  compiled.is_legacy = true;
  std::size_t names = 0;  // bytes; all of those that are set will be in the item
  for (const AttributeUpdate& update : updates) names += update.attribute.size();
  if (names > kMaxItemSize) return UpdatedItemTooLarge();
  compiled.actions.reserve(updates.size());
  for (const AttributeUpdate& update : updates) {
    TRY_VOID(CheckName(update.attribute));
    TRY_VOID(CheckAttributeUpdate(update));
    UpdateAction& action = compiled.actions.emplace_back();
    action.path.attribute = update.attribute;
    if (!update.value) {
      action.kind = UpdateAction::Kind::kRemove;
    } else if (update.action == AttributeUpdate::Action::kPut) {
      action.value.left = LiteralOperand(*update.value);
    } else {
      const bool is_add = update.action == AttributeUpdate::Action::kAdd;
      action.kind = is_add ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete;
      action.operand.value = update.value->view();
    }
  }
  return compiled;
}

Result<std::vector<Path>> CompileAttributesToGet(const std::vector<std::string_view>& attributes) {
  std::set<std::string_view> seen;
  std::vector<Path> paths;
  for (const std::string_view attribute : attributes) {
    TRY_VOID(CheckName(attribute));
    if (!seen.insert(attribute).second) {
      return WithFacts(InvalidRequestParameter("Duplicate value in attribute name: " + std::string(attribute)),
                       {.detail = ErrorDetail::kRepeatedAttribute});
    }
    paths.push_back({std::string(attribute), {}});
  }
  return paths;
}

}  // namespace dynarock
