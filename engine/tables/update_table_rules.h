// The rules of UpdateTable that need no table, in AWS's order and words.
#pragma once

#include "engine/tables/table_requests.h"

namespace dynarock {

// Errors: kValidation, the first rule that the request breaks.
// Observed: conformance/cases/update_table
Result<void> CheckUpdateTable(const UpdateTableRequest& request);

}  // namespace dynarock
