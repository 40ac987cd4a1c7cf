#include "engine/tables/table_rules.h"

#include <algorithm>
#include <set>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/tables/encryption_rules.h"
#include "engine/tables/index_rules.h"
#include "engine/tables/throughput_rules.h"

namespace dynarock {
namespace {

Result<void> CheckThroughput(const CreateTableRequest& request) {
  if (request.billing_mode == BillingMode::kPayPerRequest) {
    if (!request.throughput) return {};
    return errors::UnitsOnDemand();
  }
  if (!request.throughput) {
    return WithFacts(
        InvalidParameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
        {.detail = ErrorDetail::kNoThroughput});
  }
  return CheckBounds(*request.throughput);
}

Result<void> CheckTableKeys(const CreateTableRequest& request) {
  std::set<std::string_view> defined;
  for (const AttributeDefinition& definition : request.attribute_definitions) {
    if (defined.insert(definition.name).second) continue;
    return WithFacts(ValidationError("Attribute Name is duplicated: " + std::string(definition.name)),
                     {.detail = ErrorDetail::kRepeatedAttribute});
  }
  Result<void> all_defined = CheckDefined(SchemaOwner::kTable, request.key_schema, request.attribute_definitions);
  if (request.key_schema.size() > request.attribute_definitions.size()) {
    return WithFacts(ValidationError("Invalid KeySchema: Some index key attribute have no definition"),
                     all_defined ? ErrorFacts{.detail = ErrorDetail::kRepeatedAttribute} : all_defined.error().facts);
  }
  if (!all_defined) return all_defined;
  TRY_VOID(CheckSimpleSchema(request.key_schema));
  const bool has_indexes = request.local_secondary_indexes || request.global_secondary_indexes;
  if (!has_indexes && request.key_schema.size() != request.attribute_definitions.size()) {
    return WithFacts(InvalidParameter("Number of attributes in KeySchema does not exactly match number of attributes "
                                      "defined in AttributeDefinitions"),
                     {.detail = ErrorDetail::kUnusedDefinitions});
  }
  return {};
}

Result<void> CheckIndexKeysDefined(const CreateTableRequest& request) {
  std::set<std::string_view> names;
  for (const AttributeDefinition& definition : request.attribute_definitions) names.insert(definition.name);
  for (const auto owner : {SchemaOwner::kLocalIndex, SchemaOwner::kGlobalIndex}) {
    const bool is_local = owner == SchemaOwner::kLocalIndex;
    const auto& indexes = is_local ? request.local_secondary_indexes : request.global_secondary_indexes;
    if (!indexes) continue;
    for (const IndexRequest& index : *indexes) {
      TRY_VOID(CheckDefined(owner, index.key_schema, request.attribute_definitions, names));
    }
  }
  return {};
}

Result<void> CheckIndexLists(const CreateTableRequest& request, const LocalHabits& habits) {
  if (request.local_secondary_indexes && request.local_secondary_indexes->empty() && !habits.accepts_no_local_indexes) {
    return InvalidParameter("List of LocalSecondaryIndexes is empty");
  }
  if (request.global_secondary_indexes && request.global_secondary_indexes->empty()) {
    return WithFacts(InvalidParameter("List of GlobalSecondaryIndexes is empty"),
                     {.detail = ErrorDetail::kNoGlobalIndexes});
  }
  return {};
}

Result<void> CheckIndexName(const IndexRequest& index, std::set<std::string_view>& names) {
  if (names.insert(index.name).second) return {};
  return InvalidParameter("Duplicate index name: " + std::string(index.name));
}

Result<void> CheckLocalKeys(const IndexRequest& index, const CreateTableRequest& request) {
  const std::string name(index.name);
  if (index.key_schema.size() != 2) {
    return WithFacts(InvalidParameter("Index KeySchema does not have a range key for index: " + name),
                     {.detail = ErrorDetail::kLocalIndexWithoutKey});
  }
  const std::string_view index_hash = index.key_schema[0].attribute_name;
  const std::string_view table_hash = request.key_schema[0].attribute_name;
  if (index_hash == table_hash) return {};
  return InvalidParameter(
      "Index KeySchema does not have the same leading hash key as table KeySchema for index: " + name +
      ". index hash key: " + std::string(index_hash) + ", table hash key: " + std::string(table_hash));
}

Result<void> CheckSortKeyForLocal(const CreateTableRequest& request) {
  const bool has_locals = request.local_secondary_indexes && !request.local_secondary_indexes->empty();
  if (!has_locals || request.key_schema.size() == 2) return {};
  return WithFacts(InvalidParameter("Table KeySchema does not have a range key, which is required when specifying a "
                                    "LocalSecondaryIndex"),
                   {.detail = ErrorDetail::kLocalIndexOfHash});
}

Result<void> CheckLocalIndexes(const CreateTableRequest& request, std::set<std::string_view>& names) {
  if (!request.local_secondary_indexes) return {};
  for (const IndexRequest& index : *request.local_secondary_indexes) {
    TRY_VOID(CheckSimpleSchema(index.key_schema));
    TRY_VOID(CheckLocalKeys(index, request));
    TRY_VOID(CheckProjection(index.projection));
    TRY_VOID(CheckIndexName(index, names));
  }
  if (request.local_secondary_indexes->size() > kMaxLocalSecondaryIndexes) {
    return WithFacts(InvalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5"),
                     {.detail = ErrorDetail::kTooManyLocalIndexes});
  }
  return {};
}

Result<void> CheckGlobalThroughput(const IndexRequest& index, const CreateTableRequest& request) {
  const std::string name(index.name);
  if (request.billing_mode == BillingMode::kPayPerRequest) {
    if (!index.throughput) return {};
    return InvalidParameter("ProvisionedThroughput should not be specified for index: " + name +
                            " when BillingMode is PAY_PER_REQUEST");
  }
  if (!index.throughput)
    return WithFacts(InvalidParameter("ProvisionedThroughput is not specified for index: " + name),
                     {.detail = ErrorDetail::kNoIndexThroughput});
  return CheckBounds(*index.throughput);
}

// Errors: kValidation for on-demand and warm throughput of the table or of an index.
Result<void> CheckOtherThroughput(const CreateTableRequest& request) {
  ThroughputOwner owner{"", request.billing_mode.value_or(BillingMode::kProvisioned)};
  TRY_VOID(CheckNewOnDemand(request.on_demand, owner));
  TRY_VOID(CheckNewWarm(request.warm, request.throughput.value_or(Throughput{}), owner));
  if (!request.global_secondary_indexes) return {};
  for (const IndexRequest& index : *request.global_secondary_indexes) {
    owner.index = index.name;
    TRY_VOID(CheckNewOnDemand(index.on_demand, owner));
    TRY_VOID(CheckNewWarm(index.warm, index.throughput.value_or(Throughput{}), owner));
  }
  return {};
}

Result<void> CheckGlobalIndexes(const CreateTableRequest& request, std::set<std::string_view>& names) {
  if (!request.global_secondary_indexes) return {};
  for (const IndexRequest& index : *request.global_secondary_indexes) {
    TRY_VOID(CheckGlobalSchema(index.key_schema));
    TRY_VOID(CheckProjection(index.projection));
    TRY_VOID(CheckGlobalThroughput(index, request));
    TRY_VOID(CheckIndexName(index, names));
  }
  if (request.global_secondary_indexes->size() > kMaxGlobalSecondaryIndexes) {
    return InvalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  return {};
}

Result<void> CheckProjectedCount(const CreateTableRequest& request) {
  std::size_t projected = 0;
  for (const auto* indexes : {&request.local_secondary_indexes, &request.global_secondary_indexes}) {
    if (!*indexes) continue;
    for (const IndexRequest& index : **indexes) {
      if (index.projection.non_key_attributes) projected += index.projection.non_key_attributes->size();
    }
  }
  if (projected <= kMaxProjectedNonKeyAttributes) return {};
  return errors::TooManyProjectedAttributes();
}

Result<void> CheckIndexKeysAreDistinct(const CreateTableRequest& request) {
  if (!request.global_secondary_indexes) return {};
  for (const IndexRequest& index : *request.global_secondary_indexes) {
    TRY_VOID(CheckGlobalKeysAreDistinct(index.key_schema));
  }
  return {};
}

using Names = std::set<std::string_view>;

void AddNames(const std::vector<KeySchemaElement>& schema, Names& names) {
  for (const auto& key : schema) names.insert(key.attribute_name);
}

// Of the keys of `indexes`.
Names NamesOfKeys(const std::optional<std::vector<IndexRequest>>& indexes) {
  Names names;
  for (const IndexRequest& index : indexes.value_or(std::vector<IndexRequest>())) AddNames(index.key_schema, names);
  return names;
}

// Each attribute that is defined must be a key of the table or of an index.
Result<void> CheckAllUsed(const CreateTableRequest& request, const LocalHabits& habits) {
  Names used;
  AddNames(request.key_schema, used);
  const Names of_locals = NamesOfKeys(request.local_secondary_indexes);
  const Names of_globals = NamesOfKeys(request.global_secondary_indexes);
  // What local and global indexes share, and the table's keys do not.
  const auto shared = std::count_if(of_locals.begin(), of_locals.end(), [&](std::string_view name) {
    return of_globals.contains(name) && !used.contains(name);
  });
  used.insert(of_locals.begin(), of_locals.end());
  used.insert(of_globals.begin(), of_globals.end());
  if (habits.counts_index_attributes_apart &&
      request.attribute_definitions.size() <= used.size() + static_cast<std::size_t>(shared)) {
    return {};
  }
  std::vector<std::string> keys(used.begin(), used.end());
  for (const AttributeDefinition& definition : request.attribute_definitions) {
    if (used.count(definition.name)) continue;
    return WithFacts(
        InvalidParameter("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                         NameList(NamesOf(request.attribute_definitions)) + ", keys used: " + NameList(keys)),
        {.detail = ErrorDetail::kUnusedDefinitions});
  }
  return {};
}

}  // namespace

Result<void> CheckTableClass(std::optional<std::string_view> table_class) {
  if (!table_class || *table_class == "STANDARD" || *table_class == "STANDARD_INFREQUENT_ACCESS") return {};
  return ValidationError(
      "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
      "STANDARD_INFREQUENT_ACCESS].");
}

Result<void> CheckCreateTable(const CreateTableRequest& request, const LocalHabits& habits) {
  TRY_VOID(CheckTableClass(request.table_class));
  if (request.encryption) TRY_VOID(CheckEncryption(*request.encryption));
  TRY_VOID(CheckThroughput(request));
  TRY_VOID(CheckTableKeys(request));
  TRY_VOID(CheckIndexLists(request, habits));
  TRY_VOID(CheckSortKeyForLocal(request));
  TRY_VOID(CheckIndexKeysDefined(request));
  TRY_VOID(CheckIndexKeysAreDistinct(request));
  TRY_VOID(CheckAllUsed(request, habits));
  std::set<std::string_view> index_names;
  TRY_VOID(CheckLocalIndexes(request, index_names));
  TRY_VOID(CheckGlobalIndexes(request, index_names));
  TRY_VOID(CheckProjectedCount(request));
  TRY_VOID(CheckOtherThroughput(request));
  return CheckNewTableStream(request.stream);
}

}  // namespace dynarock
