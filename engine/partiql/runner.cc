#include "engine/partiql/runner.h"

#include <algorithm>
#include <set>

#include "engine/base/errors.h"
#include "engine/partiql/parser.h"
#include "engine/requests/key_rules.h"

namespace dynarock::partiql {
namespace {

// A column's name: the last name of its path and the indexes behind it, `k[1]` of `m.k[1]`.
std::string NameOf(const Path& column) {
  std::string name = column.attribute;
  for (const PathStep& step : column.steps) {
    if (const auto* member = std::get_if<std::string>(&step)) {
      name = *member;
    } else {
      name += "[" + std::to_string(std::get<std::size_t>(step)) + "]";
    }
  }
  return name;
}

Result<void> CheckColumns(const Statement& statement) {
  std::set<std::string> names;
  for (const Path& column : statement.columns) {
    const auto [name, is_new] = names.insert(NameOf(column));
    if (!is_new) return ValidationError("Duplicate identifiers in select clause: " + *name);
  }
  return {};
}

ReturnValues ToReturnValues(Returning returning) {
  switch (returning) {
    case Returning::kAllOld:
      return ReturnValues::kAllOld;
    case Returning::kModifiedOld:
      return ReturnValues::kUpdatedOld;
    case Returning::kAllNew:
      return ReturnValues::kAllNew;
    case Returning::kModifiedNew:
      return ReturnValues::kUpdatedNew;
    case Returning::kNone:
      break;
  }
  return ReturnValues::kNone;
}

}  // namespace

Result<Statement> Parse(const StatementRequest& request) {
  for (const EncodedValue& parameter : request.parameters) {
    if (parameter.error) return *parameter.error;
  }
  TRY(Statement statement, ParseStatement(request.statement, request.parameters));
  if (statement.column_error && !(statement.is_read() && statement.index)) return *statement.column_error;
  TRY_VOID(CheckColumns(statement));
  const bool is_write = statement.kind == Statement::Kind::kUpdate || statement.kind == Statement::Kind::kDelete;
  if (is_write && statement.index) return ValidationError("This operation is not supported on an index");
  return statement;
}

Result<void> CheckIndexKeys(const Table& table, const Statement& statement) {
  const IndexDefinition* index = statement.index ? table.FindIndex(*statement.index) : nullptr;
  if (!index || (index->keys.partition.size() == 1 && index->keys.sort.size() <= 1)) return {};
  return ValidationError(
      "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.");
}

Result<ReadTarget> FindTarget(Database& database, const Statement& statement, bool consistent_read) {
  ReadTarget target;
  TRY(target.table, database.catalog().Find(TableNameOf(statement.table)));
  TRY_VOID(CheckIndexKeys(*target.table, statement));
  if (statement.column_error) return *statement.column_error;
  if (statement.index) {
    target.index = target.table->FindIndex(*statement.index);
    if (!target.index || target.index->status == IndexStatus::kDeleting) {
      return errors::IndexNotFound();
    }
    if (target.index->status == IndexStatus::kBackfilling) {
      return errors::IndexIsBackfilling(target.index->name);
    }
    if (target.index->is_global && consistent_read) {
      return ValidationError("Strongly consistent read is not supported on Global Secondary Indexes");
    }
    TRY_VOID(target.CheckGlobalIndexHas(statement.columns));
  }
  TRY_VOID(CheckKeyPaths(*target.table, statement.columns));
  if (statement.where) TRY_VOID(CheckConditionPaths(*target.table, *statement.where));
  return target;
}

Columns::Columns(const Statement& statement) : paths_(statement.columns) {
  constexpr std::size_t kMany = 16;
  if (paths_.size() < kMany) return;
  std::vector<const Path*> borrowed;
  for (const Path& path : paths_) borrowed.push_back(&path);
  finder_.emplace(borrowed);
}

std::string Columns::Show(ItemView item) const {
  if (paths_.empty()) return std::string(item.bytes());
  std::vector<std::pair<std::string, ValueView>> shown;
  if (finder_) {
    const PathFinder::Found found = finder_->FindIn(item);
    for (const auto& [path, value] : found.values()) shown.emplace_back(NameOf(*path), value);
  } else {
    for (const Path& path : paths_) {
      if (const auto value = Find(item, path)) shown.emplace_back(NameOf(path), *value);
    }
  }
  std::sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out;
  ItemBuilder builder(out);
  for (const auto& [name, value] : shown) builder.Add(name, value);
  builder.Finish();
  return out;
}

Result<KeyedRead> ReadItem(Database& database, const Statement& statement, std::string_view row_key,
                           bool consistent_read) {
  KeyedRead read;
  std::string item;
  TRY(const bool found, database.store().Get(row_key, item));
  read.units.table = ReadUnits(found ? ItemView(item).billed_size() : 0, consistent_read);
  const bool matches = found && (!statement.where || Evaluate(*statement.where, ItemView(item)));
  if (matches) read.item = Columns(statement).Show(ItemView(item));
  return read;
}

Result<StatementOutcome> RunWrite(const CallContext& context, const Statement& statement,
                                  const CompiledAction& action) {
  TRY(const std::string row_key, RowKeyOf(action));
  std::string new_item;
  const ItemChange change = ChangeOf(action, new_item);
  Result<WriteOutcome> written =
      Write(context, {*action.table, row_key, action.condition(), action.return_old_on_condition_failure, change});
  if (!written) {
    if (!action.is_insert || written.error().code != ErrorCode::kConditionalCheckFailed) return written.error();
    ApiError error = errors::DuplicateItem();
    error.item = std::move(written.error().item);
    return error;
  }
  StatementOutcome outcome;
  outcome.item = ReturnedAttributes(ToReturnValues(statement.returning), action.compiled.update,
                                    ItemView(written->old_item), ItemView(new_item));
  outcome.units = std::move(written->units);
  return outcome;
}

}  // namespace dynarock::partiql
