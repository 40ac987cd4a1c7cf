#include "engine/writes/compiled_transaction.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/requests/cancellation_reasons.h"
#include "engine/requests/key_rules.h"
#include "engine/writes/transaction_tokens.h"

namespace dynarock {
namespace {

// A transaction writes each item twice: prepare and commit. Index rows are billed as outside of one.
// Source: Developer Guide, "Transaction capacity consumption"; observed:
// conformance/cases/transactions/write_capacity.case
constexpr double kTransactionFactor = 2;

// What happens to one table.
struct TableShare {
  TablePtr table;
  UnitsByIndex units;
  double read_units = 0;  // what a repetition of the request costs
};

// An action with its place in the transaction.
struct PlacedAction : CompiledAction {
  std::size_t share = 0;  // place of the table; none beside an error
  std::string row_key = {};
  std::string new_item = {};  // of an update
};

struct Transaction {
  std::vector<PlacedAction> actions;
  std::vector<TableShare> shares;
};

Transaction Place(std::vector<CompiledAction> actions) {
  Transaction transaction;
  for (CompiledAction& compiled : actions) {
    PlacedAction& action = transaction.actions.emplace_back(PlacedAction{std::move(compiled)});
    if (!action.table) continue;
    const auto is_same = [&](const TableShare& share) { return share.table->id() == action.table->id(); };
    const auto found = std::find_if(transaction.shares.begin(), transaction.shares.end(), is_same);
    action.share = static_cast<std::size_t>(found - transaction.shares.begin());
    if (found == transaction.shares.end()) transaction.shares.push_back({action.table, {}, 0});
  }
  return transaction;
}

// Errors: kEmptyKey. Other errors stay with their actions.
Result<void> FindRows(Transaction& transaction) {
  for (PlacedAction& action : transaction.actions) {
    if (action.error) continue;
    Result<std::string> row_key = RowKeyOf(action);
    if (row_key) {
      action.row_key = std::move(*row_key);
      continue;
    }
    if (row_key.error().code == ErrorCode::kEmptyKey) return row_key.error();
    action.error = std::move(row_key.error());
  }
  return {};
}

Result<void> CheckRowsAreDistinct(const Transaction& transaction) {
  std::set<std::string_view> seen;
  for (const PlacedAction& action : transaction.actions) {
    if (action.error || seen.insert(action.row_key).second) continue;
    return errors::DuplicateTransactionItems();
  }
  return {};
}

// What reading the written images costs. Rounding up to 1 KB and then to 4 KB is rounding up to 4 KB.
// Observed: conformance/cases/transactions/request_token.case
double ReadUnitsOf(double write_units) {
  return std::ceil(write_units * static_cast<double>(kWriteUnit) / static_cast<double>(kReadUnit));
}

// What transactions hold in memory: items that they write, and items that reasons show.
class ItemBounds {
 public:
  // Errors: kValidation if the items that are written have more than 4 MB. That an update counts with all of its item
  // is a guess. Source: Developer Guide, "Amazon DynamoDB transactions: how it works".
  Result<void> CountWritten(const WriteOutcome& outcome) {
    written_ += outcome.new_size;
    if (written_ <= kMaxTransactionSize) return {};
    return errors::TransactionTooLarge();
  }

  // Reasons show items of 4 MB together, and none beyond that; a guess.
  void LimitShown(ApiError& error) {
    if (!error.item) return;
    shown_ += error.item->size();
    if (shown_ > kMaxTransactionSize) error.item.reset();
  }

