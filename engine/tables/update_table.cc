// UpdateTable.
#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/joined.h"
#include "engine/base/limits.h"
#include "engine/tables/encryption_rules.h"
#include "engine/tables/index_changes.h"
#include "engine/tables/tables.h"
#include "engine/tables/throughput_rules.h"
#include "engine/tables/transient_status.h"
#include "engine/tables/update_table_rules.h"
#include "engine/writes/backfill.h"

namespace dynarock {
namespace {

// A change under way: what is stored, and what the answer shows instead where that differs.
class TableUpdate {
 public:
  TableUpdate(Database& database, const UpdateTableRequest& request, const Table& newest, TableDefinition& definition)
      : request_(request),
        newest_(newest),
        definition_(definition),
        takes_time_(ChangesTakeTime(database)),
        identity_(database.identity()),
        now_(database.clock().Now()) {}

  Result<void> Apply() {
    description_.definition = definition_;
    TRY_VOID(ChangeBilling());
    TRY_VOID(ChangeIndexes());
    TRY_VOID(ChangeOnDemand());
    TRY_VOID(ChangeWarm());
    ChangeTableClass();
    ChangeProtection();
    if (request_.stream) SayUpdating();
    return ChangeEncryption();
  }

  // Whether the table or one of its indexes is UPDATING, or DELETING, from now on.
  bool IsUnderWay() const {
    const auto& indexes = description_.definition.indexes;
    return description_.status == TableStatus::kUpdating ||
           std::any_of(indexes.begin(), indexes.end(), [](const IndexDefinition& index) {
             return index.status != IndexStatus::kActive && index.status != IndexStatus::kBackfilling;
           });
  }

  TableDescription TakeDescription() { return std::move(description_); }

 private:
  TableDefinition& shown() { return description_.definition; }
  BillingMode billing_mode() const { return request_.billing_mode.value_or(definition_.billing_mode); }
  void SayUpdating() { description_.status = TableStatus::kUpdating; }

  Result<void> ChangeBilling() {
    if (!request_.billing_mode && !request_.throughput) return {};
    if (billing_mode() == BillingMode::kPayPerRequest && request_.throughput) {
      return errors::UnitsOnDemand();
    }
    SayUpdating();
    if (billing_mode() == definition_.billing_mode) return request_.throughput ? ChangeUnits() : Result<void>();
    return billing_mode() == BillingMode::kPayPerRequest ? SwitchToOnDemand() : SwitchToProvisioned();
  }

  // The answer shows the old units with the new times.
  Result<void> ChangeUnits() {
    KeepWarm(definition_);
    const Throughput before = definition_.throughput;
    TRY_VOID(ChangeThroughput(*request_.throughput, now_, "", definition_.throughput));
    shown().throughput = definition_.throughput;
    shown().throughput.read_units = before.read_units;
    shown().throughput.write_units = before.write_units;
    shown().throughput.decreases = DecreasesToday(before, now_);
    return {};
  }

  Result<void> SwitchToOnDemand() {
    KeepWarm(definition_);
    definition_.billing_mode = BillingMode::kPayPerRequest;
    definition_.throughput.read_units = 0;
    definition_.throughput.write_units = 0;
    for (IndexDefinition& index : definition_.indexes) {
      if (index.is_global)
        index.throughput = {0, 0, index.throughput.last_increase, now_, DecreasesToday(index.throughput, now_) + 1};
    }
    shown() = definition_;
    shown().on_demand_since.reset();  // told when the switch is done
    definition_.on_demand_since = now_;
    return {};
  }

  // Each global index needs its units in the same request.
  Result<void> SwitchToProvisioned() {
    std::string missing;
    for (const IndexDefinition& index : definition_.indexes) {
      if (!index.is_global || NamesUnitsOf(index)) continue;
      AppendListed(missing, index.name, ",");
    }
    if (!missing.empty()) {
      return InvalidParameter("ProvisionedThroughput must be specified for index: " + missing);
    }
    KeepWarm(definition_);
    definition_.billing_mode = BillingMode::kProvisioned;
    definition_.throughput.read_units = request_.throughput->read_units;
    definition_.throughput.write_units = request_.throughput->write_units;
    definition_.on_demand = {};
    for (IndexDefinition& index : definition_.indexes) index.on_demand = {};
    shown() = definition_;
    return {};
  }

  bool NamesUnitsOf(const IndexDefinition& index) const {
    if (!request_.index_updates) return false;
    return std::any_of(request_.index_updates->begin(), request_.index_updates->end(), [&](const auto& update) {
      return update.name() == index.name && (update.remove || (update.update && update.update->throughput));
    });
  }

