#include "engine/tables/index_changes.h"

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/tables/index_rules.h"
#include "engine/tables/throughput_rules.h"

namespace dynarock {
namespace {

bool IsBuilding(const TableDefinition& definition) {
  return std::any_of(definition.indexes.begin(), definition.indexes.end(),
                     [](const IndexDefinition& index) { return index.status == IndexStatus::kBackfilling; });
}

Result<void> CheckOneAtATime(const IndexChangeContext& context, const TableDefinition& definition) {
  std::size_t changes = 0;
  for (const IndexUpdateRequest& update : *context.request.index_updates) {
    if (!update.changes_schema()) continue;
    ++changes;
    // An index that is being filled may be removed, but no other one added or removed.
    const IndexDefinition* index = update.remove ? definition.FindIndex(*update.remove) : nullptr;
    const bool is_own = index && index->status == IndexStatus::kBackfilling;
    if (IsBuilding(definition) && !is_own) ++changes;
  }
  if (changes < 2) return {};
  return errors::SubscriberLimitExceeded("Only 1 online index can be created or deleted simultaneously per table");
}

// The global index of this name.
Result<IndexDefinition*> FindGlobal(TableDefinition& definition, std::string_view name, const std::string& verb) {
  IndexDefinition* index = definition.FindIndex(name);
  if (!index) {
    return errors::ResourceNotFound("Index " + std::string(name) + " for table " + definition.name);
  }
  if (!index->is_global) {
    return ValidationError("Cannot " + verb + " an index that is not a GlobalSecondaryIndex: " + std::string(name));
  }
  return index;
}

// "Schema:[SchemaElement: key{a:S:HASH}, SchemaElement: key{b:N:RANGE}]"
std::string SchemaText(const KeySchema& keys) {
  std::string text;
  for (const auto* part : {&keys.partition, &keys.sort}) {
    for (const KeyAttribute& key : *part) {
      text += (text.empty() ? "SchemaElement: key{" : ", SchemaElement: key{") + key.name + ":" +
              std::string(TypeName(key.type)) + (part == &keys.partition ? ":HASH}" : ":RANGE}");
    }
  }
  return "Schema:[" + text + "]";
}

// An attribute has one type in all keys of a table.
Result<void> CheckTypes(const TableDefinition& definition, const KeySchema& keys) {
  std::vector<const KeySchema*> others{&definition.keys};
  for (const IndexDefinition& index : definition.indexes) others.push_back(&index.keys);
  for (const KeySchema* other : others) {
    for (const auto* part : {&keys.partition, &keys.sort}) {
      for (const KeyAttribute& key : *part) {
        const KeyAttribute* same = other->Find(key.name);
        if (!same || same->type == key.type) continue;
        return InvalidParameter(
            "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
            "defined. Existing schema: " +
            SchemaText(*other) + " New schema: " + SchemaText(keys));
      }
    }
  }
  return {};
}

Result<void> CheckUnits(const IndexRequest& request, BillingMode billing_mode) {
  const std::string name(request.name);
  const bool is_on_demand = billing_mode == BillingMode::kPayPerRequest;
  if (is_on_demand && request.throughput) {
    return InvalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: " + name +
                            " when BillingMode is PAY_PER_REQUEST");
  }
  if (!is_on_demand && !request.throughput) {
    return errors::IndexUnitsRequired(name);
  }
  if (request.throughput) TRY_VOID(CheckBounds(*request.throughput));
  const ThroughputOwner owner{name, billing_mode};
  TRY_VOID(CheckNewOnDemand(request.on_demand, owner));
  return CheckNewWarm(request.warm, request.throughput.value_or(Throughput{}), owner);
}

std::size_t ProjectedNames(const TableDefinition& definition) {
  std::size_t names = 0;
  for (const IndexDefinition& index : definition.indexes) names += index.non_key_attributes.size();
  return names;
}

Result<void> CheckCounts(const TableDefinition& definition, const IndexDefinition& index) {
  const auto globals = std::count_if(definition.indexes.begin(), definition.indexes.end(),
                                     [](const IndexDefinition& other) { return other.is_global; });
  if (static_cast<std::size_t>(globals) >= kMaxGlobalSecondaryIndexes) {
    return errors::SubscriberLimitExceeded("Number of global secondary indexes exceeds per-table limit of 20");
  }
  if (ProjectedNames(definition) + index.non_key_attributes.size() > kMaxProjectedNonKeyAttributes) {
    return errors::TooManyProjectedAttributes();
  }
  return {};
}

// AttributeDefinitions has what some key uses: by name, or in DynamoDB Local's order the new ones after the others.
void DefineAttributes(TableDefinition& definition) {
  const std::vector<KeyAttribute> before = std::exchange(definition.attributes, {});
  const auto add = [&](const KeySchema& keys) {
    for (const auto* part : {&keys.partition, &keys.sort}) {
      for (const KeyAttribute& key : *part) {
        const auto is_same = [&](const KeyAttribute& other) { return other.name == key.name; };
        if (std::none_of(definition.attributes.begin(), definition.attributes.end(), is_same)) {
          definition.attributes.push_back(key);
        }
      }
    }
  };
  add(definition.keys);
  for (const IndexDefinition& index : definition.indexes) add(index.keys);
  if (!definition.in_local_order) return SortByName(definition.attributes);
  const auto place_of = [&](const KeyAttribute& attribute) {
    return std::find_if(before.begin(), before.end(), [&](const auto& other) { return other.name == attribute.name; });
  };
  std::stable_sort(definition.attributes.begin(), definition.attributes.end(),
                   [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
}

Result<void> Create(const IndexChangeContext& context, const IndexRequest& request, TableDefinition& definition,
                    TableDefinition& shown) {
  if (definition.FindIndex(request.name)) return ValidationError("Attempting to create an index which already exists");
  if (!context.request.attribute_definitions) {
    return InvalidParameter("AttributeDefinitions is not specified for index: " + std::string(request.name));
  }
  const auto& defined = *context.request.attribute_definitions;
  TRY_VOID(CheckDefined(SchemaOwner::kGlobalIndex, request.key_schema, defined));
  TRY_VOID(CheckGlobalSchema(request.key_schema));
  TRY_VOID(CheckProjection(request.projection));
  TRY_VOID(CheckUnits(request, context.billing_mode));
  IndexDefinition index = ToIndex(request, true, defined);
  TRY_VOID(CheckTypes(definition, index.keys));
  TRY_VOID(CheckCounts(definition, index));
  index.id.value = static_cast<std::uint16_t>(definition.last_index_id.value + 1);
  definition.last_index_id = index.id;
  index.status = IndexStatus::kBackfilling;
  definition.indexes.push_back(index);
  index.status = IndexStatus::kCreating;
  shown.indexes.push_back(std::move(index));
  DefineAttributes(definition);
  shown.attributes = definition.attributes;
  return {};
}

Result<void> Remove(const IndexChangeContext& context, std::string_view name, TableDefinition& definition,
                    TableDefinition& shown) {
  TRY(IndexDefinition * index, FindGlobal(definition, name, "delete"));
  shown.FindIndex(name)->status = IndexStatus::kDeleting;
  index->status = IndexStatus::kDeleting;
  if (!context.takes_time) EraseDeletedIndexes(definition);
  return {};
}

// Units of an index: a change, or the first ones when the table becomes provisioned.
Result<void> UpdateUnits(const IndexChangeContext& context, const Throughput& wanted, IndexDefinition& index,
                         IndexDefinition& shown) {
  if (context.billing_mode == BillingMode::kPayPerRequest) {
    return InvalidParameter(
        "The only Updates for index: " + index.name +
        " when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput");
  }
  if (context.billing_before != context.billing_mode) {
    TRY_VOID(CheckBounds(wanted));
    index.throughput.read_units = wanted.read_units;
    index.throughput.write_units = wanted.write_units;
    shown.throughput = index.throughput;
    return {};
  }
  index.warm = EffectiveWarm(context.billing_mode, index.throughput, index.warm);
  return ChangeThroughput(wanted, context.now, index.name, index.throughput);
}

// AWS refuses units that are too many here in words of its own. Observed:
// conformance/cases/update_table/throughput.case
Result<void> CheckUpdateBounds(const IndexThroughputUpdate& update) {
  if (!update.throughput || CheckBounds(*update.throughput)) return {};
  return ValidationError(
      "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: "
      "Action Blocked: IndexUpdate");
}

Result<void> Update(const IndexChangeContext& context, const IndexThroughputUpdate& update, TableDefinition& definition,
                    TableDefinition& shown_table) {
  TRY_VOID(CheckUpdateBounds(update));
  TRY(IndexDefinition * index, FindGlobal(definition, update.name, "update"));
  if (index->status == IndexStatus::kBackfilling) {
    return errors::ResourceInUse("Index is being created. Table: " + definition.name + " Index: " + index->name);
  }
  IndexDefinition& shown = *shown_table.FindIndex(update.name);
  const bool is_on_demand = context.billing_mode == BillingMode::kPayPerRequest;
  if (!update.throughput && update.on_demand.empty() && !update.warm) {
    if (is_on_demand) return UpdateUnits(context, {}, *index, shown);
    return errors::IndexUnitsRequired(index->name);
  }
  const ThroughputOwner owner{index->name, context.billing_mode};
  if (update.throughput) TRY_VOID(UpdateUnits(context, *update.throughput, *index, shown));
  if (!update.on_demand.empty()) {
    TRY_VOID(CheckOnDemandUpdate(update.on_demand, owner));
    shown.on_demand = MergeOnDemand(index->on_demand, update.on_demand);
    index->on_demand = WithoutCleared(shown.on_demand);
  }
  if (update.warm) {
    const WarmThroughput effective = EffectiveWarm(context.billing_mode, index->throughput, index->warm);
    TRY_VOID(RaiseWarm(*update.warm, effective, owner, index->warm));
  }
  if (!update.throughput && update.on_demand.empty()) return {};
  shown.status = IndexStatus::kUpdating;
  if (context.takes_time) index->status = IndexStatus::kUpdating;
  return {};
}

}  // namespace

Result<void> ChangeGlobalIndexes(const IndexChangeContext& context, TableDefinition& definition,
                                 TableDefinition& shown) {
  TRY_VOID(CheckOneAtATime(context, definition));
  for (const IndexUpdateRequest& update : *context.request.index_updates) {
    if (update.create) TRY_VOID(Create(context, *update.create, definition, shown));
    if (update.remove) TRY_VOID(Remove(context, *update.remove, definition, shown));
    if (update.update) TRY_VOID(Update(context, *update.update, definition, shown));
  }
  return {};
}

void EraseDeletedIndexes(TableDefinition& definition) {
  const auto is_deleted = [](const IndexDefinition& index) { return index.status == IndexStatus::kDeleting; };
  std::erase_if(definition.insights, [&](const ContributorInsights& insights) {
    const IndexDefinition* index = definition.FindIndex(insights.index_name);
    return index && is_deleted(*index);
  });
  if (std::erase_if(definition.indexes, is_deleted) > 0) DefineAttributes(definition);
}

void KeepWarm(TableDefinition& definition) {
  definition.warm = EffectiveWarm(definition.billing_mode, definition.throughput, definition.warm);
  for (IndexDefinition& index : definition.indexes) {
    if (index.is_global) index.warm = EffectiveWarm(definition.billing_mode, index.throughput, index.warm);
  }
}

OnDemandThroughput MergeOnDemand(const OnDemandThroughput& from, const OnDemandThroughput& change) {
  return {change.max_read_units ? change.max_read_units : from.max_read_units,
          change.max_write_units ? change.max_write_units : from.max_write_units};
}

OnDemandThroughput WithoutCleared(OnDemandThroughput on_demand) {
  if (on_demand.max_read_units == -1) on_demand.max_read_units.reset();
  if (on_demand.max_write_units == -1) on_demand.max_write_units.reset();
  return on_demand;
}

}  // namespace dynarock
