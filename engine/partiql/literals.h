// Literals of all types: 'text', numbers, true, null, [lists], {'maps': ...} and <<sets>>.
#pragma once

#include "engine/partiql/cursor.h"

namespace dynarock::partiql {

// Whether a literal begins at the current token.
bool StartsLiteral(const Cursor& cursor);

// The literal's encoded value. Errors: kValidation; it is no literal, or no value that DynamoDB can store.
Result<std::string> ParseLiteral(Cursor& cursor);

// The item of an INSERT: a map whose values may be parameters. Gives item bytes.
Result<std::string> ParseItem(Cursor& cursor);

}  // namespace dynarock::partiql
