// WHERE: from tokens to the tree of a condition, names and values in place.
#pragma once

#include "engine/partiql/cursor.h"

namespace dynarock::partiql {

// Errors: kValidation; syntax, an unknown function.
Result<Condition> ParseWhere(Cursor& cursor);

// A type after IS, in lower case: "int4", "double precision".
// Errors: kValidation, "Expected type name".
Result<std::string> TakeTypeName(Cursor& cursor);

// What is told when all of the statement is read. Errors: kValidation; operands of a number or type that a function or
// operator lacks.
Result<void> CheckWhere(const Condition& where);

}  // namespace dynarock::partiql