  Result<void> ChangeIndexes() {
    if (!request_.index_updates) return {};
    const IndexChangeContext context{request_, billing_mode(), newest_.definition().billing_mode, now_, takes_time_};
    TRY_VOID(ChangeGlobalIndexes(context, definition_, shown()));
    for (const IndexUpdateRequest& update : *request_.index_updates) {
      if (update.changes_schema()) SayUpdating();
    }
    return {};
  }

  // The answer shows a maximum that is taken away as -1.
  Result<void> ChangeOnDemand() {
    if (request_.on_demand.empty()) return {};
    TRY_VOID(CheckOnDemandUpdate(request_.on_demand, {"", billing_mode()}));
    shown().on_demand = MergeOnDemand(definition_.on_demand, request_.on_demand);
    definition_.on_demand = WithoutCleared(shown().on_demand);
    return {};
  }

  Result<void> ChangeWarm() {
    if (!request_.warm) return {};
    const WarmThroughput effective = EffectiveWarm(definition_.billing_mode, definition_.throughput, definition_.warm);
    description_.is_warming = true;
    return RaiseWarm(*request_.warm, effective, {"", definition_.billing_mode}, definition_.warm);
  }

  void ChangeTableClass() {
    if (!request_.table_class) return;
    SayUpdating();
    const std::string current = definition_.table_class.empty() ? "STANDARD" : definition_.table_class;
    if (*request_.table_class == current) return;
    definition_.table_class = *request_.table_class;
    definition_.table_class_changed = now_;
  }

  void ChangeProtection() {
    if (!request_.deletion_protection) return;
    definition_.deletion_protection = *request_.deletion_protection;
    shown().deletion_protection = definition_.deletion_protection;
  }

  // The answer shows the old key, or the first one there is.
  Result<void> ChangeEncryption() {
    if (!request_.encryption) return {};
    const std::optional<Encryption> to = ToEncryption(*request_.encryption, identity_);
    TRY_VOID(CheckEncryptionChange(definition_.encryption, *request_.encryption, to));
    if (!definition_.encryption) shown().encryption = to;
    definition_.encryption = to;
    description_.is_encrypting = true;
    return {};
  }

  const UpdateTableRequest& request_;
  const Table& newest_;
  TableDefinition& definition_;
  const bool takes_time_;
  const Identity& identity_;
  const EpochMillis now_;
  TableDescription description_;
};

// Units for a table that is billed on demand once the request is done, or for an index that it adds to such a table.
UpdateTableRequest WithoutUnits(UpdateTableRequest request, const Table& table) {
  if (request.billing_mode.value_or(table.definition().billing_mode) != BillingMode::kPayPerRequest) return request;
  if (request.billing_mode) request.throughput.reset();
  if (!request.index_updates) return request;
  for (IndexUpdateRequest& update : *request.index_updates) {
    if (update.create) update.create->throughput.reset();
  }
  return request;
}

Result<TableDescription> Update(Database& database, const UpdateTableRequest& request) {
  TRY_VOID(CheckUpdateTable(request));
  TRY(const TablePtr table, FindForControl(database, request.table_name));
  TableDescription description;
  const TableChange change = [&](const Table& newest, TableDefinition& definition, WriteBatch&) -> Result<void> {
    if (definition.status != TableStatus::kActive) return TableInUse(definition);
    TableUpdate update(database, request, newest, definition);
    TRY_VOID(update.Apply());
    if (ChangesTakeTime(database) && update.IsUnderWay()) {
      BeginStatus(database, TableStatus::kUpdating, definition);
    }
    description = update.TakeDescription();
    return {};
  };
  TRY(const TablePtr updated, request.stream ? UpdateWithStream(database, table, *request.stream, change)
                                             : database.catalog().Update(table, change));
  description.table = updated;
  ShowStream(database, *updated, description);
  description.identity = database.identity();
  CountDecreasesOfToday(description.definition, database.clock().Now());
  if (updated->definition().status == TableStatus::kActive) TRY_VOID(StartBackfills(database, updated));
  SettleLater(database, updated);
  return description;
}

}  // namespace

Result<TableDescription> UpdateTable(const CallContext& context, const UpdateTableRequest& request) {
  if (!context.database.leniency().local.ignores_units_on_demand) return Update(context.database, request);
  const auto table = FindForControl(context.database, request.table_name);
  return table ? Update(context.database, WithoutUnits(request, **table)) : Update(context.database, request);
}

}  // namespace dynarock
