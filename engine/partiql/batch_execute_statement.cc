// BatchExecuteStatement.
#include <algorithm>
#include <set>

#include "engine/base/errors.h"
#include "engine/database/item_key.h"
#include "engine/partiql/runner.h"
#include "engine/partiql/statement_errors.h"
#include "engine/requests/cancellation_reasons.h"

namespace dynarock {
namespace {

using partiql::Statement;

// What happens to one table.
struct TableShare {
  TablePtr table;
  UnitsByIndex units;
  double failed_units = 0;  // of statements that were tried: charged, but to no part of the table
  bool has_success = false;
};

// One statement on its way: why it failed, or what it will do.
struct Member {
  const StatementRequest& request;
  std::optional<Statement> statement = {};
  std::optional<ApiError> error = {};
  TablePtr table = {};
  std::string row_key = {};                   // of the item that it names
  std::optional<CompiledAction> action = {};  // of a write
};

class Batch {
 public:
  Batch(const CallContext& context, const BatchExecuteStatementRequest& request)
      : context_(context), request_(request) {
    for (const StatementRequest& statement : request.statements) members_.push_back(Member{statement});
  }

  // Parses all, and finds the rows of those that parse.
  Result<void> Prepare() {
    for (Member& member : members_) ParseMember(member);
    TRY_VOID(CheckNotMixed());
    for (Member& member : members_) {
      if (member.error) continue;
      if (Result<void> planned = Plan(member); !planned) member.error = std::move(planned.error());
    }
    std::set<std::string_view> seen;
    for (const Member& member : members_) {
      if (member.error || seen.insert(member.row_key).second) continue;
      return errors::DuplicateKeys();
    }
    return {};
  }

  Result<BatchExecuteStatementResponse> Run() {
    BatchExecuteStatementResponse response;
    for (Member& member : members_) {
      BatchStatementResponse& one = response.responses.emplace_back();
      if (!member.error) TRY_VOID(RunMember(member, one));
      if (member.error) one.error = ReasonOf(std::move(*member.error));
    }
    if (request_.return_consumed_capacity != ReturnConsumedCapacity::kNone) AddCapacity(response);
    return response;
  }

 private:
  static void ParseMember(Member& member) {
    Result<Statement> statement = partiql::Parse(member.request);
    if (statement) {
      member.statement = std::move(*statement);
    } else {
      member.error = std::move(statement.error());
    }
  }

  Result<void> CheckNotMixed() const {
    bool reads = false, writes = false;
    for (const Member& member : members_) {
      if (member.error) continue;
      reads |= member.statement->is_read();
      writes |= !member.statement->is_read();
    }
    if (!reads || !writes) return {};
    return ValidationError("Read and write requests together in the same batch is not supported.");
  }

  Result<void> Plan(Member& member) {
    Statement& statement = *member.statement;
    if (statement.kind == Statement::Kind::kExists) {
      return errors::ExistsOutsideTransaction();
    }
    if (statement.is_read()) return PlanMemberRead(member);
    TRY(member.table, context_.database.catalog().Find(TableNameOf(statement.table)));
    TRY(member.action, PlanWrite(member.table, statement));
    // What a failure costs depends on the item that is there.
    member.action->return_old_on_condition_failure = true;
    TRY(member.row_key, RowKeyOf(*member.action));
    return {};
  }

  Result<void> PlanMemberRead(Member& member) {
    const ApiError no_key = ValidationError(
        "Select statements within BatchExecuteStatement must specify the primary key in the where clause.");
    Statement& statement = *member.statement;
    TRY(member.table, context_.database.catalog().Find(TableNameOf(statement.table)));
    TRY_VOID(partiql::CheckIndexKeys(*member.table, statement));
    if (statement.index) return no_key;
    TRY(const ReadTarget target, partiql::FindTarget(context_.database, statement, false));
    TRY_VOID(PlanRead(target, statement));
    const partiql::NamedItem named =
        NameItem(*target.table, std::move(statement.where), partiql::SingleIn::kIsEquality);
    statement.where.reset();
    if (!named.is_complete || named.rest) return no_key;
    TRY(member.row_key, BaseRowKeyOfKey(*target.table, ItemView(named.key)));
    return {};
  }

  // Errors: kInternal; others stay with the member.
  Result<void> RunMember(Member& member, BatchStatementResponse& response) {
    response.table_name = member.table->name();
    TableShare& share = ShareOf(member.table);
    if (!member.action) {
      TRY(auto read, ReadItem(context_.database, *member.statement, member.row_key, member.request.consistent_read));
      response.item = std::move(read.item);
      AddUnits(share.units, read.units);
      share.has_success = true;
      return {};
    }
    auto outcome = RunWrite(context_, *member.statement, *member.action);
    if (outcome) {
      response.item = std::move(outcome->item);
      AddUnits(share.units, outcome->units);
      share.has_success = true;
      return {};
    }
    if (outcome.error().code == ErrorCode::kInternal) return outcome.error();
    member.error = std::move(outcome.error());
    share.failed_units += FailedUnits(member);
    if (member.action->is_insert || !member.request.return_old_on_condition_failure) member.error->item.reset();
    return {};
  }

  // What it would have cost: the larger of what is there and what an INSERT brings.
  // Observed: conformance/cases/partiql/batch_capacity.case
  static double FailedUnits(const Member& member) {
    const std::size_t there = member.error->item ? ItemView(*member.error->item).billed_size() : 0;
    const std::size_t brought = member.action->is_insert ? member.action->item.billed_size() : 0;
    return WriteUnits(std::max(there, brought));
  }

  TableShare& ShareOf(const TablePtr& table) {
    const auto is_same = [&](const TableShare& share) { return share.table->id() == table->id(); };
    const auto found = std::find_if(shares_.begin(), shares_.end(), is_same);
    if (found != shares_.end()) return *found;
    return shares_.emplace_back(TableShare{table, {}});
  }

  void AddCapacity(BatchExecuteStatementResponse& response) const {
    std::vector<ConsumedCapacity> all;
    for (const TableShare& share : shares_) {
      if (!share.has_success) continue;
      all.push_back(*ToConsumedCapacity(request_.return_consumed_capacity, *share.table, share.units));
      all.back().total += share.failed_units;
    }
    if (!all.empty()) response.consumed_capacity = std::move(all);
  }

  const CallContext& context_;
  const BatchExecuteStatementRequest& request_;
  std::vector<Member> members_;
  std::vector<TableShare> shares_;
};

}  // namespace

Result<BatchExecuteStatementResponse> BatchExecuteStatement(const CallContext& context,
                                                            const BatchExecuteStatementRequest& request) {
  Batch batch(context, request);
  TRY_VOID(batch.Prepare());
  return batch.Run();
}

}  // namespace dynarock
