// What a write of one item changes in the table's secondary indexes.
#pragma once

#include "engine/database/item_key.h"
#include "engine/requests/capacity.h"
#include "engine/storage/store.h"

namespace dynarock {

// A write of one row; an empty view is no item.
struct RowChange {
  std::string_view row_key;
  ItemView old_item;
  ItemView new_item;
  std::optional<std::uint64_t> place = {};  // in a table of DynamoDB Local's order
};

// Adds the changes of all index rows to `batch`, their counts to `counters`, and what they cost to `units`. An item
// whose index keys have another type or are too long, because it is older than the index, has no row in it.
// Requires: the table's gate is held, and this is its newest version.
void WriteIndexes(const Table& table, const RowChange& change, WriteBatch& batch, std::vector<CounterDelta>& counters,
                  UnitsByIndex& units);

// The same for one index.
void WriteIndex(const Table& table, const IndexDefinition& index, const RowChange& change, WriteBatch& batch,
                std::vector<CounterDelta>& counters, UnitsByIndex& units);

// The item as a row of `index` keeps it. Borrows from `item` or from `storage`.
ItemView ProjectForIndex(const Table& table, const IndexDefinition& index, ItemView item, std::string& storage);

}  // namespace dynarock
