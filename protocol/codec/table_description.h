// A table as AWS describes it, for all operations that answer one.
#pragma once

#include "engine/tables/tables.h"
#include "protocol/json.h"

namespace dynarock {

void WriteTableDescription(JsonWriter& out, const TableDescription& description);

}  // namespace dynarock
