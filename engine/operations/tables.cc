#include "engine/operations/tables.h"

#include <algorithm>
#include <random>

#include "engine/operations/table_rules.h"

namespace dynarock {
namespace {

// A random (version 4) UUID.
std::string NewUuid() {
  std::random_device random;
  std::string uuid;
  constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) uuid += '-';
    const unsigned digit = random() & 15;
    uuid += kDigits[i == 12 ? 4 : i == 16 ? (digit & 3) | 8 : digit];
  }
  return uuid;
}

Type TypeOf(const CreateTableRequest& request, std::string_view name) {
  const auto found = std::find_if(request.attribute_definitions.begin(), request.attribute_definitions.end(),
                                  [&](const auto& definition) { return definition.name == name; });
  return found->type;
}

KeySchema ToKeySchema(const CreateTableRequest& request, const std::vector<KeySchemaElement>& elements) {
  KeySchema schema;
  for (const KeySchemaElement& element : elements) {
    (element.is_hash ? schema.partition : schema.sort)
        .push_back({std::string(element.attribute_name), TypeOf(request, element.attribute_name)});
  }
  return schema;
}

void AddIndexes(const CreateTableRequest& request, const std::optional<std::vector<IndexRequest>>& indexes,
                bool is_global, TableDefinition& definition) {
  if (!indexes) return;
  for (const IndexRequest& requested : *indexes) {
    IndexDefinition index;
    index.id.value = static_cast<std::uint16_t>(definition.indexes.size() + 1);
    index.name = requested.name;
    index.is_global = is_global;
    index.keys = ToKeySchema(request, requested.key_schema);
    index.projection = *requested.projection.type;
    if (requested.projection.non_key_attributes) {
      for (const auto name : *requested.projection.non_key_attributes) index.non_key_attributes.emplace_back(name);
    }
    index.throughput = requested.throughput.value_or(Throughput{});
    definition.last_index_id = index.id;
    definition.indexes.push_back(std::move(index));
  }
}

Result<TablePtr> FindForControl(Database& database, std::string_view name_or_arn) {
  const std::string name(TableNameOf(name_or_arn));
  auto table = database.catalog().Find(name);
  if (!table) {
    return ApiError{ErrorCode::kResourceNotFound, "Requested resource not found: Table: " + name + " not found", {}};
  }
  return table;
}

TableDescription Describe(Database& database, TablePtr table, TableStatus status) {
  StreamPtr stream = database.streams().LatestOf(table->id(), database.clock().Now());
  const bool enabled = stream && stream->enabled();
  return {std::move(table), status, database.identity(), std::move(stream), enabled};
}

}  // namespace

Result<TableDescription> CreateTable(Database& database, const CreateTableRequest& request) {
  TRY_VOID(CheckCreateTable(request));
  TableDefinition definition;
  definition.name = TableNameOf(request.table_name);
  definition.uuid = NewUuid();
  definition.created = database.clock().Now();
  for (const auto& attribute : request.attribute_definitions) {
    definition.attributes.push_back({std::string(attribute.name), attribute.type});
  }
  definition.keys = ToKeySchema(request, request.key_schema);
  AddIndexes(request, request.local_secondary_indexes, false, definition);
  AddIndexes(request, request.global_secondary_indexes, true, definition);
  definition.billing_mode = request.billing_mode.value_or(BillingMode::kProvisioned);
  if (request.billing_mode == BillingMode::kPayPerRequest) definition.on_demand_since = definition.created;
  definition.throughput = request.throughput.value_or(Throughput{});
  definition.deletion_protection = request.deletion_protection;
  definition.table_class = request.table_class;
  TRY(TablePtr table, CreateWithStream(database, std::move(definition), request.stream_specification));
  return Describe(database, std::move(table), TableStatus::kCreating);
}

Result<TableDescription> DescribeTable(Database& database, std::string_view table_name) {
  TRY(TablePtr table, FindForControl(database, table_name));
  return Describe(database, std::move(table), TableStatus::kActive);
}

Result<TableDescription> DeleteTable(Database& database, std::string_view table_name) {
  TRY(TablePtr table, FindForControl(database, table_name));
  if (table->definition().deletion_protection) {
    return ValidationError(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
        "protection first.");
  }
  TableDescription description = Describe(database, table, TableStatus::kDeleting);
  TRY_VOID(RemoveWithStream(database, table));
  return description;
}

Result<ListTablesResponse> ListTables(Database& database, const ListTablesRequest& request) {
  constexpr std::int64_t kDefaultLimit = 100;
  ListTablesResponse response;
  bool more = false;
  const auto limit = static_cast<std::size_t>(request.limit.value_or(kDefaultLimit));
  response.table_names = database.catalog().List(request.exclusive_start_table_name, limit, more);
  if (more) response.last_evaluated_table_name = response.table_names.back();
  return response;
}

}  // namespace dynarock
