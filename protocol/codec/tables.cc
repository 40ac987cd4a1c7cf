#include "protocol/codec/tables.h"

#include "engine/tables/tables.h"
#include "protocol/codec/fields.h"
#include "protocol/codec/resource_policy.h"
#include "protocol/codec/table_description.h"
#include "protocol/codec/tags.h"

namespace dynarock {
namespace {

constexpr Shape kControlTableNameShape{
    .kind = ShapeKind::kString, .min = 3, .max = 255, .pattern = &kResourceName, .is_table_name = true};
constexpr Shape kKeyAttributeNameShape{.min = 1, .max = 255};
constexpr std::array<std::string_view, 3> kScalarTypeNames = {"B", "N", "S"};
constexpr Shape kScalarTypeShape{.allowed = kScalarTypeNames};
constexpr std::array<std::string_view, 2> kKeyTypeNames = {"HASH", "RANGE"};
constexpr Shape kKeyTypeShape{.allowed = kKeyTypeNames};
// In the order of BillingMode.
constexpr std::array<std::string_view, 2> kBillingModeNames = {"PROVISIONED", "PAY_PER_REQUEST"};
constexpr Shape kBillingModeShape{.allowed = kBillingModeNames};
constexpr std::array<std::string_view, 3> kProjectionTypeNames = {"ALL", "INCLUDE", "KEYS_ONLY"};
constexpr Shape kProjectionTypeShape{.allowed = kProjectionTypeNames};

constexpr std::array<Field, 2> kAttributeDefinitionFields = {
    {{"AttributeName", &kKeyAttributeNameShape, Presence::kRequired},
     {"AttributeType", &kScalarTypeShape, Presence::kRequired}}};
constexpr Shape kAttributeDefinitionShape{
    .kind = ShapeKind::kStructure, .fields = kAttributeDefinitionFields, .java_name = "AttributeDefinition"};
constexpr Shape kAttributeDefinitionsShape{.kind = ShapeKind::kList, .element = &kAttributeDefinitionShape};

constexpr std::array<Field, 2> kKeySchemaElementFields = {
    {{"AttributeName", &kKeyAttributeNameShape, Presence::kRequired},
     {"KeyType", &kKeyTypeShape, Presence::kRequired}}};
constexpr Shape kKeySchemaElementShape{
    .kind = ShapeKind::kStructure, .fields = kKeySchemaElementFields, .java_name = "KeySchemaElement"};
constexpr Shape kKeySchemaShape{.kind = ShapeKind::kList, .min = 1, .max = 2, .element = &kKeySchemaElementShape};
constexpr Shape kGlobalKeySchemaShape{.kind = ShapeKind::kList, .min = 1, .element = &kKeySchemaElementShape};

constexpr Shape kUnitsShape{.kind = ShapeKind::kLong, .min = 1};
constexpr std::array<Field, 2> kThroughputFields = {{{"WriteCapacityUnits", &kUnitsShape, Presence::kRequired},
                                                     {"ReadCapacityUnits", &kUnitsShape, Presence::kRequired}}};
constexpr Shape kThroughputShape{
    .kind = ShapeKind::kStructure, .fields = kThroughputFields, .java_name = "ProvisionedThroughput"};

constexpr std::array<Field, 2> kOnDemandFields = {
    {{"MaxReadRequestUnits", &kLongShape}, {"MaxWriteRequestUnits", &kLongShape}}};
constexpr Shape kOnDemandShape{
    .kind = ShapeKind::kStructure, .fields = kOnDemandFields, .java_name = "OnDemandThroughput"};
constexpr std::array<Field, 2> kWarmFields = {
    {{"ReadUnitsPerSecond", &kLongShape}, {"WriteUnitsPerSecond", &kLongShape}}};
constexpr Shape kWarmShape{.kind = ShapeKind::kStructure, .fields = kWarmFields, .java_name = "WarmThroughput"};

constexpr std::array<std::string_view, 2> kEncryptionTypeNames = {"AES256", "KMS"};
constexpr Shape kEncryptionTypeShape{.allowed = kEncryptionTypeNames};
constexpr Shape kKeyIdShape{.min = 1};
constexpr std::array<Field, 3> kEncryptionFields = {
    {{"Enabled", &kBooleanShape}, {"SSEType", &kEncryptionTypeShape}, {"KMSMasterKeyId", &kKeyIdShape}}};
constexpr Shape kEncryptionShape{
    .kind = ShapeKind::kStructure, .fields = kEncryptionFields, .java_name = "SSESpecification"};

constexpr Shape kNonKeyAttributeShape{.min = 1, .max = 255};
constexpr Shape kNonKeyAttributesShape{
    .kind = ShapeKind::kList, .min = 1, .max = 20, .element = &kNonKeyAttributeShape};
constexpr std::array<Field, 2> kProjectionFields = {
    {{"ProjectionType", &kProjectionTypeShape}, {"NonKeyAttributes", &kNonKeyAttributesShape}}};
constexpr Shape kProjectionShape{.kind = ShapeKind::kStructure, .fields = kProjectionFields, .java_name = "Projection"};

constexpr std::array<Field, 3> kLocalIndexFields = {{{"IndexName", &kIndexNameShape, Presence::kRequired},
                                                     {"KeySchema", &kKeySchemaShape, Presence::kRequired},
                                                     {"Projection", &kProjectionShape, Presence::kRequired}}};
constexpr Shape kLocalIndexShape{
    .kind = ShapeKind::kStructure, .fields = kLocalIndexFields, .java_name = "LocalSecondaryIndex"};
constexpr Shape kLocalIndexesShape{.kind = ShapeKind::kList, .element = &kLocalIndexShape};

constexpr std::array<Field, 6> kGlobalIndexFields = {{{"IndexName", &kIndexNameShape, Presence::kRequired},
                                                      {"KeySchema", &kGlobalKeySchemaShape, Presence::kRequired},
                                                      {"Projection", &kProjectionShape, Presence::kRequired},
                                                      {"ProvisionedThroughput", &kThroughputShape},
                                                      {"OnDemandThroughput", &kOnDemandShape},
                                                      {"WarmThroughput", &kWarmShape}}};
constexpr Shape kGlobalIndexShape{
    .kind = ShapeKind::kStructure, .fields = kGlobalIndexFields, .java_name = "GlobalSecondaryIndex"};
constexpr Shape kGlobalIndexesShape{.kind = ShapeKind::kList, .element = &kGlobalIndexShape};

constexpr Shape kStreamViewTypeShape{.allowed = kStreamViewTypeNames};
constexpr std::array<Field, 2> kStreamSpecificationFields = {
    {{"StreamEnabled", &kBooleanShape, Presence::kRequired}, {"StreamViewType", &kStreamViewTypeShape}}};
constexpr Shape kStreamSpecificationShape{
    .kind = ShapeKind::kStructure, .fields = kStreamSpecificationFields, .java_name = "StreamSpecification"};

// Fields stand in the order in which AWS reports their errors.
constexpr std::array<Field, 19> kCreateTableFields = {{
    {"AttributeDefinitions", &kAttributeDefinitionsShape, Presence::kRequired},
    {"TableName", &kControlTableNameShape, Presence::kRequiredFirst},
    {"BillingMode", &kBillingModeShape},
    {"ProvisionedThroughput", &kThroughputShape},
    {"KeySchema", &kKeySchemaShape, Presence::kRequired},
    {"GlobalSecondaryIndexes", &kGlobalIndexesShape},
    {"LocalSecondaryIndexes", &kLocalIndexesShape},
    {"DeletionProtectionEnabled", &kBooleanShape},
    {"TableClass", &kStringShape},
    {"StreamSpecification", &kStreamSpecificationShape},
    {"SSESpecification", &kEncryptionShape},
    {"Tags", &kTagsShape},
    {"OnDemandThroughput", &kOnDemandShape},
    {"WarmThroughput", &kWarmShape},
    {"ResourcePolicy", &kStringShape},
    Unserved("VectorIndexes"),
    Unserved("GlobalTableSourceArn"),
    Unserved("GlobalTableSettingsReplicationMode"),
    Unserved("DisassociationProtectionEnabled"),
}};

constexpr std::array<Field, 4> kIndexUpdateFields = {{{"IndexName", &kIndexNameShape, Presence::kRequired},
                                                      {"ProvisionedThroughput", &kThroughputShape},
                                                      {"OnDemandThroughput", &kOnDemandShape},
                                                      {"WarmThroughput", &kWarmShape}}};
constexpr Shape kIndexUpdateShape{
    .kind = ShapeKind::kStructure, .fields = kIndexUpdateFields, .java_name = "UpdateGlobalSecondaryIndexAction"};
constexpr Shape kIndexCreateShape{
    .kind = ShapeKind::kStructure, .fields = kGlobalIndexFields, .java_name = "CreateGlobalSecondaryIndexAction"};
constexpr std::array<Field, 1> kIndexDeleteFields = {{{"IndexName", &kIndexNameShape, Presence::kRequired}}};
constexpr Shape kIndexDeleteShape{
    .kind = ShapeKind::kStructure, .fields = kIndexDeleteFields, .java_name = "DeleteGlobalSecondaryIndexAction"};
constexpr std::array<Field, 3> kIndexActionFields = {
    {{"Update", &kIndexUpdateShape}, {"Create", &kIndexCreateShape}, {"Delete", &kIndexDeleteShape}}};
constexpr Shape kIndexActionShape{
    .kind = ShapeKind::kStructure, .fields = kIndexActionFields, .java_name = "GlobalSecondaryIndexUpdate"};
constexpr Shape kIndexActionsShape{.kind = ShapeKind::kList, .element = &kIndexActionShape};

constexpr std::array<Field, 17> kUpdateTableFields = {{
    {"AttributeDefinitions", &kAttributeDefinitionsShape},
    {"TableName", &kTableNameShape, Presence::kRequiredFirst},
    {"BillingMode", &kBillingModeShape},
    {"ProvisionedThroughput", &kThroughputShape},
    {"GlobalSecondaryIndexUpdates", &kIndexActionsShape},
    {"DeletionProtectionEnabled", &kBooleanShape},
    {"TableClass", &kStringShape},
    {"SSESpecification", &kEncryptionShape},
    {"OnDemandThroughput", &kOnDemandShape},
    {"WarmThroughput", &kWarmShape},
    {"StreamSpecification", &kStreamSpecificationShape},
    Unserved("ReplicaUpdates"),
    Unserved("MultiRegionConsistency"),
    Unserved("GlobalTableWitnessUpdates"),
    Unserved("GlobalTableSettingsReplicationMode"),
    Unserved("DisassociationProtectionEnabled"),
    Unserved("VectorIndexUpdates"),
}};

constexpr std::array<Field, 1> kTableNameFields = {{{"TableName", &kTableNameShape, Presence::kRequiredFirst}}};

constexpr Shape kListLimitShape{.kind = ShapeKind::kInteger, .min = 1, .max = 100};
constexpr std::array<Field, 2> kListTablesFields = {
    {{"Limit", &kListLimitShape}, {"ExclusiveStartTableName", &kIndexNameShape}}};

std::vector<KeySchemaElement> DecodeKeySchema(const Json& object) {
  std::vector<KeySchemaElement> schema;
  for (const Json& element : FindField(object, "KeySchema")->GetArray()) {
    schema.push_back({*TextField(element, "AttributeName"), TextField(element, "KeyType") == "HASH"});
  }
  return schema;
}

std::optional<Throughput> DecodeThroughput(const Json& object) {
  const Json* throughput = FindField(object, "ProvisionedThroughput");
  if (!throughput) return std::nullopt;
  return Throughput{*IntegerField(*throughput, "ReadCapacityUnits"), *IntegerField(*throughput, "WriteCapacityUnits")};
}

OnDemandThroughput DecodeOnDemand(const Json& object) {
  const Json* on_demand = FindField(object, "OnDemandThroughput");
  if (!on_demand) return {};
  return {IntegerField(*on_demand, "MaxReadRequestUnits"), IntegerField(*on_demand, "MaxWriteRequestUnits")};
}

std::optional<WarmThroughput> DecodeWarm(const Json& object) {
  const Json* warm = FindField(object, "WarmThroughput");
  if (!warm) return std::nullopt;
  return WarmThroughput{IntegerField(*warm, "ReadUnitsPerSecond"), IntegerField(*warm, "WriteUnitsPerSecond")};
}

std::optional<EncryptionRequest> DecodeEncryption(const Json& body) {
  const Json* encryption = FindField(body, "SSESpecification");
  if (!encryption) return std::nullopt;
  return EncryptionRequest{BooleanField(*encryption, "Enabled"), TextField(*encryption, "SSEType"),
                           TextField(*encryption, "KMSMasterKeyId")};
}

ProjectionRequest DecodeProjection(const Json& projection) {
  ProjectionRequest request;
  if (const auto type = TextField(projection, "ProjectionType")) {
    request.type = *type == "ALL"       ? ProjectionType::kAll
                   : *type == "INCLUDE" ? ProjectionType::kInclude
                                        : ProjectionType::kKeysOnly;
  }
  if (const Json* attributes = FindField(projection, "NonKeyAttributes")) {
    request.non_key_attributes.emplace();
    for (const Json& name : attributes->GetArray()) {
      if (!name.IsNull()) request.non_key_attributes->push_back(TextOf(name));
    }
  }
  return request;
}

IndexRequest DecodeIndex(const Json& index) {
  IndexRequest request;
  request.name = *TextField(index, "IndexName");
  request.key_schema = DecodeKeySchema(index);
  request.projection = DecodeProjection(*FindField(index, "Projection"));
  request.throughput = DecodeThroughput(index);
  request.on_demand = DecodeOnDemand(index);
  request.warm = DecodeWarm(index).value_or(WarmThroughput{});
  return request;
}

std::optional<std::vector<IndexRequest>> DecodeIndexes(const Json& body, std::string_view name) {
  const Json* indexes = FindField(body, name);
  if (!indexes) return std::nullopt;
  std::vector<IndexRequest> requests;
  for (const Json& index : indexes->GetArray()) requests.push_back(DecodeIndex(index));
  return requests;
}

std::optional<StreamSpecification> DecodeStreamSpecification(const Json& body) {
  const Json* specification = FindField(body, "StreamSpecification");
  if (!specification) return std::nullopt;
  return StreamSpecification{*BooleanField(*specification, "StreamEnabled"),
                             EnumField<StreamViewType>(*specification, "StreamViewType", kStreamViewTypeNames)};
}

std::optional<std::vector<AttributeDefinition>> DecodeAttributeDefinitions(const Json& body) {
  const Json* definitions = FindField(body, "AttributeDefinitions");
  if (!definitions) return std::nullopt;
  std::vector<AttributeDefinition> attributes;
  for (const Json& definition : definitions->GetArray()) {
    const auto type = TextField(definition, "AttributeType");
    attributes.push_back({*TextField(definition, "AttributeName"), type == "S"   ? Type::kString
                                                                   : type == "N" ? Type::kNumber
                                                                                 : Type::kBinary});
  }
  return attributes;
}

CreateTableRequest DecodeCreateTable(const Json& body) {
  CreateTableRequest request;
  request.table_name = TableNameField(body);
  request.attribute_definitions = *DecodeAttributeDefinitions(body);
  request.key_schema = DecodeKeySchema(body);
  request.local_secondary_indexes = DecodeIndexes(body, "LocalSecondaryIndexes");
  request.global_secondary_indexes = DecodeIndexes(body, "GlobalSecondaryIndexes");
  request.billing_mode = EnumField<BillingMode>(body, "BillingMode", kBillingModeNames);
  request.throughput = DecodeThroughput(body);
  request.on_demand = DecodeOnDemand(body);
  request.warm = DecodeWarm(body).value_or(WarmThroughput{});
  request.deletion_protection = BooleanField(body, "DeletionProtectionEnabled").value_or(false);
  request.table_class = TextField(body, "TableClass");
  request.stream = DecodeStreamSpecification(body);
  request.encryption = DecodeEncryption(body);
  request.tags = DecodeTags(body).value_or(std::vector<TagRequest>());
  if (const auto policy = TextField(body, "ResourcePolicy")) request.policy = ReadPolicy(*policy);
  return request;
}

IndexUpdateRequest DecodeIndexUpdate(const Json& entry) {
  IndexUpdateRequest request;
  if (const Json* create = FindField(entry, "Create")) request.create = DecodeIndex(*create);
  if (const Json* remove = FindField(entry, "Delete")) request.remove = TextField(*remove, "IndexName");
  if (const Json* update = FindField(entry, "Update")) {
    request.update = IndexThroughputUpdate{*TextField(*update, "IndexName"), DecodeThroughput(*update),
                                           DecodeOnDemand(*update), DecodeWarm(*update)};
  }
  return request;
}

UpdateTableRequest DecodeUpdateTable(const Json& body) {
  UpdateTableRequest request;
  request.table_name = TableNameField(body);
  request.attribute_definitions = DecodeAttributeDefinitions(body);
  request.billing_mode = EnumField<BillingMode>(body, "BillingMode", kBillingModeNames);
  request.throughput = DecodeThroughput(body);
  if (const Json* updates = FindField(body, "GlobalSecondaryIndexUpdates")) {
    request.index_updates.emplace();
    for (const Json& entry : updates->GetArray()) request.index_updates->push_back(DecodeIndexUpdate(entry));
  }
  request.on_demand = DecodeOnDemand(body);
  request.warm = DecodeWarm(body);
  request.deletion_protection = BooleanField(body, "DeletionProtectionEnabled");
  request.table_class = TextField(body, "TableClass");
  request.stream = DecodeStreamSpecification(body);
  request.encryption = DecodeEncryption(body);
  request.stream = DecodeStreamSpecification(body);
  return request;
}

std::string_view DecodeTableName(const Json& body) {
  return TableNameField(body);
}

ListTablesRequest DecodeListTables(const Json& body) {
  return {TextField(body, "ExclusiveStartTableName").value_or(""), IntegerField(body, "Limit")};
}

void EncodeTableDescription(const TableDescription& description, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "TableDescription");
  WriteTableDescription(out, description);
  out.EndObject();
}

void EncodeTable(const TableDescription& description, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Table");
  WriteTableDescription(out, description);
  out.EndObject();
}

void EncodeListTables(const ListTablesResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "TableNames");
  out.StartArray();
  for (const std::string& name : response.table_names) WriteText(out, name);
  out.EndArray();
  if (response.last_evaluated_table_name) {
    WriteTextMember(out, "LastEvaluatedTableName", *response.last_evaluated_table_name);
  }
  out.EndObject();
}

constexpr std::array<Operation, 5> kOperations = {{
    {.name = "CreateTable",
     .shape = Structure(kCreateTableFields),
     .handle = Handle<DecodeCreateTable, CreateTable, EncodeTableDescription>,
     .makes_tables = true},
    {"DescribeTable", Structure(kTableNameFields), Handle<DecodeTableName, DescribeTable, EncodeTable>},
    {"UpdateTable", Structure(kUpdateTableFields), Handle<DecodeUpdateTable, UpdateTable, EncodeTableDescription>,
     CheckLayer::kNewer},
    {"DeleteTable", Structure(kTableNameFields), Handle<DecodeTableName, DeleteTable, EncodeTableDescription>},
    {"ListTables", Structure(kListTablesFields), Handle<DecodeListTables, ListTables, EncodeListTables>},
}};

}  // namespace

std::span<const Operation> TableOperations() {
  return kOperations;
}

}  // namespace dynarock
