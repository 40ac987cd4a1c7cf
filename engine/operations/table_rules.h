// The rules of CreateTable that need more than one field, in AWS's order and words.
#pragma once

#include "engine/operations/tables.h"

namespace dynarock {

// Errors: kValidation, the first rule that the request breaks.
// Source: API_CreateTable; observed: conformance/cases/tables/create_table_rules.case
Result<void> CheckCreateTable(const CreateTableRequest& request);

}  // namespace dynarock
