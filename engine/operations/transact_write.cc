// TransactWriteItems.
#include <algorithm>
#include <cmath>
#include <set>

#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/item/size.h"
#include "engine/operations/item_update.h"
#include "engine/operations/key_rules.h"
#include "engine/operations/transaction_tokens.h"
#include "engine/operations/transactions.h"
#include "engine/storage/digest.h"

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

// One action, compiled; then its row, or why it has none.
struct Action {
  const TransactWriteItem& item;
  CompiledUpdate compiled;  // of other actions than updates only the condition
  std::size_t share = 0;    // place of the table
  std::string row_key = {};
  std::optional<ApiError> error = {};
  std::string new_item = {};  // of an update

  const Condition* condition() const { return compiled.condition ? &*compiled.condition : nullptr; }
};

struct Transaction {
  std::vector<Action> actions;
  std::vector<TableShare> shares;
};

Result<Action> CompileAction(const TransactWriteItem& item) {
  if (item.actions == 0) {
    return ValidationError("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  if (item.actions > 1) return ValidationError("TransactItems can only contain one of Check, Put, Update or Delete");
  Action action{item, {}};
  if (item.action == TransactAction::kUpdate) {
    TRY(action.compiled, CompileUpdate(item, {item.item, item.update_expression, std::nullopt}));
    return action;
  }
  TRY_VOID(
      CheckExpressionParameters(item.expression_attributes, {{kConditionExpression, item.condition_expression}}, {}));
  TRY_VOID(CheckEncoded(item.item));
  if (item.action == TransactAction::kPut && item.item.view().billed_size() > kMaxItemSize) {
    return ValidationError("Item size has exceeded the maximum allowed size");
  }
  TRY(action.compiled.condition, CompileOnlyCondition(item));
  return action;
}

// What the request tells of the item: all of a put, key and values of the others.
std::size_t RequestSize(const TransactWriteItem& item) {
  std::size_t size = item.item.view().billed_size();
  if (!item.expression_attributes.values || item.action != TransactAction::kUpdate) return size;
  for (const ValuePlaceholder& value : *item.expression_attributes.values) {
    size += BilledSize(ValueView::Of(value.bytes));
  }
  return size;
}

Result<Transaction> Compile(const TransactWriteItemsRequest& request) {
  Transaction transaction;
  std::size_t size = 0;
  for (const TransactWriteItem& item : request.items) {
    TRY(Action action, CompileAction(item));
    transaction.actions.push_back(std::move(action));
    size += RequestSize(item);
  }
  if (size > kMaxTransactionSize) {
    return ValidationError("The aggregate size of the items in the transaction cannot exceed 4 MB");
  }
  return transaction;
}

Result<void> FindTables(Database& database, Transaction& transaction) {
  for (Action& action : transaction.actions) {
    TRY(const TablePtr table, database.catalog().Find(TableNameOf(action.item.table_name)));
    const auto is_same = [&](const TableShare& share) { return share.table->id() == table->id(); };
    const auto found = std::find_if(transaction.shares.begin(), transaction.shares.end(), is_same);
    action.share = static_cast<std::size_t>(found - transaction.shares.begin());
    if (found == transaction.shares.end()) transaction.shares.push_back({table, {}, 0});
  }
  return {};
}

Result<std::string> RowKeyOf(const Table& table, const Action& action) {
  const ItemView item = action.item.item.view();
  if (action.item.action == TransactAction::kUpdate) {
    TRY(std::string row_key, BaseRowKeyOfKey(table, item));
    TRY_VOID(CheckUpdate(table, action.compiled));
    return row_key;
  }
  TRY_VOID(CheckConditionPaths(table, action.compiled.condition));
  if (action.item.action != TransactAction::kPut) return BaseRowKeyOfKey(table, item);
  TRY(std::string row_key, BaseRowKey(table, item));
  TRY_VOID(CheckIndexKeys(table, item));
  return row_key;
}

// Errors: kEmptyKey; kValidation for an item named twice. Other errors stay with their actions.
Result<void> FindRows(Transaction& transaction) {
  std::set<std::string_view> seen;
  for (Action& action : transaction.actions) {
    Result<std::string> row_key = RowKeyOf(*transaction.shares[action.share].table, action);
    if (row_key) {
      action.row_key = std::move(*row_key);
      if (seen.insert(action.row_key).second) continue;
      return ValidationError("Transaction request cannot include multiple operations on one item");
    }
    if (row_key.error().code == ErrorCode::kEmptyKey) return row_key.error();
    action.error = std::move(row_key.error());
  }
  return {};
}

ItemChange ChangeOf(const Table& table, Action& action) {
  switch (action.item.action) {
    case TransactAction::kConditionCheck:
      return [](ItemView old_item) -> Result<ItemView> { return old_item; };
    case TransactAction::kPut:
      return [&action](ItemView) -> Result<ItemView> { return action.item.item.view(); };
    case TransactAction::kDelete:
      return [](ItemView) -> Result<ItemView> { return ItemView(); };
    case TransactAction::kUpdate:
      break;
  }
  return [&table, &action](ItemView old_item) {
    const UpdateOfItem target{table, action.compiled.update, action.item.item.view(), UpdateSizeRule::kOfItem};
    return ApplyUpdate(target, old_item, action.new_item);
  };
}

// What reading the written images costs. Rounding up to 1 KB and then to 4 KB is rounding up to 4 KB.
// Observed: conformance/cases/transactions/request_token.case
double ReadUnitsOf(double write_units) {
  return std::ceil(write_units * static_cast<double>(kWriteUnit) / static_cast<double>(kReadUnit));
}

// Requires: gates and locks are held.
// Errors: kTransactionCanceled; kEmptyKey; kInternal.
Result<void> StageActions(Database& database, Transaction& transaction, StagedWrites& staged) {
  std::vector<CancellationReason> reasons(transaction.actions.size());
  bool is_canceled = false;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    Action& action = transaction.actions[i];
    TableShare& share = transaction.shares[action.share];
    if (!action.error) {
      const ItemChange change = ChangeOf(*share.table, action);
      const ItemWrite write{*share.table, action.row_key, action.condition(),
                            action.item.return_old_on_condition_failure, change};
      Result<WriteOutcome> outcome = Stage(database, write, staged);
      if (outcome) {
        AddUnits(share.units, outcome->units);
        share.read_units += kTransactionFactor * ReadUnitsOf(outcome->units.table);
        continue;
      }
      const ErrorCode code = outcome.error().code;
      if (code == ErrorCode::kEmptyKey || code == ErrorCode::kInternal) return outcome.error();
      action.error = std::move(outcome.error());
    }
    is_canceled = true;
    reasons[i] = ReasonOf(*action.error);
  }
  if (is_canceled) return TransactionCanceled(std::move(reasons));
  for (TableShare& share : transaction.shares) share.units.table *= kTransactionFactor;
  return {};
}

void AppendText(std::string& out, std::string_view text) {
  AppendBigEndian(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void AppendPlaceholders(std::string& out, std::vector<std::pair<std::string_view, std::string_view>> placeholders) {
  std::sort(placeholders.begin(), placeholders.end());
  AppendBigEndian(out, static_cast<std::uint32_t>(placeholders.size()));
  for (const auto& [placeholder, text] : placeholders) {
    AppendText(out, placeholder);
    AppendText(out, text);
  }
}

// Equal for requests that ask for the same, in whatever order their JSON has its members.
std::string DigestOf(const TransactWriteItemsRequest& request) {
  std::string text;
  for (const TransactWriteItem& item : request.items) {
    text.push_back(static_cast<char>(item.action));
    text.push_back(item.return_old_on_condition_failure ? '\1' : '\0');
    AppendText(text, item.table_name);
    AppendText(text, item.item.bytes);
    AppendText(text, item.condition_expression.value_or(""));
    AppendText(text, item.update_expression.value_or(""));
    std::vector<std::pair<std::string_view, std::string_view>> names, values;
    for (const auto& name : item.expression_attributes.names.value_or(std::vector<NamePlaceholder>())) {
      names.emplace_back(name.placeholder, name.name);
    }
    if (item.expression_attributes.values) {
      for (const auto& value : *item.expression_attributes.values) values.emplace_back(value.placeholder, value.bytes);
    }
    AppendPlaceholders(text, std::move(names));
    AppendPlaceholders(text, std::move(values));
  }
  return Sha256(text);
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
Result<std::optional<CompletedTransaction>> Run(Database& database, const TransactWriteItemsRequest& request,
                                                Transaction& transaction) {
  std::vector<const Table*> tables;
  std::vector<std::string_view> keys;
  for (const TableShare& share : transaction.shares) tables.push_back(share.table.get());
  for (const Action& action : transaction.actions) {
    if (!action.error) keys.push_back(action.row_key);
  }
  CompletedTransaction completed;
  std::string token_key;
  if (request.client_request_token) {
    completed.digest = DigestOf(request);
    token_key = TransactionTokenKey(*request.client_request_token);
    keys.push_back(token_key);
  }
  TRY(const TableGates gates, EnterTables(std::move(tables)));
  const auto locks = database.locks().LockAll(keys);
  if (request.client_request_token) {
    TRY(auto repeated, FindRepeated(database, *request.client_request_token, completed.digest));
    if (repeated) return repeated;
  }
  StagedWrites staged(database);
  TRY_VOID(StageActions(database, transaction, staged));
  if (request.client_request_token) {
    completed.expires = TokenExpiry(database.clock());
    for (const TableShare& share : transaction.shares) {
      completed.read_units.emplace_back(share.table->name(), share.read_units);
    }
    RememberCompleted(*request.client_request_token, completed, staged.batch());
  }
  TRY_VOID(staged.Commit());
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
  for (const auto& [table, units] : completed.read_units) {
    ConsumedCapacity& consumed = all.emplace_back();
    consumed.table_name = table;
    consumed.total = consumed.table = units;
    consumed.by_index = wanted == ReturnConsumedCapacity::kIndexes;
    consumed.kind = CapacityKind::kRead;
  }
  return all;
}

// Of the collections that were written to, each once.
std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>> MeasureCollections(
    const Transaction& transaction) {
  std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>> all;
  for (std::size_t i = 0; i < transaction.shares.size(); ++i) {
    const Table& table = *transaction.shares[i].table;
    std::vector<ItemCollectionMetrics> metrics;
    std::set<std::string> seen;
    for (const Action& action : transaction.actions) {
      if (action.share != i || action.item.action == TransactAction::kConditionCheck) continue;
      auto measured = MeasureCollection(table, action.item.item.view());
      if (measured && seen.insert(measured->key).second) metrics.push_back(std::move(*measured));
    }
    if (!metrics.empty()) all.emplace_back(table.name(), std::move(metrics));
  }
  return all;
}

}  // namespace

CancellationReason ReasonOf(ApiError error) {
  std::string code = "ValidationError";
  if (error.code == ErrorCode::kConditionalCheckFailed) code = "ConditionalCheckFailed";
  if (error.code == ErrorCode::kItemCollectionSizeLimitExceeded) code = "ItemCollectionSizeLimitExceeded";
  return {std::move(code), std::move(error.message), std::move(error.item)};
}

ApiError TransactionCanceled(std::vector<CancellationReason> reasons) {
  std::string codes;
  for (const CancellationReason& reason : reasons) codes += (codes.empty() ? "" : ", ") + reason.code;
  ApiError error{ErrorCode::kTransactionCanceled,
                 "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]",
                 {}};
  error.reasons = std::move(reasons);
  return error;
}

Result<TransactWriteItemsResponse> TransactWriteItems(Database& database, const TransactWriteItemsRequest& request) {
  TRY(Transaction transaction, Compile(request));
  TRY_VOID(FindTables(database, transaction));
  TRY_VOID(FindRows(transaction));
  TRY(const auto repeated, Run(database, request, transaction));
  if (request.client_request_token) TRY_VOID(DropExpiredTokens(database));
  TransactWriteItemsResponse response;
  const ReturnConsumedCapacity wanted = request.return_consumed_capacity;
  if (wanted != ReturnConsumedCapacity::kNone) {
    response.consumed_capacity = repeated ? RepeatedCapacity(wanted, *repeated) : WrittenCapacity(wanted, transaction);
  }
  if (request.return_item_collection_metrics) response.item_collection_metrics = MeasureCollections(transaction);
  return response;
}

}  // namespace dynarock
