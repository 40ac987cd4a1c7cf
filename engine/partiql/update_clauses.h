// SET and REMOVE: the clauses of an UPDATE as the actions of an update expression.
#pragma once

#include "engine/partiql/cursor.h"

namespace dynarock::partiql {

// Errors: kValidation; there is neither SET nor REMOVE, syntax, misused functions, operands of another type.
Result<Update> ParseUpdateClauses(Cursor& cursor);

}  // namespace dynarock::partiql
