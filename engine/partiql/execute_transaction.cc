// ExecuteTransaction.
#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/item_bytes.h"
#include "engine/base/limits.h"
#include "engine/item/size.h"
#include "engine/partiql/runner.h"
#include "engine/requests/cancellation_reasons.h"
#include "engine/storage/digest.h"

namespace dynarock {
namespace {

using partiql::Statement;

// `result`, whose error tells the statement's place.
template <class T>
Result<T> InStatement(std::size_t i, Result<T> result) {
  if (!result && result.error().code != ErrorCode::kResourceNotFound) {
    return Prefixed("Validation failed in TransactStatements[" + std::to_string(i) + "]: ", std::move(result.error()));
  }
  return result;
}

// Parameters that are no values are told without the statement's place.
Result<std::vector<Statement>> ParseAll(const ExecuteTransactionRequest& request) {
  for (const StatementRequest& statement : request.statements) {
    for (const EncodedValue& parameter : statement.parameters) {
      if (parameter.error) return *parameter.error;
    }
  }
  std::vector<Statement> statements;
  for (std::size_t i = 0; i < request.statements.size(); ++i) {
    TRY(Statement statement, InStatement(i, partiql::Parse(request.statements[i])));
    statements.push_back(std::move(statement));
  }
  return statements;
}

// Null if there is no such table, which is a reason to cancel and no error of the request.
TablePtr FindTable(Database& database, const Statement& statement) {
  auto table = database.catalog().Find(TableNameOf(statement.table));
  return table ? *table : nullptr;
}

ApiError NoSuchTable() {
  return errors::TableNotFound();
}

ApiError WrongKey() {
  return errors::KeyNotOfSchema();
}

// The one item that a SELECT names, to be read whole.
Result<TransactGetItem> PlanRead(Database& database, const TablePtr& table, Statement& statement) {
  if (statement.index) return ValidationError("Reads on indices are not supported within transactions.");
  TRY(const ReadTarget target, partiql::FindTarget(database, statement, false));
  // A key of another type is a reason to cancel.
  TRY_VOID(partiql::PlanRead(target, statement, partiql::OtherKeyType::kIsNoKey));
  partiql::NamedItem named = NameItem(*table, std::move(statement.where), partiql::SingleIn::kIsEquality);
  if (!named.is_complete || named.rest) {
    return ValidationError(
        "Select statements within ExecuteTransaction must specify the primary key in the where clause.");
  }
  TransactGetItem read;
  read.table_name = statement.table;
  read.key.bytes = std::move(named.key);
  return read;
}

Result<TransactGetItemsResponse> ReadAll(Database& database, const ExecuteTransactionRequest& request,
                                         std::vector<Statement>& statements) {
  std::vector<CancellationReason> reasons(statements.size());
  bool is_canceled = false;
  TransactGetItemsRequest reads;
  reads.return_consumed_capacity = request.return_consumed_capacity;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const TablePtr table = FindTable(database, statements[i]);
    if (!table) {
      is_canceled = true;
      reasons[i] = ReasonOf(NoSuchTable());
      continue;
    }
    TRY(TransactGetItem read, InStatement(i, PlanRead(database, table, statements[i])));
    reads.items.push_back(std::move(read));
  }
  if (is_canceled) return TransactionCanceled(std::move(reasons));
  TRY(TransactGetItemsResponse response, TransactGetItems(database, reads));
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (response.items[i]) response.items[i] = partiql::Columns(statements[i]).Show(ItemView(*response.items[i]));
  }
  return response;
}

// Errors: kValidation of the request; what only cancels the transaction stays with the action.
Result<CompiledAction> PlanOne(Database& database, Statement& statement) {
  CompiledAction action;
  action.table = FindTable(database, statement);
  if (!action.table) {
    action.error = NoSuchTable();
    return action;
  }
  if (statement.returning != partiql::Returning::kNone) {
    return ValidationError("RETURNING clause is not supported in ExecuteTransaction.");
  }
  const bool is_keyed = statement.kind == Statement::Kind::kUpdate || statement.kind == Statement::Kind::kDelete;
  Result<CompiledAction> planned = PlanWrite(action.table, statement);
  if (planned || !is_keyed) return planned;
  action.error = WrongKey();
  return action;
}

std::string DigestOf(const ExecuteTransactionRequest& request) {
  std::string text;
  const auto append = [&text](std::string_view part) {
    AppendBigEndian(text, static_cast<std::uint32_t>(part.size()));
    text += part;
  };
  for (const StatementRequest& statement : request.statements) {
    append(statement.statement);
    text.push_back(statement.return_old_on_condition_failure ? '\1' : '\0');
    AppendBigEndian(text, static_cast<std::uint32_t>(statement.parameters.size()));
    for (const EncodedValue& parameter : statement.parameters) append(parameter.bytes);
  }
  return Sha256(text);
}

// What the statements bring along: items, and the values of updates.
std::size_t SizeOf(const StatementRequest& request, const CompiledAction& action) {
  std::size_t size = action.item.empty() ? 0 : action.item.billed_size();
  if (action.kind != TransactAction::kUpdate) return size;
  for (const EncodedValue& parameter : request.parameters) size += BilledSize(parameter.view());
  return size;
}

Result<TransactGetItemsResponse> WriteAll(const CallContext& context, const ExecuteTransactionRequest& request,
                                          std::vector<Statement>& statements) {
  std::vector<CompiledAction> actions;
  std::size_t size = 0;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    TRY(CompiledAction action, InStatement(i, PlanOne(context.database, statements[i])));
    action.return_old_on_condition_failure = request.statements[i].return_old_on_condition_failure;
    size += SizeOf(request.statements[i], action);
    actions.push_back(std::move(action));
  }
  if (size > kMaxTransactionSize) {
    return errors::TransactionTooLarge();
  }
  TransactionOptions options{request.client_request_token, "", request.return_consumed_capacity, false};
  if (options.client_request_token) options.digest = DigestOf(request);
  TRY(TransactWriteItemsResponse written, RunWriteTransaction(context, std::move(actions), options));
  return TransactGetItemsResponse{.items = {}, .consumed_capacity = std::move(written.consumed_capacity)};
}

}  // namespace

Result<TransactGetItemsResponse> ExecuteTransaction(const CallContext& context,
                                                    const ExecuteTransactionRequest& request) {
  TRY(std::vector<Statement> statements, ParseAll(request));
  const auto reads = std::count_if(statements.begin(), statements.end(),
                                   [](const Statement& statement) { return statement.is_read(); });
  if (reads == 0) return WriteAll(context, request, statements);
  if (static_cast<std::size_t>(reads) == statements.size()) return ReadAll(context.database, request, statements);
  return ValidationError("ExecuteTransaction API does not support both read and write operations in the same request.");
}

}  // namespace dynarock
