// CreateTable, DescribeTable, ListTables, DeleteTable.
#pragma once

#include "engine/operations/stream_settings.h"

namespace dynarock {

struct KeySchemaElement {
  std::string_view attribute_name;
  bool is_hash = true;
};

struct ProjectionRequest {
  std::optional<ProjectionType> type;
  std::optional<std::vector<std::string_view>> non_key_attributes;
};

struct IndexRequest {
  std::string_view name;
  std::vector<KeySchemaElement> key_schema;
  ProjectionRequest projection;
  std::optional<Throughput> throughput;
};

struct AttributeDefinition {
  std::string_view name;
  Type type = Type::kString;
};

struct CreateTableRequest {
  std::string_view table_name;
  std::vector<AttributeDefinition> attribute_definitions;
  std::vector<KeySchemaElement> key_schema;
  std::optional<std::vector<IndexRequest>> local_secondary_indexes;
  std::optional<std::vector<IndexRequest>> global_secondary_indexes;
  std::optional<BillingMode> billing_mode;
  std::optional<Throughput> throughput;
  bool deletion_protection = false;
  std::string_view table_class;  // empty if not given
  std::optional<StreamSpecification> stream_specification;
};

enum class TableStatus { kCreating, kActive, kDeleting };

// A table as a TableDescription shows it.
struct TableDescription {
  TablePtr table;
  TableStatus status = TableStatus::kActive;
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

// The answer says CREATING, as AWS's does; the table is ACTIVE at once.
// Errors: as API_CreateTable; kValidation, kResourceInUse, kLimitExceeded.
Result<TableDescription> CreateTable(Database& database, const CreateTableRequest& request);

// Errors: kResourceNotFound.
Result<TableDescription> DescribeTable(Database& database, std::string_view table_name);

// The table is gone when the answer, which says DELETING, is there.
// Errors: kResourceNotFound; kValidation if the table is protected.
Result<TableDescription> DeleteTable(Database& database, std::string_view table_name);

Result<ListTablesResponse> ListTables(Database& database, const ListTablesRequest& request);

}  // namespace dynarock
