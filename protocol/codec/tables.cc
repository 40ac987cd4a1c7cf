#include "protocol/codec/tables.h"

#include "engine/tables/tables.h"
#include "protocol/codec/request_parts.h"
#include "protocol/codec/resource_policy.h"
#include "protocol/codec/table_description.h"
#include "protocol/codec/table_enums.h"
#include "protocol/codec/tags.h"

namespace dynarock {
namespace {

constexpr Shape kKeyAttributeName{.min = 1, .max = 255};
constexpr auto kScalarType = EnumShape<Type>();
constexpr auto kAttributeDefinitionMembers =
    Members<AttributeDefinition>(Required<&AttributeDefinition::name>("AttributeName", kKeyAttributeName),
                                 Required<&AttributeDefinition::type>("AttributeType", kScalarType));
constexpr auto kAttributeDefinition = Structure(kAttributeDefinitionMembers, "AttributeDefinition");
constexpr auto kAttributeDefinitions = ListOf(kAttributeDefinition);

constexpr auto kHashOrRange = std::to_array<std::string_view>({"HASH", "RANGE"});
constexpr Shape kKeyType{.allowed = kHashOrRange};
constexpr auto kKeySchemaElementMembers =
    Members<KeySchemaElement>(Required<&KeySchemaElement::attribute_name>("AttributeName", kKeyAttributeName),
                              Required<&KeySchemaElement::is_hash>("KeyType", kKeyType));
constexpr auto kKeySchemaElement = Structure(kKeySchemaElementMembers, "KeySchemaElement");
constexpr auto kKeySchema = ListOf(kKeySchemaElement, {.min = 1, .max = 2});
constexpr auto kGlobalKeySchema = ListOf(kKeySchemaElement, {.min = 1});

constexpr Shape kUnits{.kind = ShapeKind::kLong, .min = 1};
constexpr auto kThroughputMembers =
    Members<Throughput>(Required<&Throughput::write_units>("WriteCapacityUnits", kUnits),
                        Required<&Throughput::read_units>("ReadCapacityUnits", kUnits));
constexpr auto kThroughput = Structure(kThroughputMembers, "ProvisionedThroughput");

constexpr auto kOnDemandMembers =
    Members<OnDemandThroughput>(Optional<&OnDemandThroughput::max_read_units>("MaxReadRequestUnits", kLong),
                                Optional<&OnDemandThroughput::max_write_units>("MaxWriteRequestUnits", kLong));
constexpr auto kOnDemand = Structure(kOnDemandMembers, "OnDemandThroughput");

constexpr auto kWarmMembers =
    Members<WarmThroughput>(Optional<&WarmThroughput::read_units>("ReadUnitsPerSecond", kLong),
                            Optional<&WarmThroughput::write_units>("WriteUnitsPerSecond", kLong));
constexpr auto kWarm = Structure(kWarmMembers, "WarmThroughput");

constexpr auto kEncryptionTypes = std::to_array<std::string_view>({"AES256", "KMS"});
constexpr Shape kEncryptionType{.allowed = kEncryptionTypes};
constexpr Shape kKeyId{.min = 1};
constexpr auto kEncryptionMembers =
    Members<EncryptionRequest>(Optional<&EncryptionRequest::enabled>("Enabled", kBoolean),
                               Optional<&EncryptionRequest::type>("SSEType", kEncryptionType),
                               Optional<&EncryptionRequest::key_id>("KMSMasterKeyId", kKeyId));
constexpr auto kEncryption = Structure(kEncryptionMembers, "SSESpecification");

constexpr auto kProjectionType = EnumShape<ProjectionType>();
constexpr Shape kNonKeyAttribute{.min = 1, .max = 255};
constexpr auto kNonKeyAttributes = ListOf(kNonKeyAttribute, {.min = 1, .max = 20});
constexpr auto kProjectionMembers =
    Members<ProjectionRequest>(Optional<&ProjectionRequest::type>("ProjectionType", kProjectionType),
                               Optional<&ProjectionRequest::non_key_attributes>("NonKeyAttributes", kNonKeyAttributes));
constexpr auto kProjection = Structure(kProjectionMembers, "Projection");

constexpr auto kLocalIndexMembers =
    Members<IndexRequest>(Required<&IndexRequest::name>("IndexName", kIndexName),
                          Required<&IndexRequest::key_schema>("KeySchema", kKeySchema),
                          Required<&IndexRequest::projection>("Projection", kProjection));
constexpr auto kLocalIndex = Structure(kLocalIndexMembers, "LocalSecondaryIndex");
constexpr auto kLocalIndexes = ListOf(kLocalIndex);

constexpr auto kGlobalIndexMembers =
    Members<IndexRequest>(Required<&IndexRequest::name>("IndexName", kIndexName),
                          Required<&IndexRequest::key_schema>("KeySchema", kGlobalKeySchema),
                          Required<&IndexRequest::projection>("Projection", kProjection),
                          Optional<&IndexRequest::throughput>("ProvisionedThroughput", kThroughput),
                          Optional<&IndexRequest::on_demand>("OnDemandThroughput", kOnDemand),
                          Optional<&IndexRequest::warm>("WarmThroughput", kWarm));
constexpr auto kGlobalIndex = Structure(kGlobalIndexMembers, "GlobalSecondaryIndex");
constexpr auto kGlobalIndexes = ListOf(kGlobalIndex);

constexpr auto kStreamViewType = EnumShape<StreamViewType>();
constexpr auto kStreamMembers =
    Members<StreamSpecification>(Required<&StreamSpecification::enabled>("StreamEnabled", kBoolean),
                                 Optional<&StreamSpecification::view>("StreamViewType", kStreamViewType));
constexpr auto kStream = Structure(kStreamMembers, "StreamSpecification");

constexpr auto kBillingMode = EnumShape<BillingMode>();

constexpr auto kCreateTableRequest = Members<CreateTableRequest>(
    Required<&CreateTableRequest::attribute_definitions>("AttributeDefinitions", kAttributeDefinitions),
    RequiredFirst<&CreateTableRequest::table_name>("TableName", kLongerTableName),
    Optional<&CreateTableRequest::billing_mode>("BillingMode", kBillingMode),
    Optional<&CreateTableRequest::throughput>("ProvisionedThroughput", kThroughput),
    Required<&CreateTableRequest::key_schema>("KeySchema", kKeySchema),
    Optional<&CreateTableRequest::global_secondary_indexes>("GlobalSecondaryIndexes", kGlobalIndexes),
    Optional<&CreateTableRequest::local_secondary_indexes>("LocalSecondaryIndexes", kLocalIndexes),
    Optional<&CreateTableRequest::deletion_protection>("DeletionProtectionEnabled", kBoolean),
    Optional<&CreateTableRequest::table_class>("TableClass", kString),
    Optional<&CreateTableRequest::stream>("StreamSpecification", kStream),
    Optional<&CreateTableRequest::encryption>("SSESpecification", kEncryption),
    Optional<&CreateTableRequest::tags>("Tags", kTags),
    Optional<&CreateTableRequest::on_demand>("OnDemandThroughput", kOnDemand),
    Optional<&CreateTableRequest::warm>("WarmThroughput", kWarm),
    Optional<&CreateTableRequest::policy>("ResourcePolicy", kString), Unserved("VectorIndexes"),
    Unserved("GlobalTableSourceArn"), Unserved("GlobalTableSettingsReplicationMode"),
    Unserved("DisassociationProtectionEnabled"));

constexpr auto kIndexThroughputMembers =
    Members<IndexThroughputUpdate>(Required<&IndexThroughputUpdate::name>("IndexName", kIndexName),
                                   Optional<&IndexThroughputUpdate::throughput>("ProvisionedThroughput", kThroughput),
                                   Optional<&IndexThroughputUpdate::on_demand>("OnDemandThroughput", kOnDemand),
                                   Optional<&IndexThroughputUpdate::warm>("WarmThroughput", kWarm));
constexpr auto kIndexUpdate = Structure(kIndexThroughputMembers, "UpdateGlobalSecondaryIndexAction");
constexpr auto kIndexCreation = Structure(kGlobalIndexMembers, "CreateGlobalSecondaryIndexAction");
constexpr auto kIndexRemovalMembers =
    Members<IndexUpdateRequest>(Required<&IndexUpdateRequest::remove>("IndexName", kIndexName));
constexpr auto kIndexRemoval = Structure(kIndexRemovalMembers, "DeleteGlobalSecondaryIndexAction");
constexpr auto kIndexChangeMembers = Members<IndexUpdateRequest>(
    Optional<&IndexUpdateRequest::update>("Update", kIndexUpdate),
    Optional<&IndexUpdateRequest::create>("Create", kIndexCreation), Optional<Itself{}>("Delete", kIndexRemoval));
constexpr auto kIndexChange = Structure(kIndexChangeMembers, "GlobalSecondaryIndexUpdate");
constexpr auto kIndexChanges = ListOf(kIndexChange);

constexpr auto kUpdateTableRequest = Members<UpdateTableRequest>(
    Optional<&UpdateTableRequest::attribute_definitions>("AttributeDefinitions", kAttributeDefinitions),
    RequiredFirst<&UpdateTableRequest::table_name>("TableName", kTableNameOrArn),
    Optional<&UpdateTableRequest::billing_mode>("BillingMode", kBillingMode),
    Optional<&UpdateTableRequest::throughput>("ProvisionedThroughput", kThroughput),
    Optional<&UpdateTableRequest::index_updates>("GlobalSecondaryIndexUpdates", kIndexChanges),
    Optional<&UpdateTableRequest::deletion_protection>("DeletionProtectionEnabled", kBoolean),
    Optional<&UpdateTableRequest::table_class>("TableClass", kString),
    Optional<&UpdateTableRequest::encryption>("SSESpecification", kEncryption),
    Optional<&UpdateTableRequest::on_demand>("OnDemandThroughput", kOnDemand),
    Optional<&UpdateTableRequest::warm>("WarmThroughput", kWarm),
    Optional<&UpdateTableRequest::stream>("StreamSpecification", kStream), Unserved("ReplicaUpdates"),
    Unserved("MultiRegionConsistency"), Unserved("GlobalTableWitnessUpdates"),
    Unserved("GlobalTableSettingsReplicationMode"), Unserved("DisassociationProtectionEnabled"),
    Unserved("VectorIndexUpdates"));

constexpr Shape kListLimit{.kind = ShapeKind::kInteger, .min = 1, .max = 100};
constexpr auto kListTablesRequest = Members<ListTablesRequest>(
    Optional<&ListTablesRequest::limit>("Limit", kListLimit),
    Optional<&ListTablesRequest::exclusive_start_table_name>("ExclusiveStartTableName", kIndexName));

constexpr auto kTableDescriptionReply =
    ReplyOf<TableDescription>(Shown<std::identity{}, WriteTableDescription>("TableDescription"));
constexpr auto kTableReply = ReplyOf<TableDescription>(Shown<std::identity{}, WriteTableDescription>("Table"));
constexpr auto kListTablesReply =
    ReplyOf<ListTablesResponse>(Shown<&ListTablesResponse::table_names>("TableNames"),
                                Shown<&ListTablesResponse::last_evaluated_table_name>("LastEvaluatedTableName"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kCreateTableRequest, CreateTable, kTableDescriptionReply>(
        {.name = "CreateTable", .makes_tables = true}),
    MakeOperation<kTableNameRequest, DescribeTable, kTableReply>({.name = "DescribeTable"}),
    MakeOperation<kUpdateTableRequest, UpdateTable, kTableDescriptionReply>(
        {.name = "UpdateTable", .layer = CheckLayer::kNewer}),
    MakeOperation<kTableNameRequest, DeleteTable, kTableDescriptionReply>({.name = "DeleteTable"}),
    MakeOperation<kListTablesRequest, ListTables, kListTablesReply>({.name = "ListTables"}),
});

}  // namespace

std::span<const Operation> TableOperations() {
  return kOperations;
}

}  // namespace dynarock
