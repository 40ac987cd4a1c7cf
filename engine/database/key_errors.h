// Errors of values without characters or bytes for key attributes; numbers always have some.
#pragma once

#include "engine/base/error.h"
#include "engine/database/table.h"
#include "engine/item/value.h"

namespace dynarock::errors {

// kEmptyKey: the table's key in an item, or in a key.
[[gnu::cold]] ApiError EmptyKeyValue(const KeyAttribute& attribute, ValueView value);

// kValidation: the value that a key condition compares with.
[[gnu::cold]] ApiError EmptyKeyConditionValue(const KeyAttribute& attribute, ValueView value);

// kEmptyKey: an index's key in an item.
[[gnu::cold]] ApiError EmptyIndexKeyValue(const IndexDefinition& index, const KeyAttribute& attribute, ValueView value);

// kEmptyKey: an index's key that an update expression has set.
[[gnu::cold]] ApiError UpdatedIndexKeyIsEmpty(ValueView value);

}  // namespace dynarock::errors
