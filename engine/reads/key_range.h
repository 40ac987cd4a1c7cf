// From the clauses of a key condition to a range of row keys.
#pragma once

#include "engine/expression/key_condition.h"
#include "engine/reads/page_reader.h"

namespace dynarock {

// Errors: kValidation for an operator that its operand's type does not have.
Result<void> CheckKeyConditionForm(const KeyCondition& condition);

// Errors: kValidation if a partition key attribute has no equality, a clause names no key attribute, sort attributes
// are skipped or tested after a range, or a value has another type than the key.
Result<KeyRange> ToKeyRange(const ReadTarget& target, const KeyCondition& condition);

// The rows of all sort keys. Requires: ToKeyRange(target, condition).
KeyRange ToPartitionRange(const ReadTarget& target, const KeyCondition& condition);

// Errors: kValidation if a page can't go on behind `start_after`, the row of `start_key`, because it is no row of this
// query. Requires: StartRowKey(start_key). Observed: conformance/cases/query/start_key_errors.case
Result<void> CheckInsideQuery(const ReadTarget& target, const KeyCondition& condition, const KeyRange& range,
                              ItemView start_key, const std::string& start_after);

}  // namespace dynarock
