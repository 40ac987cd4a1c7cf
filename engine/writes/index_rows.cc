#include "engine/writes/index_rows.h"

namespace dynarock {
namespace {

// One side of a change: where the row is, and what is in it.
struct IndexRow {
  std::optional<std::string> key;
  ItemView item;
  std::string storage;
};

void Fill(const Table& table, const IndexDefinition& index, ItemView item, std::optional<std::uint64_t> place,
          IndexRow& row) {
  if (item.empty()) return;
  row.key = IndexRowKey(table, index, item, place);
  if (row.key) row.item = ProjectForIndex(table, index, item, row.storage);
}

double CostOf(const IndexRow& old_row, const IndexRow& new_row) {
  if (old_row.key && new_row.key && *old_row.key == *new_row.key) {
    return WriteUnits(std::max(old_row.item.billed_size(), new_row.item.billed_size()));
  }
  double units = 0;
  for (const IndexRow* row : {&old_row, &new_row}) {
    if (row->key) units += WriteUnits(row->item.billed_size());
  }
  return units;
}

std::int64_t BytesOf(const IndexRow& row) {
  return row.key ? static_cast<std::int64_t>(row.item.billed_size()) : 0;
}

}  // namespace

ItemView ProjectForIndex(const Table& table, const IndexDefinition& index, ItemView item, std::string& storage) {
  if (index.projection == ProjectionType::kAll) return item;
  storage = FilterItem(item, [&](std::string_view name) { return table.Projects(index, name); });
  return ItemView(storage);
}

void WriteIndex(const Table& table, const IndexDefinition& index, const RowChange& change, WriteBatch& batch,
                std::vector<CounterDelta>& counters, UnitsByIndex& units) {
  IndexRow old_row, new_row;
  Fill(table, index, change.old_item, change.place, old_row);
  Fill(table, index, change.new_item, change.place, new_row);
  if (old_row.key == new_row.key && old_row.item.bytes() == new_row.item.bytes()) return;
  if (old_row.key && old_row.key != new_row.key) batch.Delete(*old_row.key);
  if (new_row.key) batch.Put(*new_row.key, new_row.item.bytes());
  counters.push_back({index.id.value, std::int64_t{new_row.key.has_value()} - std::int64_t{old_row.key.has_value()},
                      BytesOf(new_row) - BytesOf(old_row)});
  units.indexes.emplace_back(&index, CostOf(old_row, new_row));
}

void WriteIndexes(const Table& table, const RowChange& change, WriteBatch& batch, std::vector<CounterDelta>& counters,
                  UnitsByIndex& units) {
  for (const IndexDefinition& index : table.indexes()) {
    if (table.Reaches(index, change.row_key)) WriteIndex(table, index, change, batch, counters, units);
  }
}

}  // namespace dynarock
