// WHERE: from tokens to the tree of a condition, names and values in place.
#pragma once

#include "engine/partiql/cursor.h"

namespace dynarock::partiql {

// Errors: kValidation; syntax, an unknown function, operands of a number or type that a function or operator lacks.
Result<Condition> ParseWhere(Cursor& cursor);

}  // namespace dynarock::partiql
