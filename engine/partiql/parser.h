// Text of a statement to its tree.
#pragma once

#include "engine/partiql/cursor.h"
#include "engine/partiql/statement.h"

namespace dynarock::partiql {

// The statement borrows the values of the parameters. More parameters than `?` are no error.
// Errors: kValidation, all that can be told without a table. Requires: the parameters are values.
Result<Statement> ParseStatement(std::string_view text, std::span<const EncodedValue> parameters);

}  // namespace dynarock::partiql
