// One statement, parsed and then run: what the three operations share.
#pragma once

#include "engine/partiql/planner.h"
#include "engine/partiql/statements.h"

namespace dynarock::partiql {

// Errors: kRequestValidation for parameters that are no values, before the statement is looked at; those of
// ParseStatement; kValidation for a write to an index.
Result<Statement> Parse(const StatementRequest& request);

// Errors: kValidation for an index whose key has several attributes of a kind, which PartiQL does not read.
// Observed: conformance/cases/partiql/multi_attribute_index.case
Result<void> CheckIndexKeys(const Table& table, const Statement& statement);

// Where a SELECT reads. Errors: kResourceNotFound; kValidation for an index that is not there, consistent reads of a
// global one, and columns that it does not have.
Result<ReadTarget> FindTarget(Database& database, const Statement& statement, bool consistent_read);

// The columns of a SELECT. Borrows the statement.
class Columns {
 public:
  explicit Columns(const Statement& statement);

  // The item as the columns show it: each under its last name. Gives item bytes.
  std::string Show(ItemView item) const;

 private:
  const std::vector<Path>& paths_;
  std::optional<PathFinder> finder_;  // of many columns
};

// The one item of a key, filtered and shown. Errors: kInternal.
struct KeyedRead {
  std::optional<std::string> item;  // item bytes
  UnitsByIndex units;
};
Result<KeyedRead> ReadItem(Database& database, const Statement& statement, std::string_view row_key,
                           bool consistent_read);

struct StatementOutcome {
  std::optional<std::string> item;  // what RETURNING asks for; item bytes
  UnitsByIndex units;
};

// Runs one write. Errors: kValidation, kConditionalCheckFailed, kDuplicateItem; both have the old item, if asked for
// it.
Result<StatementOutcome> RunWrite(const CallContext& context, const Statement& statement, const CompiledAction& action);

}  // namespace dynarock::partiql
