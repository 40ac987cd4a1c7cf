// What expressions may not do with key attributes.
#pragma once

#include "engine/database/table.h"
#include "engine/expression/condition.h"

namespace dynarock {

// Errors: kValidation for a path below a key attribute of the table or of one of its indexes: keys are scalars.
Result<void> CheckKeyPaths(const Table& table, const std::vector<Path>& paths);
Result<void> CheckKeyPaths(const Table& table, const std::vector<const Path*>& paths);
Result<void> CheckConditionPaths(const Table& table, const Bound<Condition>& condition);

}  // namespace dynarock
