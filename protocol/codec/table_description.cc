#include "protocol/codec/table_description.h"

#include "engine/tables/throughput_rules.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/table_enums.h"

namespace dynarock {
namespace {

constexpr auto kThroughputReply = ReplyOf<Throughput>(
    Shown<&Throughput::last_increase>("LastIncreaseDateTime"),
    Shown<&Throughput::last_decrease>("LastDecreaseDateTime"), Shown<&Throughput::decreases>("NumberOfDecreasesToday"),
    Shown<&Throughput::read_units>("ReadCapacityUnits"), Shown<&Throughput::write_units>("WriteCapacityUnits"));
constexpr auto kOnDemandReply =
    ReplyOf<OnDemandThroughput>(Shown<&OnDemandThroughput::max_read_units>("MaxReadRequestUnits"),
                                Shown<&OnDemandThroughput::max_write_units>("MaxWriteRequestUnits"));
constexpr auto kAttributeReply =
    ReplyOf<KeyAttribute>(Shown<&KeyAttribute::name>("AttributeName"), Shown<&KeyAttribute::type>("AttributeType"));

void WriteThroughput(JsonWriter& out, const Throughput& throughput) {
  WriteKey(out, "ProvisionedThroughput");
  WriteReply(out, kThroughputReply, throughput);
}

void WriteOnDemand(JsonWriter& out, const OnDemandThroughput& on_demand) {
  if (on_demand.empty()) return;
  WriteKey(out, "OnDemandThroughput");
  WriteReply(out, kOnDemandReply, on_demand);
}

// A table or index that is being created shows it only if it was named.
void WriteWarm(JsonWriter& out, const TableDescription& description, const Throughput& throughput,
               const WarmThroughput& warm) {
  const bool is_named = warm.read_units || warm.write_units;
  const bool is_creating = description.status == TableStatus::kCreating;
  if (description.status == TableStatus::kDeleting || (is_creating && !is_named)) return;
  const WarmThroughput effective = EffectiveWarm(description.definition.billing_mode, throughput, warm);
  WriteKey(out, "WarmThroughput");
  out.StartObject();
  WriteInteger(out, "ReadUnitsPerSecond", *effective.read_units);
  WriteInteger(out, "WriteUnitsPerSecond", *effective.write_units);
  WriteTextMember(out, "Status", description.is_warming || is_creating ? "UPDATING" : "ACTIVE");
  out.EndObject();
}

void WriteProjection(JsonWriter& out, const IndexDefinition& index) {
  WriteKey(out, "Projection");
  out.StartObject();
  WriteTextMember(out, "ProjectionType", NameOf(index.projection));
  if (!index.non_key_attributes.empty()) {
    WriteKey(out, "NonKeyAttributes");
    Write(out, index.non_key_attributes);
  }
  out.EndObject();
}

// Only an index that is added to a table shows whether it is filled already.
void WriteIndexStatus(JsonWriter& out, const TableDescription& description, const IndexDefinition& index) {
  WriteTextMember(out, "IndexStatus", NameOf(index.status));
  const bool is_added = index.status == IndexStatus::kBackfilling || index.status == IndexStatus::kCreating;
  if (!is_added || description.status == TableStatus::kCreating) return;
  WriteKey(out, "Backfilling");
  out.Bool(index.status == IndexStatus::kBackfilling);
}

void WriteIndex(JsonWriter& out, const TableDescription& description, const IndexDefinition& index) {
  out.StartObject();
  WriteTextMember(out, "IndexName", index.name);
  WriteKeySchema(out, index.keys);
  WriteProjection(out, index);
  if (index.is_global) {
    WriteIndexStatus(out, description, index);
    WriteThroughput(out, index.throughput);
    WriteOnDemand(out, index.on_demand);
    WriteWarm(out, description, index.throughput, index.warm);
  }
  const Counts& counts = description.table->counts(index.id);
  WriteInteger(out, "IndexSizeBytes", counts.bytes);
  WriteInteger(out, "ItemCount", counts.items);
  WriteTextMember(out, "IndexArn",
                  TableArn(description.identity, description.definition.name) + "/index/" + index.name);
  out.EndObject();
}

void WriteIndexes(JsonWriter& out, const TableDescription& description, bool global) {
  bool any = false;
  for (const IndexDefinition& index : description.definition.indexes) {
    if (index.is_global != global) continue;
    if (!any) {
      WriteKey(out, global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");
      out.StartArray();
    }
    any = true;
    WriteIndex(out, description, index);
  }
  if (any) out.EndArray();
}

void WriteAttributeDefinitions(JsonWriter& out, const TableDefinition& table) {
  WriteKey(out, "AttributeDefinitions");
  WriteEach<kAttributeReply>(out, table.attributes);
}

// A table that was never on demand shows nothing.
void WriteBilling(JsonWriter& out, const TableDefinition& table) {
  const bool is_on_demand = table.billing_mode == BillingMode::kPayPerRequest;
  if (!is_on_demand && !table.on_demand_since) return;
  WriteKey(out, "BillingModeSummary");
  out.StartObject();
  WriteTextMember(out, "BillingMode", NameOf(table.billing_mode));
  if (table.on_demand_since) WriteSeconds(out, "LastUpdateToPayPerRequestDateTime", *table.on_demand_since);
  out.EndObject();
}

void WriteEncryption(JsonWriter& out, const TableDescription& description) {
  const auto& encryption = description.definition.encryption;
  if (!encryption) return;
  WriteKey(out, "SSEDescription");
  out.StartObject();
  WriteTextMember(out, "Status", description.is_encrypting ? "UPDATING" : "ENABLED");
  WriteTextMember(out, "SSEType", "KMS");
  WriteTextMember(out, "KMSMasterKeyArn", encryption->key_arn);
  out.EndObject();
}

void WriteTableClass(JsonWriter& out, const TableDefinition& table) {
  if (table.table_class.empty()) return;
  WriteKey(out, "TableClassSummary");
  out.StartObject();
  WriteTextMember(out, "TableClass", table.table_class);
  if (table.table_class_changed) WriteSeconds(out, "LastUpdateDateTime", *table.table_class_changed);
  out.EndObject();
}

void WriteStream(JsonWriter& out, const TableDescription& description) {
  if (!description.latest_stream) return;
  const Stream& stream = *description.latest_stream;
  if (description.stream_enabled) {
    WriteKey(out, "StreamSpecification");
    out.StartObject();
    WriteKey(out, "StreamEnabled");
    out.Bool(true);
    WriteTextMember(out, "StreamViewType", NameOf(stream.definition().view));
    out.EndObject();
  }
  WriteTextMember(out, "LatestStreamLabel", stream.Label());
  WriteTextMember(out, "LatestStreamArn", StreamArn(description.identity, stream));
}

}  // namespace

void WriteTableDescription(JsonWriter& out, const TableDescription& description) {
  const TableDefinition& table = description.definition;
  const Counts& counts = description.table->counts(IndexId{});
  out.StartObject();
  // What DeleteTable answers lacks the schema. Observed: conformance/cases/tables/delete_table.case
  const bool deleting = description.status == TableStatus::kDeleting && !description.is_whole;
  if (!deleting) WriteAttributeDefinitions(out, table);
  WriteTextMember(out, "TableName", table.name);
  if (!deleting) WriteKeySchema(out, table.keys);
  WriteTextMember(out, "TableStatus", NameOf(description.status));
  if (!deleting) WriteSeconds(out, "CreationDateTime", table.created);
  WriteThroughput(out, table.throughput);
  WriteInteger(out, "TableSizeBytes", counts.bytes);
  WriteInteger(out, "ItemCount", counts.items);
  WriteTextMember(out, "TableArn", TableArn(description.identity, table.name));
  WriteTextMember(out, "TableId", table.uuid);
  WriteBilling(out, table);
  if (!deleting) {
    WriteIndexes(out, description, false);
    WriteIndexes(out, description, true);
  }
  WriteStream(out, description);
  WriteEncryption(out, description);
  WriteTableClass(out, table);
  WriteKey(out, "DeletionProtectionEnabled");
  out.Bool(table.deletion_protection);
  WriteOnDemand(out, table.on_demand);
  WriteWarm(out, description, table.throughput, table.warm);
  out.EndObject();
}

}  // namespace dynarock
