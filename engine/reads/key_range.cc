#include "engine/reads/key_range.h"

#include <algorithm>

#include "engine/base/joined.h"
#include "engine/database/key_errors.h"

namespace dynarock {
namespace {

ApiError NotSupported() {
  return ValidationError("Query key condition not supported");
}

ApiError MissedKey(const std::string& name) {
  return ValidationError("Query condition missed key schema element: " + name);
}

std::string_view LegacyName(KeyOperator op) {
  switch (op) {
    case KeyOperator::kEqual:
      return "EQ";
    case KeyOperator::kLess:
      return "LT";
    case KeyOperator::kLessOrEqual:
      return "LE";
    case KeyOperator::kGreater:
      return "GT";
    case KeyOperator::kGreaterOrEqual:
      return "GE";
    case KeyOperator::kBetween:
      return "BETWEEN";
    case KeyOperator::kBeginsWith:
      return "BEGINS_WITH";
    case KeyOperator::kNotIndexable:
      break;
  }
  return "";
}

bool Applies(KeyOperator op, Type type) {
  if (op == KeyOperator::kNotIndexable) return true;  // refused once the table is known
  if (op == KeyOperator::kBeginsWith) return type == Type::kString || type == Type::kBinary;
  return op == KeyOperator::kEqual || type <= Type::kBinary;
}

Result<void> CheckClause(const KeyClause& clause, const KeyAttribute& attribute) {
  if (clause.op == KeyOperator::kNotIndexable) {
    return ValidationError("Attempted conditional constraint is not an indexable operation");
  }
  const bool upper_fits = clause.op != KeyOperator::kBetween || clause.upper.type() == attribute.type;
  if (clause.value.type() != attribute.type || !upper_fits) {
    return InvalidParameter("Condition parameter type does not match schema type");
  }
  const auto check_empty = [&](ValueView value) -> Result<void> {
    if (!value.payload().empty() || clause.op == KeyOperator::kBeginsWith) return {};
    return errors::EmptyKeyConditionValue(attribute, value);
  };
  TRY_VOID(check_empty(clause.value));
  if (clause.op == KeyOperator::kBetween) TRY_VOID(check_empty(clause.upper));
  return {};
}

// The rows of `prefix` whose next sort value meets the clause.
KeyRange NarrowBy(const std::string& prefix, const KeyClause& clause) {
  std::string at = prefix;
  if (clause.op == KeyOperator::kBeginsWith) {
    AppendSortPrefix(at, clause.value.payload());
    return {at, PrefixEnd(at)};
  }
  AppendSortValue(at, clause.value);
  switch (clause.op) {
    case KeyOperator::kLess:
      return {prefix, at};
    case KeyOperator::kLessOrEqual:
      return {prefix, PrefixEnd(at)};
    case KeyOperator::kGreater:
      return {PrefixEnd(at), PrefixEnd(prefix)};
    case KeyOperator::kGreaterOrEqual:
      return {at, PrefixEnd(prefix)};
    case KeyOperator::kBetween: {
      std::string upper = prefix;
      AppendSortValue(upper, clause.upper);
      return {at, PrefixEnd(upper)};
    }
    default:
      return {at, PrefixEnd(at)};
  }
}

bool Meets(ValueView value, const KeyClause& clause) {
  const std::string prefix = "p";
  std::string at = prefix;
  AppendSortValue(at, value);
  const KeyRange range = NarrowBy(prefix, clause);
  return at >= range.begin && at < range.end;
}

bool IsMultiAttribute(const KeySchema& keys) {
  return keys.partition.size() > 1 || keys.sort.size() > 1;
}

// Those of the first `count` attributes that the condition does not fix, with commas in between.
std::string Unfixed(const std::vector<KeyAttribute>& attributes, std::size_t count, const KeyCondition& condition) {
  std::string names;
  for (std::size_t i = 0; i < count; ++i) {
    const KeyClause* clause = condition.Find(attributes[i].name);
    if (clause && clause->op == KeyOperator::kEqual) continue;
    AppendListed(names, attributes[i].name);
  }
  return names;
}

// All partition attributes are fixed, and so are the sort attributes before the last that has a condition.
// Observed: conformance/cases/global_indexes/multi_attribute_conditions.case
Result<void> CheckEqualities(const KeySchema& keys, const KeyCondition& condition) {
  constexpr std::string_view kMustBeFixed = " must have equality conditions specified in the query";
  if (const std::string names = Unfixed(keys.partition, keys.partition.size(), condition); !names.empty()) {
    return ValidationError("HASH key attributes " + names + std::string(kMustBeFixed));
  }
  std::size_t last = keys.sort.size();
  while (last > 0 && !condition.Find(keys.sort[last - 1].name)) --last;
  if (last == 0) return {};
  const std::string names = Unfixed(keys.sort, last - 1, condition);
  if (names.empty()) return {};
  return ValidationError("RANGE key attributes " + names + std::string(kMustBeFixed) +
                         " because a condition is present on key attribute " + keys.sort[last - 1].name);
}

Result<void> CheckClausesNameKeys(const KeySchema& keys, const KeyCondition& condition) {
  for (const KeyClause& clause : condition.clauses) {
    if (keys.Find(clause.attribute)) continue;
    // A clause on no key attribute takes the place of the key attribute that has none.
    for (const auto* part : {&keys.partition, &keys.sort}) {
      for (const KeyAttribute& attribute : *part) {
        if (!condition.Find(attribute.name)) return MissedKey(attribute.name);
      }
    }
    return NotSupported();
  }
  return {};
}

}  // namespace

Result<void> CheckKeyConditionForm(const KeyCondition& condition) {
  for (const KeyClause& clause : condition.clauses) {
    if (Applies(clause.op, clause.value.type())) continue;
    return InvalidParameter("ComparisonOperator " + std::string(LegacyName(clause.op)) + " is not valid for " +
                            std::string(TypeName(clause.value.type())) + " AttributeValue type");
  }
  return {};
}

Result<KeyRange> ToKeyRange(const ReadTarget& target, const KeyCondition& condition) {
  const KeySchema& keys = target.keys();
  if (condition.clauses.size() > std::max<std::size_t>(2, keys.size())) {
    return WithFacts(ValidationError("The number of query conditions (" + std::to_string(condition.clauses.size()) +
                                     ") exceeds the number of key attributes defined in the schema (" +
                                     std::to_string(keys.size()) + ")"),
                     {.detail = ErrorDetail::kKeyConditionCount});
  }
  if (keys.size() == 1 && condition.clauses.size() > 1) return NotSupported();
  if (IsMultiAttribute(keys)) TRY_VOID(CheckEqualities(keys, condition));
  for (const KeyAttribute& attribute : keys.partition) {
    const KeyClause* clause = condition.Find(attribute.name);
    if (!clause) return MissedKey(attribute.name);
    TRY_VOID(CheckClause(*clause, attribute));
    if (clause->op != KeyOperator::kEqual) return NotSupported();
  }
  TRY_VOID(CheckClausesNameKeys(keys, condition));
  KeyRange range = ToPartitionRange(target, condition);
  std::string prefix = range.begin;
  for (const KeyAttribute& attribute : keys.sort) {
    const KeyClause* clause = condition.Find(attribute.name);
    if (!clause) break;
    TRY_VOID(CheckClause(*clause, attribute));
    range = NarrowBy(prefix, *clause);
    AppendSortValue(prefix, clause->value);
  }
  return range;
}

KeyRange ToPartitionRange(const ReadTarget& target, const KeyCondition& condition) {
  std::vector<ValueView> partition;
  for (const KeyAttribute& attribute : target.keys().partition) {
    partition.push_back(condition.Find(attribute.name)->value);
  }
  std::string prefix = target.RowPrefix();
  AppendPartition(prefix, partition);
  return {prefix, PrefixEnd(prefix)};
}

Result<void> CheckInsideQuery(const ReadTarget& target, const KeyCondition& condition, const KeyRange& range,
                              ItemView start_key, const std::string& start_after) {
  if (start_after >= range.begin && start_after < range.end) return {};
  bool has_sort = false;
  for (const KeyAttribute& attribute : target.keys().sort) {
    const KeyClause* clause = condition.Find(attribute.name);
    if (!clause) continue;
    has_sort = true;
    if (!Meets(*start_key.Find(attribute.name), *clause)) {
      return ValidationError("The provided starting key does not match the range key predicate");
    }
  }
  if (has_sort) return ValidationError("The query can return at most one row and cannot be restarted");
  return ValidationError("The provided starting key is outside query boundaries based on provided conditions");
}

}  // namespace dynarock
