// Errors that more than one place reports, one function each. Those of a subject with types of its own are in the
// folder of the subject: engine/expression/expression_errors, engine/partiql/statement_errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace dynarock::errors {

// kResourceNotFound of a call that reads or writes items.
[[gnu::cold]] ApiError TableNotFound();

// kResourceNotFound of a call that is about the table itself.
[[gnu::cold]] ApiError TableNotFound(std::string_view name);

// kResourceNotFound of anything else: "Requested resource not found: " and what.
[[gnu::cold]] ApiError ResourceNotFound(const std::string& what);

// kResourceInUse: "Attempt to change a resource which is still in use: " and why.
[[gnu::cold]] ApiError ResourceInUse(const std::string& why);

// kLimitExceeded: "Subscriber limit exceeded: " and why.
[[gnu::cold]] ApiError SubscriberLimitExceeded(const std::string& why);

// A table has at most kMaxProjectedNonKeyAttributes in all of its indexes.
[[gnu::cold]] ApiError TooManyProjectedAttributes();

// Provisioned units of a table that is billed on demand.
[[gnu::cold]] ApiError UnitsOnDemand();

// A provisioned table's index needs both of its units.
[[gnu::cold]] ApiError IndexUnitsRequired(const std::string& index);

// A read of an index that the table does not have. PartiQL does not name it.
[[gnu::cold]] ApiError IndexNotFound();
[[gnu::cold]] ApiError IndexNotFound(std::string_view name);

// A read of an index that is being filled.
[[gnu::cold]] ApiError IndexIsBackfilling(const std::string& index);

// A member that breaks a constraint of AWS's model. `value` is as AWS shows it: "null", "'text'".
[[gnu::cold]] ApiError ConstraintViolated(const std::string& value, std::string_view field,
                                          const std::string& constraint);

// `value` if it lies outside of least..most. Requires: it does.
[[gnu::cold]] ApiError OutOfRange(std::int64_t value, std::string_view field, std::int64_t least, std::int64_t most);

// An item that is given is larger than kMaxItemSize.
[[gnu::cold]] ApiError ItemTooLarge();

// A key that does not have the table's key attributes, each of its type.
[[gnu::cold]] ApiError KeyNotOfSchema();
[[gnu::cold]] ApiError KeyAttributeMissing();

// A value of another type for an index's key attribute.
[[gnu::cold]] ApiError IndexKeyTypeMismatch(const std::string& attribute, std::string_view expected,
                                            std::string_view actual, const std::string& index);

// One item twice in a batch, or in a transaction.
[[gnu::cold]] ApiError DuplicateKeys();
[[gnu::cold]] ApiError DuplicateTransactionItems();

// An INSERT of PartiQL whose key is there.
[[gnu::cold]] ApiError DuplicateItem();

// A batch without tables, or with too many items. `operation` is "BatchGetItem" or "BatchWriteItem".
[[gnu::cold]] ApiError NoRequestItems(const std::string& operation);
[[gnu::cold]] ApiError TooManyRequestItems(const std::string& operation);

// What a transaction reads is larger than 4 MB.
[[gnu::cold]] ApiError TransactionTooLarge();

// A value with more levels of lists and maps than kMaxNesting.
[[gnu::cold]] ApiError NestingTooDeep();

[[gnu::cold]] ApiError SeveralDatatypes();

}  // namespace dynarock::errors
