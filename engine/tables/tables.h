// CreateTable, DescribeTable, UpdateTable, ListTables, DeleteTable.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/tables/table_requests.h"

namespace dynarock {

// A table as a TableDescription shows it.
struct TableDescription {
  TablePtr table;              // whose items are counted
  TableDefinition definition;  // what is shown: the answer to a change may show what was before it
  TableStatus status = TableStatus::kActive;
  bool is_encrypting = false;  // a change of the encryption is on its way
  bool is_warming = false;     // a change of the warm throughput is on its way
  bool is_whole = false;       // also while it is being deleted
  Identity identity;
  StreamPtr latest_stream = nullptr;  // null if there is none
  bool stream_enabled = false;
};

struct ListTablesRequest {
  std::string_view exclusive_start_table_name;
  std::optional<std::int64_t> limit;
};

struct ListTablesResponse {
  std::vector<std::string> table_names;
  std::optional<std::string> last_evaluated_table_name;
};

// The answer says CREATING, as AWS's does; the table is ACTIVE at once, unless changes take their time.
// Errors: as API_CreateTable; kValidation, kResourceInUse, kLimitExceeded.
Result<TableDescription> CreateTable(const CallContext& context, const CreateTableRequest& request);

// Errors: kResourceNotFound.
Result<TableDescription> DescribeTable(const CallContext& context, std::string_view table_name);

// The answer says UPDATING where AWS's does; all is done at once, but for the filling of an index of a large table, and
// unless changes take their time.
// Errors: as API_UpdateTable; kValidation, kResourceNotFound, kResourceInUse, kLimitExceeded.
Result<TableDescription> UpdateTable(const CallContext& context, const UpdateTableRequest& request);

// The table is gone when the answer, which says DELETING, is there, unless changes take their time.
// Errors: kResourceNotFound; kResourceInUse while an index is filled; kValidation if the table is protected.
Result<TableDescription> DeleteTable(const CallContext& context, std::string_view table_name);

Result<ListTablesResponse> ListTables(const CallContext& context, const ListTablesRequest& request);

// The table of a control operation. Errors: kResourceNotFound that names it.
Result<TablePtr> FindForControl(Database& database, std::string_view name_or_arn);

// Tells of the table's stream as it is now.
void ShowStream(Database& database, const Table& table, TableDescription& description);

}  // namespace dynarock
