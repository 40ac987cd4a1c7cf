// NextToken: where a SELECT goes on, bound to the statement and the parameters that it was given for.
#pragma once

#include "engine/partiql/statements.h"
#include "engine/reads/page_reader.h"

namespace dynarock::partiql {

std::string MakeNextToken(const StatementRequest& request, const ReadTarget& target, std::string_view row_key);

// The row to start after. Errors: kValidation if the token is none, or one of another request.
// Observed: conformance/cases/partiql/paging.case
Result<std::string> RowKeyOfToken(const StatementRequest& request, const ReadTarget& target, std::string_view token);

}  // namespace dynarock::partiql