 private:
  std::size_t written_ = 0;
  std::size_t shown_ = 0;
};

// Requires: gates and locks are held.
// Errors: kTransactionCanceled; kEmptyKey; kValidation; kInternal.
Result<void> StageActions(Database& database, Transaction& transaction, StagedWrites& staged) {
  std::vector<CancellationReason> reasons(transaction.actions.size());
  ItemBounds bounds;
  bool is_canceled = false;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    PlacedAction& action = transaction.actions[i];
    if (!action.error) {
      TableShare& share = transaction.shares[action.share];
      const ItemChange change = ChangeOf(action, action.new_item);
      const ItemWrite write{*share.table, action.row_key, action.condition(), action.return_old_on_condition_failure,
                            change};
      Result<WriteOutcome> outcome = Stage(database, write, staged);
      std::string().swap(action.new_item);  // the batch has a copy
      if (outcome) {
        TRY_VOID(bounds.CountWritten(*outcome));
        AddUnits(share.units, outcome->units);
        share.read_units += kTransactionFactor * ReadUnitsOf(outcome->units.table);
        continue;
      }
      const ErrorCode code = outcome.error().code;
      if (code == ErrorCode::kEmptyKey || code == ErrorCode::kInternal) return outcome.error();
      action.error = std::move(outcome.error());
      bounds.LimitShown(*action.error);
      if (action.is_insert && code == ErrorCode::kConditionalCheckFailed) action.error = errors::DuplicateItem();
      const bool may_stop = action.kind == TransactAction::kUpdate || action.kind == TransactAction::kConditionCheck;
      const bool has_stop = may_stop && database.leniency().local.ends_failed_condition_with_stop;
      if (has_stop && code == ErrorCode::kConditionalCheckFailed) action.error->message += '.';
    }
    is_canceled = true;
    reasons[i] = ReasonOf(*action.error);
  }
  if (is_canceled) return TransactionCanceled(std::move(reasons));
  for (TableShare& share : transaction.shares) share.units.table *= kTransactionFactor;
  return {};
}

// The transaction that completed with the request's token. Requires: the token's lock is held.
// Errors: kIdempotentParameterMismatch if that was another one.
Result<std::optional<CompletedTransaction>> FindRepeated(Database& database, std::string_view token,
                                                         std::string_view digest) {
  TRY(std::optional<CompletedTransaction> completed, FindCompleted(database, token));
  if (completed && completed->digest != digest) {
    return ApiError{ErrorCode::kIdempotentParameterMismatch,
                    "The request was rejected because it uses the ClientRequestToken of another request",
                    {}};
  }
  return completed;
}

// Does all actions, or finds that they were done. Errors: as TransactWriteItems.
Result<std::optional<CompletedTransaction>> Run(const CallContext& context, const TransactionOptions& options,
                                                Transaction& transaction) {
  Database& database = context.database;
  std::vector<const Table*> tables;
  std::vector<std::string_view> keys;
  for (const TableShare& share : transaction.shares) tables.push_back(share.table.get());
  for (const PlacedAction& action : transaction.actions) {
    if (!action.error) keys.push_back(action.row_key);
  }
  CompletedTransaction completed;
  std::string token_key;
  if (options.client_request_token) {
    completed.digest = options.digest;
    token_key = TransactionTokenKey(database.scope(), *options.client_request_token);
    keys.push_back(token_key);
  }
  TRY(const TableGates gates, EnterTables(std::move(tables)));
  const auto locks = database.locks().LockAll(keys);
  if (options.client_request_token) {
    TRY(auto repeated, FindRepeated(database, *options.client_request_token, completed.digest));
    if (repeated) return repeated;
  }
  StagedWrites staged(database);
  TRY_VOID(StageActions(database, transaction, staged));
  if (options.client_request_token) {
    completed.expires = TokenExpiry(database.clock());
    for (const TableShare& share : transaction.shares) {
      completed.repeated_units.push_back({share.table->name(), share.read_units});
    }
    RememberCompleted(database, *options.client_request_token, completed, staged.batch());
    database.first_token().Come();
  }
  TRY_VOID(staged.Commit(context.commits));
  return std::optional<CompletedTransaction>();
}

std::vector<ConsumedCapacity> WrittenCapacity(ReturnConsumedCapacity wanted, const Transaction& transaction) {
  std::vector<ConsumedCapacity> all;
  for (const TableShare& share : transaction.shares) {
    all.push_back(*ToConsumedCapacity(wanted, *share.table, share.units));
    all.back().kind = CapacityKind::kWrite;
  }
  return all;
}

std::vector<ConsumedCapacity> RepeatedCapacity(ReturnConsumedCapacity wanted, const CompletedTransaction& completed) {
  std::vector<ConsumedCapacity> all;
  for (const auto& [table, units] : completed.repeated_units) {
    ConsumedCapacity& consumed = all.emplace_back();
    consumed.table_name = table;
    consumed.total = consumed.table = units;
    consumed.by_index = wanted == ReturnConsumedCapacity::kIndexes;
    consumed.kind = CapacityKind::kRead;
  }
  return all;
}

// Of the collections that were written to, each once.
ItemCollectionMetricsByTable MeasureCollections(const Transaction& transaction) {
  ItemCollectionMetricsByTable all;
  for (std::size_t i = 0; i < transaction.shares.size(); ++i) {
    const Table& table = *transaction.shares[i].table;
    std::vector<ItemCollectionMetrics> metrics;
    std::set<std::string> seen;
    for (const PlacedAction& action : transaction.actions) {
      if (action.share != i || action.kind == TransactAction::kConditionCheck) continue;
      auto measured = MeasureCollection(table, action.item);
      if (measured && seen.insert(measured->key).second) metrics.push_back(std::move(*measured));
    }
    if (!metrics.empty()) all.emplace_back(table.name(), std::move(metrics));
  }
  return all;
}

// Observed: conformance/cases/transactions/write_keys.case
Result<void> StopAtFirstError(const Transaction& transaction) {
  std::vector<CancellationReason> reasons(transaction.actions.size());
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (!transaction.actions[i].error) continue;
    reasons[i] = ReasonOf(*transaction.actions[i].error);
    return TransactionCanceled(std::move(reasons));
  }
  return {};
}

}  // namespace

