#include "engine/tables/tables.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/uuid.h"
#include "engine/tables/encryption_rules.h"
#include "engine/tables/index_rules.h"
#include "engine/tables/table_rules.h"
#include "engine/tables/tags.h"
#include "engine/tables/throughput_rules.h"
#include "engine/tables/transient_status.h"

namespace dynarock {
namespace {

// Indexes in the order given; their ids follow each other.
void AddIndexes(const CreateTableRequest& request, bool is_global, TableDefinition& definition) {
  const auto& indexes = is_global ? request.global_secondary_indexes : request.local_secondary_indexes;
  if (!indexes) return;
  for (const IndexRequest& requested : *indexes) {
    definition.last_index_id.value = static_cast<std::uint16_t>(definition.last_index_id.value + 1);
    definition.indexes.push_back(ToIndex(requested, is_global, request.attribute_definitions));
    definition.indexes.back().id = definition.last_index_id;
  }
}

TableDefinition ToDefinition(const Database& database, const CreateTableRequest& request) {
  TableDefinition definition;
  definition.name = TableNameOf(request.table_name);
  definition.uuid = NewUuid();
  definition.created = database.clock().Now();
  for (const auto& attribute : request.attribute_definitions) {
    definition.attributes.push_back({std::string(attribute.name), attribute.type});
  }
  const LocalHabits& habits = database.leniency().local;
  definition.in_local_order = habits.creates_in_local_order;
  if (!definition.in_local_order) SortByName(definition.attributes);
  definition.keys = ToKeySchema(request.key_schema, request.attribute_definitions);
  AddIndexes(request, false, definition);
  AddIndexes(request, true, definition);
  definition.billing_mode = request.billing_mode.value_or(BillingMode::kProvisioned);
  if (definition.billing_mode == BillingMode::kPayPerRequest) definition.on_demand_since = definition.created;
  definition.throughput = request.throughput.value_or(Throughput{});
  if (habits.describes_as_active)
    definition.throughput.last_increase = definition.throughput.last_decrease = EpochMillis{};
  definition.on_demand = request.on_demand;
  definition.warm = request.warm;
  definition.deletion_protection = request.deletion_protection;
  definition.table_class = request.table_class.value_or("");
  if (request.encryption) definition.encryption = ToEncryption(*request.encryption, database.identity());
  return definition;
}

TableDescription Describe(Database& database, TablePtr table, TableStatus status) {
  TableDescription description;
  description.definition = table->definition();
  CountDecreasesOfToday(description.definition, database.clock().Now());
  ShowStream(database, *table, description);
  description.table = std::move(table);
  const bool is_local = database.leniency().local.describes_as_active;
  description.status = is_local && !ChangesTakeTime(database) ? TableStatus::kActive : status;
  description.is_whole = is_local;
  description.identity = database.identity();
  if (description.status == TableStatus::kCreating) {
    // Told once the table is there.
    description.definition.on_demand_since.reset();
    for (IndexDefinition& index : description.definition.indexes) index.status = IndexStatus::kCreating;
  }
  return description;
}

bool HasUnits(const IndexRequest& index) {
  return index.throughput.has_value();
}

bool HasUnitsOnDemand(const CreateTableRequest& request) {
  if (request.billing_mode != BillingMode::kPayPerRequest) return false;
  const auto& globals = request.global_secondary_indexes;
  return request.throughput || (globals && std::any_of(globals->begin(), globals->end(), HasUnits));
}

CreateTableRequest WithoutUnits(CreateTableRequest request) {
  request.throughput.reset();
  if (!request.global_secondary_indexes) return request;
  for (IndexRequest& index : *request.global_secondary_indexes) index.throughput.reset();
  return request;
}

Result<void> CheckDeletion(const TableDefinition& definition) {
  if (definition.status != TableStatus::kActive) return TableInUse(definition);
  if (definition.deletion_protection) {
    return ValidationError(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
        "protection first.");
  }
  for (const IndexDefinition& index : definition.indexes) {
    if (index.status == IndexStatus::kActive) continue;
    return errors::ResourceInUse("Cannot delete table while indexes are being created, updated, or deleted.");
  }
  return {};
}

}  // namespace

void ShowStream(Database& database, const Table& table, TableDescription& description) {
  description.latest_stream = database.streams().LatestOf(table.id(), database.clock().Now());
  description.stream_enabled = description.latest_stream && description.latest_stream->enabled();
}

Result<TablePtr> FindForControl(Database& database, std::string_view name_or_arn) {
  const std::string name(TableNameOf(name_or_arn));
  auto table = database.catalog().FindAny(name);
  if (table) return table;
  return errors::TableNotFound(name);
}

Result<TableDescription> CreateTable(const CallContext& context, const CreateTableRequest& request) {
  const LocalHabits& habits = context.database.leniency().local;
  if (habits.ignores_units_on_demand && HasUnitsOnDemand(request)) return CreateTable(context, WithoutUnits(request));
  TRY_VOID(CheckCreateTable(request, habits));
  TableDefinition definition = ToDefinition(context.database, request);
  TRY(definition.tags, ToTags(request.tags));
  if (request.policy) {
    if (request.policy->error) return *request.policy->error;
    definition.policies.push_back({TableArn(context.database.identity(), definition.name), request.policy->json,
                                   std::to_string(definition.created.value)});
  }
  if (ChangesTakeTime(context.database)) BeginStatus(context.database, TableStatus::kCreating, definition);
  TRY(TablePtr table, CreateWithStream(context.database, std::move(definition), request.stream));
  SettleLater(context.database, table);
  return Describe(context.database, std::move(table), TableStatus::kCreating);
}

Result<TableDescription> DescribeTable(const CallContext& context, std::string_view table_name) {
  TRY(TablePtr table, FindForControl(context.database, table_name));
  const TableStatus status = table->definition().status;
  return Describe(context.database, std::move(table), status);
}

Result<TableDescription> DeleteTable(const CallContext& context, std::string_view table_name) {
  TRY(TablePtr table, FindForControl(context.database, table_name));
  TRY_VOID(CheckDeletion(table->definition()));
  TableDescription description = Describe(context.database, table, TableStatus::kDeleting);
  if (ChangesTakeTime(context.database)) {
    const auto change = [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
      TRY_VOID(CheckDeletion(definition));
      BeginStatus(context.database, TableStatus::kDeleting, definition);
      return {};
    };
    TRY(const TablePtr deleting, context.database.catalog().Update(table, change));
    SettleLater(context.database, deleting);
    return description;
  }
  TRY_VOID(RemoveWithStream(context.database, table));
  return description;
}

Result<ListTablesResponse> ListTables(const CallContext& context, const ListTablesRequest& request) {
  constexpr std::int64_t kDefaultLimit = 100;
  ListTablesResponse response;
  bool more = false;
  const auto limit = static_cast<std::size_t>(request.limit.value_or(kDefaultLimit));
  response.table_names = context.database.catalog().List(request.exclusive_start_table_name, limit, more);
  if (more) response.last_evaluated_table_name = response.table_names.back();
  return response;
}

}  // namespace dynarock
