// Requests that describe tables and indexes, as CreateTable and UpdateTable take them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/database/table.h"
#include "engine/streams/stream_settings.h"

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
  OnDemandThroughput on_demand;
  WarmThroughput warm;
};

struct AttributeDefinition {
  std::string_view name;
  Type type = Type::kString;
};

// SSESpecification.
struct EncryptionRequest {
  std::optional<bool> enabled;
  std::optional<std::string_view> type;
  std::optional<std::string_view> key_id;
};

struct TagRequest {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
};

// A resource policy in the form in which it is kept, or what is wrong with it.
struct PolicyDocument {
  std::string json;
  std::optional<ApiError> error;
};

struct CreateTableRequest {
  std::string_view table_name;
  std::vector<AttributeDefinition> attribute_definitions;
  std::vector<KeySchemaElement> key_schema;
  std::optional<std::vector<IndexRequest>> local_secondary_indexes;
  std::optional<std::vector<IndexRequest>> global_secondary_indexes;
  std::optional<BillingMode> billing_mode;
  std::optional<Throughput> throughput;
  OnDemandThroughput on_demand;
  WarmThroughput warm;
  bool deletion_protection = false;
  std::optional<std::string_view> table_class;
  std::optional<EncryptionRequest> encryption;
  std::vector<TagRequest> tags;
  std::optional<PolicyDocument> policy;
  std::optional<StreamSpecification> stream;
};

struct IndexThroughputUpdate {
  std::string_view name;
  std::optional<Throughput> throughput;
  OnDemandThroughput on_demand;
  std::optional<WarmThroughput> warm;
};

// One entry of GlobalSecondaryIndexUpdates; exactly one member is allowed.
struct IndexUpdateRequest {
  std::optional<IndexThroughputUpdate> update;
  std::optional<IndexRequest> create;
  std::optional<std::string_view> remove;

  std::string_view name() const { return update ? update->name : create ? create->name : *remove; }
  bool changes_schema() const { return create || remove; }
};

struct UpdateTableRequest {
  std::string_view table_name;
  std::optional<std::vector<AttributeDefinition>> attribute_definitions;
  std::optional<BillingMode> billing_mode;
  std::optional<Throughput> throughput;
  std::optional<std::vector<IndexUpdateRequest>> index_updates;
  OnDemandThroughput on_demand;
  std::optional<WarmThroughput> warm;
  std::optional<bool> deletion_protection;
  std::optional<std::string_view> table_class;
  std::optional<EncryptionRequest> encryption;
  std::optional<StreamSpecification> stream;
};

}  // namespace dynarock
