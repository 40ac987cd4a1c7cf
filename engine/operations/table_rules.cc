#include "engine/operations/table_rules.h"

#include <algorithm>
#include <set>

#include "engine/base/limits.h"

namespace dynarock {
namespace {

constexpr std::int64_t kMaxUnits = 1000000000000;

ApiError Invalid(const std::string& why) {
  return ValidationError("One or more parameter values were invalid: " + why);
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return "[" + text + "]";
}

Result<void> CheckBounds(const Throughput& throughput) {
  const auto check = [](std::int64_t units, const char* name) -> Result<void> {
    if (units <= kMaxUnits) return {};
    return ValidationError("Given value " + std::to_string(units) + " for " + name + " is out of bounds");
  };
  TRY_VOID(check(throughput.read_units, "ReadCapacityUnits"));
  return check(throughput.write_units, "WriteCapacityUnits");
}

Result<void> CheckThroughput(const CreateTableRequest& request) {
  if (request.billing_mode == BillingMode::kPayPerRequest) {
    if (!request.throughput) return {};
    return Invalid(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (!request.throughput) {
    return Invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  return CheckBounds(*request.throughput);
}

std::vector<std::string> NamesOf(const std::vector<KeySchemaElement>& schema) {
  std::vector<std::string> names;
  for (const auto& key : schema) names.emplace_back(key.attribute_name);
  return names;
}

std::vector<std::string> NamesOf(const std::vector<AttributeDefinition>& definitions) {
  std::vector<std::string> names;
  for (const auto& definition : definitions) names.emplace_back(definition.name);
  return names;
}

Result<void> CheckDefined(const std::vector<KeySchemaElement>& schema,
                          const std::vector<AttributeDefinition>& definitions) {
  const std::vector<std::string> keys = NamesOf(schema), defined = NamesOf(definitions);
  for (const std::string& key : keys) {
    if (std::find(defined.begin(), defined.end(), key) != defined.end()) continue;
    return Invalid("Some index key attributes are not defined in AttributeDefinitions. Keys: " + Join(keys) +
                   ", AttributeDefinitions: " + Join(defined));
  }
  return {};
}

Result<void> CheckSchemaForm(const std::vector<KeySchemaElement>& schema) {
  if (schema.size() > 1 && schema[0].attribute_name == schema[1].attribute_name) {
    return ValidationError("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (!schema[0].is_hash) {
    return ValidationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (schema.size() > 1 && schema[1].is_hash) {
    return ValidationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  return {};
}

Result<void> CheckTableKeys(const CreateTableRequest& request) {
  if (request.key_schema.size() > request.attribute_definitions.size()) {
    return ValidationError("Invalid KeySchema: Some index key attribute have no definition");
  }
  TRY_VOID(CheckDefined(request.key_schema, request.attribute_definitions));
  TRY_VOID(CheckSchemaForm(request.key_schema));
  const bool has_indexes = request.local_secondary_indexes || request.global_secondary_indexes;
  if (!has_indexes && request.key_schema.size() != request.attribute_definitions.size()) {
    return Invalid(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  return {};
}

std::string ProjectionName(ProjectionType type) {
  switch (type) {
    case ProjectionType::kAll:
      return "ALL";
    case ProjectionType::kKeysOnly:
      return "KEYS_ONLY";
    case ProjectionType::kInclude:
      return "INCLUDE";
  }
  return "";
}

Result<void> CheckProjection(const ProjectionRequest& projection) {
  if (!projection.type) return Invalid("Unknown ProjectionType: null");
  if (*projection.type != ProjectionType::kInclude && projection.non_key_attributes) {
    return Invalid("ProjectionType is " + ProjectionName(*projection.type) + ", but NonKeyAttributes is specified");
  }
  if (*projection.type == ProjectionType::kInclude && !projection.non_key_attributes) {
    return Invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  return {};
}

Result<void> CheckIndexName(const IndexRequest& index, std::set<std::string_view>& names) {
  if (names.insert(index.name).second) return {};
  return Invalid("Duplicate index name: " + std::string(index.name));
}

Result<void> CheckLocalKeys(const IndexRequest& index, const CreateTableRequest& request) {
  const std::string name(index.name);
  if (index.key_schema.size() != 2) {
    return Invalid("Index KeySchema does not have a range key for index: " + name);
  }
  const std::string_view index_hash = index.key_schema[0].attribute_name;
  const std::string_view table_hash = request.key_schema[0].attribute_name;
  if (index_hash == table_hash) return {};
  return Invalid("Index KeySchema does not have the same leading hash key as table KeySchema for index: " + name +
                 ". index hash key: " + std::string(index_hash) + ", table hash key: " + std::string(table_hash));
}

Result<void> CheckLocalIndexes(const CreateTableRequest& request, std::set<std::string_view>& names) {
  if (!request.local_secondary_indexes) return {};
  if (request.local_secondary_indexes->empty()) return Invalid("List of LocalSecondaryIndexes is empty");
  if (request.key_schema.size() != 2) {
    return Invalid(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  for (const IndexRequest& index : *request.local_secondary_indexes) {
    TRY_VOID(CheckDefined(index.key_schema, request.attribute_definitions));
    TRY_VOID(CheckSchemaForm(index.key_schema));
    TRY_VOID(CheckLocalKeys(index, request));
    TRY_VOID(CheckProjection(index.projection));
    TRY_VOID(CheckIndexName(index, names));
  }
  if (request.local_secondary_indexes->size() > kMaxLocalSecondaryIndexes) {
    return Invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
  return {};
}

Result<void> CheckGlobalThroughput(const IndexRequest& index, const CreateTableRequest& request) {
  const std::string name(index.name);
  if (request.billing_mode == BillingMode::kPayPerRequest) {
    if (!index.throughput) return {};
    return Invalid("ProvisionedThroughput should not be specified for index: " + name +
                   " when BillingMode is PAY_PER_REQUEST");
  }
  if (!index.throughput) return Invalid("ProvisionedThroughput is not specified for index: " + name);
  return CheckBounds(*index.throughput);
}

Result<void> CheckGlobalIndexes(const CreateTableRequest& request, std::set<std::string_view>& names) {
  if (!request.global_secondary_indexes) return {};
  if (request.global_secondary_indexes->empty()) return Invalid("List of GlobalSecondaryIndexes is empty");
  for (const IndexRequest& index : *request.global_secondary_indexes) {
    TRY_VOID(CheckDefined(index.key_schema, request.attribute_definitions));
    TRY_VOID(CheckSchemaForm(index.key_schema));
    TRY_VOID(CheckProjection(index.projection));
    TRY_VOID(CheckGlobalThroughput(index, request));
    TRY_VOID(CheckIndexName(index, names));
  }
  if (request.global_secondary_indexes->size() > kMaxGlobalSecondaryIndexes) {
    return Invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20");
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
  return Invalid("NonKeyAttributes count exceeds the per-table limit of 100");
}

// Each attribute that is defined must be a key of the table or of an index.
Result<void> CheckAllUsed(const CreateTableRequest& request) {
  std::set<std::string_view> used;
  const auto use = [&](const std::vector<KeySchemaElement>& schema) {
    for (const auto& key : schema) used.insert(key.attribute_name);
  };
  use(request.key_schema);
  for (const auto* indexes : {&request.local_secondary_indexes, &request.global_secondary_indexes}) {
    if (!*indexes) continue;
    for (const IndexRequest& index : **indexes) use(index.key_schema);
  }
  std::vector<std::string> keys(used.begin(), used.end());
  for (const AttributeDefinition& definition : request.attribute_definitions) {
    if (used.count(definition.name)) continue;
    return Invalid("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                   Join(NamesOf(request.attribute_definitions)) + ", keys used: " + Join(keys));
  }
  return {};
}

}  // namespace

Result<void> CheckCreateTable(const CreateTableRequest& request) {
  TRY_VOID(CheckThroughput(request));
  TRY_VOID(CheckTableKeys(request));
  std::set<std::string_view> index_names;
  TRY_VOID(CheckLocalIndexes(request, index_names));
  TRY_VOID(CheckGlobalIndexes(request, index_names));
  TRY_VOID(CheckProjectedCount(request));
  TRY_VOID(CheckAllUsed(request));
  return CheckNewTableStream(request.stream_specification);
}

}  // namespace dynarock