Result<std::string> RowKeyOf(const CompiledAction& action) {
  const Table& table = *action.table;
  if (action.kind == TransactAction::kUpdate) {
    TRY(std::string row_key, BaseRowKeyOfKey(table, action.item));
    TRY_VOID(CheckUpdate(table, action.compiled));
    return row_key;
  }
  if (action.condition()) TRY_VOID(CheckConditionPaths(table, *action.condition()));
  if (action.kind != TransactAction::kPut) return BaseRowKeyOfKey(table, action.item);
  TRY(std::string row_key, BaseRowKey(table, action.item));
  TRY_VOID(CheckIndexKeys(table, action.item));
  return row_key;
}

ItemChange ChangeOf(const CompiledAction& action, std::string& new_item) {
  switch (action.kind) {
    case TransactAction::kConditionCheck:
      return [](ItemView old_item) -> Result<ItemView> { return old_item; };
    case TransactAction::kPut:
      return [&action](ItemView) -> Result<ItemView> { return action.item; };
    case TransactAction::kDelete:
      return [](ItemView) -> Result<ItemView> { return ItemView(); };
    case TransactAction::kUpdate:
      break;
  }
  return [&action, &new_item](ItemView old_item) {
    const UpdateOfItem target{*action.table, action.compiled.update, action.item};
    return ApplyUpdate(target, old_item, new_item);
  };
}

Result<TransactWriteItemsResponse> RunWriteTransaction(const CallContext& context, std::vector<CompiledAction> actions,
                                                       const TransactionOptions& options) {
  Transaction transaction = Place(std::move(actions));
  TRY_VOID(FindRows(transaction));
  if (options.stops_at_first_error) TRY_VOID(StopAtFirstError(transaction));
  TRY_VOID(CheckRowsAreDistinct(transaction));
  TRY(const auto repeated, Run(context, options, transaction));
  TransactWriteItemsResponse response;
  const ReturnConsumedCapacity wanted = options.return_consumed_capacity;
  if (wanted != ReturnConsumedCapacity::kNone) {
    response.consumed_capacity = repeated ? RepeatedCapacity(wanted, *repeated) : WrittenCapacity(wanted, transaction);
  }
  if (options.return_item_collection_metrics) {
    ItemCollectionMetricsByTable metrics = MeasureCollections(transaction);
    if (!metrics.empty()) response.item_collection_metrics = std::move(metrics);
  }
  return response;
}

}  // namespace dynarock
