// ExecuteStatement.
#include <algorithm>

#include "engine/partiql/next_token.h"
#include "engine/partiql/runner.h"
#include "engine/partiql/statement_errors.h"
#include "engine/reads/start_key.h"

namespace dynarock {
namespace {

using partiql::Statement;

ItemList ShowAll(const Statement& statement, ItemList items) {
  if (statement.columns.empty()) return items;
  const partiql::Columns columns(statement);
  ItemList shown;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = columns.Show(items[i]);
    shown.Add(ItemView(item));
  }
  return shown;
}

bool IsInside(const std::vector<KeyRange>& ranges, std::string_view row_key) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const KeyRange& range) { return row_key >= range.begin && row_key < range.end; });
}

// Reads one page. The filter is taken from the statement.
Result<ExecuteStatementResponse> ReadRanges(Database& database, const ExecuteStatementRequest& request,
                                            const ReadTarget& target, partiql::ReadPlan plan, Statement& statement) {
  PageOptions options;
  options.forward = plan.forward;
  options.limit = request.limit;
  options.consistent = request.consistent_read;
  options.return_consumed_capacity = request.return_consumed_capacity;
  options.fetch_whole_items = !target.Lacks(statement.columns).empty();
  options.filters_index_rows = true;
  if (request.next_token) {
    TRY(options.start_after, partiql::RowKeyOfToken(request, target, *request.next_token));
    if (!IsInside(plan.ranges, *options.start_after)) return errors::InvalidNextToken();
  }
  options.filter = std::move(statement.where);
  TRY(PageResponse page, ReadPage(database, target, plan.ranges, options));
  ExecuteStatementResponse response;
  if (page.items) response.items = ShowAll(statement, std::move(*page.items));
  response.consumed_capacity = std::move(page.consumed_capacity);
  if (page.last_evaluated_key) {
    TRY(const std::string row_key,
        StartRowKey(database.store(), target, ItemView(*page.last_evaluated_key), options.forward));
    response.next_token = partiql::MakeNextToken(request, target, row_key);
    response.last_evaluated_key = std::move(page.last_evaluated_key);
  }
  return response;
}

Result<ExecuteStatementResponse> RunSelect(Database& database, const ExecuteStatementRequest& request,
                                           Statement& statement) {
  TRY(const ReadTarget target, partiql::FindTarget(database, statement, request.consistent_read));
  TRY(partiql::ReadPlan plan, PlanRead(target, statement));
  if (!plan.row_key) return ReadRanges(database, request, target, std::move(plan), statement);
  if (request.next_token) {
    TRY(const std::string row_key, partiql::RowKeyOfToken(request, target, *request.next_token));
    return errors::InvalidNextToken();
  }
  TRY(const auto read, ReadItem(database, statement, *plan.row_key, request.consistent_read));
  ExecuteStatementResponse response;
  if (read.item) response.items.Add(ItemView(*read.item));
  response.consumed_capacity = ToConsumedCapacity(request.return_consumed_capacity, *target.table, read.units);
  return response;
}

}  // namespace

Result<ExecuteStatementResponse> ExecuteStatement(const CallContext& context, const ExecuteStatementRequest& request) {
  TRY(Statement statement, partiql::Parse(request));
  if (statement.kind == Statement::Kind::kExists) {
    return errors::ExistsOutsideTransaction();
  }
  if (statement.is_read()) return RunSelect(context.database, request, statement);
  if (request.next_token) return errors::NextTokenOfAnotherRequest();
  TRY(const TablePtr table, context.database.catalog().Find(TableNameOf(statement.table)));
  TRY(CompiledAction action, PlanWrite(table, statement));
  action.return_old_on_condition_failure = request.return_old_on_condition_failure && !action.is_insert;
  TRY(const auto outcome, RunWrite(context, statement, action));
  ExecuteStatementResponse response;
  if (outcome.item) response.items.Add(ItemView(*outcome.item));
  response.consumed_capacity = ToConsumedCapacity(request.return_consumed_capacity, *table, outcome.units);
  return response;
}

}  // namespace dynarock
