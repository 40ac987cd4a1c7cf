#include "engine/writes/batch_write_item.h"

#include <optional>
#include <set>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/writes/write_step.h"

namespace dynarock {
namespace {

// One request, checked: what becomes of one row.
struct RowWrite {
  std::string row_key;
  ItemView item;  // empty for a delete
  ItemView key;   // the item, or the key to delete
};

struct TableWrite {
  TablePtr table;
  std::vector<RowWrite> rows;
};

Result<void> CheckRequests(const BatchWriteItemRequest& request) {
  std::size_t count = 0;
  for (const TableWrites& writes : request.tables) {
    for (const WriteRequest& write : writes.requests) {
      if (write.put_item.has_value() == write.delete_key.has_value()) {
        return errors::SeveralDatatypes();
      }
      const EncodedItem& given = write.put_item ? *write.put_item : *write.delete_key;
      TRY_VOID(CheckEncoded(given));
      if (write.put_item && given.view().billed_size() > kMaxItemSize) {
        return errors::ItemTooLarge();
      }
    }
    count += writes.requests.size();
  }
  if (count > kMaxBatchWrites) return errors::TooManyRequestItems("BatchWriteItem");
  return {};
}

// A batch tells of a missing or mistyped key as for a key parameter. Observed: conformance/cases/batches
Result<std::string> PutRowKey(const Table& table, ItemView item) {
  for (const auto* part : {&table.keys().partition, &table.keys().sort}) {
    for (const KeyAttribute& attribute : *part) {
      const auto value = item.Find(attribute.name);
      if (value && value->type() == attribute.type) continue;
      return value ? errors::KeyNotOfSchema() : errors::KeyAttributeMissing();
    }
  }
  TRY(std::string row_key, BaseRowKey(table, item));
  TRY_VOID(CheckIndexKeys(table, item));
  return row_key;
}

Result<TableWrite> FindRows(Database& database, const TableWrites& writes) {
  TableWrite found;
  TRY(found.table, database.catalog().Find(TableNameOf(writes.table_name)));
  std::set<std::string_view> seen;
  found.rows.reserve(writes.requests.size());  // so that the keys stay where they are
  for (const WriteRequest& write : writes.requests) {
    RowWrite& row = found.rows.emplace_back();
    if (write.put_item) {
      row.item = write.put_item->view();
      row.key = row.item;
      TRY(row.row_key, PutRowKey(*found.table, row.item));
    } else {
      row.key = write.delete_key->view();
      TRY(row.row_key, BaseRowKeyOfKey(*found.table, row.key));
    }
    if (!seen.insert(row.row_key).second) return errors::DuplicateKeys();
  }
  return found;
}

// A commit holds no more than this and one item with its index rows: a batch of 10 MB for a table with twenty indexes
// is 210 MB. The requests of a batch need not be done together. Source: Developer Guide, "BatchWriteItem".
constexpr std::size_t kLargestCommit = 4 << 20;  // bytes

// Requires: gates and locks are held.
Result<UnitsByIndex> StageTable(const CallContext& context, const TableWrite& write,
                                std::optional<StagedWrites>& staged) {
  UnitsByIndex units;
  for (const RowWrite& row : write.rows) {
    const ItemChange change = [&row](ItemView) -> Result<ItemView> { return row.item; };
    TRY(const WriteOutcome outcome,
        Stage(context.database, {*write.table, row.row_key, nullptr, false, change}, *staged));
    AddUnits(units, outcome.units);
    if (staged->batch().size() <= kLargestCommit) continue;
    TRY_VOID(staged->Commit(context.commits));
    staged.emplace(context.database);
  }
  return units;
}

// Runs all writes, as one commit if they are not large; the units of each table.
Result<std::vector<UnitsByIndex>> Run(const CallContext& context, const std::vector<TableWrite>& writes) {
  Database& database = context.database;
  std::vector<const Table*> tables;
  std::vector<std::string_view> keys;
  for (const TableWrite& write : writes) {
    tables.push_back(write.table.get());
    for (const RowWrite& row : write.rows) keys.push_back(row.row_key);
  }
  TRY(const TableGates gates, EnterTables(std::move(tables)));
  const auto locks = database.locks().LockAll(keys);
  std::optional<StagedWrites> staged(std::in_place, database);
  std::vector<UnitsByIndex> units;
  for (const TableWrite& write : writes) {
    TRY(UnitsByIndex table_units, StageTable(context, write, staged));
    units.push_back(std::move(table_units));
  }
  TRY_VOID(staged->Commit(context.commits));
  return units;
}

std::vector<ItemCollectionMetrics> MeasureCollections(const TableWrite& write) {
  std::vector<ItemCollectionMetrics> metrics;
  std::set<std::string> seen;
  for (const RowWrite& row : write.rows) {
    auto measured = MeasureCollection(*write.table, row.key);
    if (measured && seen.insert(measured->key).second) metrics.push_back(std::move(*measured));
  }
  return metrics;
}

}  // namespace

Result<BatchWriteItemResponse> BatchWriteItem(const CallContext& context, const BatchWriteItemRequest& request) {
  if (request.tables.empty()) return errors::NoRequestItems("BatchWriteItem");
  TRY_VOID(CheckRequests(request));
  std::vector<TableWrite> writes;
  for (const TableWrites& table : request.tables) {
    TRY(TableWrite write, FindRows(context.database, table));
    writes.push_back(std::move(write));
  }
  TRY(const std::vector<UnitsByIndex> units, Run(context, writes));
  BatchWriteItemResponse response;
  if (request.return_consumed_capacity != ReturnConsumedCapacity::kNone) response.consumed_capacity.emplace();
  if (request.return_item_collection_metrics) response.item_collection_metrics.emplace();
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto consumed = ToConsumedCapacity(request.return_consumed_capacity, *writes[i].table, units[i]);
    if (consumed) response.consumed_capacity->push_back(std::move(*consumed));
    if (!response.item_collection_metrics) continue;
    auto metrics = MeasureCollections(writes[i]);
    if (!metrics.empty()) response.item_collection_metrics->emplace_back(writes[i].table->name(), std::move(metrics));
  }
  return response;
}

}  // namespace dynarock
