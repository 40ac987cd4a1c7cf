// What a write of one item changes in the table's secondary indexes.
#pragma once

#include "engine/database/item_key.h"
#include "engine/operations/capacity.h"
#include "engine/storage/store.h"

namespace dynarock {

// Adds the changes of all index rows to `batch`, their counts to `counters`, and what they cost to `units`.
// An empty view is no item. Requires: CheckIndexKeys(table, new_item).
void WriteIndexes(const Table& table, ItemView old_item, ItemView new_item, WriteBatch& batch,
                  std::vector<CounterDelta>& counters, UnitsByIndex& units);

// The item as a row of `index` keeps it. Borrows from `item` or from `storage`.
ItemView ProjectForIndex(const Table& table, const IndexDefinition& index, ItemView item, std::string& storage);

}  // namespace dynarock
