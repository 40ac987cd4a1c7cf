#include "engine/reads/transact_get_items.h"

#include <algorithm>
#include <set>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/requests/cancellation_reasons.h"
#include "engine/requests/key_rules.h"

namespace dynarock {
namespace {

// A transaction reads each item twice. Source: Developer Guide, "Transaction capacity consumption".
constexpr double kTransactionFactor = 2;

// One item to read, checked.
struct ItemRead {
  const TransactGetItem& item;
  std::optional<std::vector<Path>> projection;
  TablePtr table = {};
  std::string row_key = {};
};

Result<ItemRead> CompileRead(const TransactGetItem& item) {
  const ExpressionParameter parameter{"ProjectionExpression", item.projection_expression};
  TRY_VOID(CheckExpressionParameters(item.expression_attributes, {parameter}, {}));
  TRY_VOID(CheckEncoded(item.key));
  Binder binder(item.expression_attributes);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(auto projection, CompileProjection(parameter, binder));
  TRY_VOID(binder.CheckAllUsed());
  return ItemRead{item, std::move(projection)};
}

Result<std::string> RowKeyOf(const ItemRead& read) {
  if (read.projection) TRY_VOID(CheckKeyPaths(*read.table, *read.projection));
  return BaseRowKeyOfKey(*read.table, read.item.key.view());
}

// Errors: kTransactionCanceled, kValidation for an item named twice.
Result<void> FindRows(std::vector<ItemRead>& reads) {
  std::vector<CancellationReason> reasons(reads.size());
  bool is_canceled = false;
  for (std::size_t i = 0; i < reads.size(); ++i) {
    Result<std::string> row_key = RowKeyOf(reads[i]);
    if (row_key) {
      reads[i].row_key = std::move(*row_key);
      continue;
    }
    is_canceled = true;
    reasons[i] = ReasonOf(std::move(row_key.error()));
  }
  if (is_canceled) return TransactionCanceled(std::move(reasons));
  std::set<std::string_view> seen;
  for (const ItemRead& read : reads) {
    if (seen.insert(read.row_key).second) continue;
    return errors::DuplicateTransactionItems();
  }
  return {};
}

// One item of the snapshot, and what reading it costs.
Result<std::optional<std::string>> Read(Database& database, const ItemRead& read, const Snapshot& snapshot,
                                        std::size_t& size) {
  std::string item;
  TRY(const bool found, database.store().Get(read.row_key, snapshot, item));
  size = found ? ItemView(item).billed_size() : 0;
  if (!found) return std::optional<std::string>();
  if (!read.projection) return std::optional<std::string>(std::move(item));
  std::string projected = Projection(*read.projection).Apply(ItemView(item));
  // An item without any of the attributes is answered like one that is not there.
  if (ItemView(projected).members().empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(projected));
}

// Adds units to the entry of the table, which are in the order in which the tables come first.
void AddCapacity(std::vector<ConsumedCapacity>& all, ReturnConsumedCapacity wanted, const Table& table, double units) {
  const auto is_same = [&](const ConsumedCapacity& consumed) { return consumed.table_name == table.name(); };
  const auto found = std::find_if(all.begin(), all.end(), is_same);
  if (found == all.end()) {
    all.push_back(*ToConsumedCapacity(wanted, table, {units, {}}));
    all.back().kind = CapacityKind::kRead;
  } else {
    found->total += units;
    found->table += units;
  }
}

}  // namespace

Result<TransactGetItemsResponse> TransactGetItems(const CallContext& context, const TransactGetItemsRequest& request) {
  std::vector<ItemRead> reads;
  for (const TransactGetItem& item : request.items) {
    TRY(ItemRead read, CompileRead(item));
    reads.push_back(std::move(read));
  }
  for (ItemRead& read : reads) {
    TRY(read.table, context.database.catalog().Find(TableNameOf(read.item.table_name)));
  }
  TRY_VOID(FindRows(reads));
  TransactGetItemsResponse response;
  const ReturnConsumedCapacity wanted = request.return_consumed_capacity;
  if (wanted != ReturnConsumedCapacity::kNone) response.consumed_capacity.emplace();
  const auto snapshot = context.database.store().TakeSnapshot();
  std::size_t total = 0;
  for (const ItemRead& read : reads) {
    std::size_t size = 0;
    TRY(auto item, Read(context.database, read, *snapshot, size));
    total += size;
    if (total > kMaxTransactionSize) {
      return errors::TransactionTooLarge();
    }
    response.items.push_back(std::move(item));
    if (!response.consumed_capacity) continue;
    AddCapacity(*response.consumed_capacity, wanted, *read.table, kTransactionFactor * ReadUnits(size, true));
  }
  return response;
}

}  // namespace dynarock
