// Which parts of a WHERE clause can narrow down the keys to read.
#pragma once

#include "engine/expression/key_condition.h"

namespace dynarock::partiql {

// The test as a clause on an attribute, if it has that form: `a = v`, `v < a`, BETWEEN, begins_with, and of an IN the
// equality with candidate number `choice`.
std::optional<KeyClause> KeyTestOf(const Condition& test, std::size_t choice);

}  // namespace dynarock::partiql
