// The rules of CreateTable that need more than one field, in AWS's order and words.
#pragma once

#include "engine/tables/table_requests.h"

namespace dynarock {

// Errors: kValidation, the first rule that the request breaks. `habits`: what DynamoDB Local does not mind.
// Source: API_CreateTable; observed: conformance/cases/tables/create_table_rules.case
Result<void> CheckCreateTable(const CreateTableRequest& request, const LocalHabits& habits);

// Also of UpdateTable. AWS checks this enum by hand, in words of its own.
Result<void> CheckTableClass(std::optional<std::string_view> table_class);

}  // namespace dynarock
