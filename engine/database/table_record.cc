// A table's definition as a record; the fields' numbers are part of the format on disk.
#include <algorithm>

#include "engine/database/record_fields.h"
#include "engine/database/table.h"

namespace dynarock {

template <class Record, Of<Throughput> Value>
void Fields(Record& record, Value& throughput) {
  record.Integer(1, throughput.read_units);
  record.Integer(2, throughput.write_units);
  record.Time(3, throughput.last_increase);
  record.Time(4, throughput.last_decrease);
  record.Integer(5, throughput.decreases);
}

template <class Record, Of<OnDemandThroughput> Value>
void Fields(Record& record, Value& on_demand) {
  record.Integer(1, on_demand.max_read_units);
  record.Integer(2, on_demand.max_write_units);
}

template <class Record, Of<WarmThroughput> Value>
void Fields(Record& record, Value& warm) {
  record.Integer(1, warm.read_units);
  record.Integer(2, warm.write_units);
}

template <class Record, Of<Tag> Value>
void Fields(Record& record, Value& tag) {
  record.Text(1, tag.key);
  record.Text(2, tag.value);
}

template <class Record, Of<Encryption> Value>
void Fields(Record& record, Value& encryption) {
  record.Text(1, encryption.key_arn);
}

template <class Record, Of<TimeToLive> Value>
void Fields(Record& record, Value& ttl) {
  record.Integer(1, ttl.enabled);
  record.Text(2, ttl.attribute);
  record.Time(3, ttl.changed);
  record.Integer(4, ttl.is_filling);
}

template <class Record, Of<PointInTimeRecovery> Value>
void Fields(Record& record, Value& recovery) {
  record.Integer(1, recovery.enabled);
  record.Integer(2, recovery.days);
  record.Time(3, recovery.since);
}

template <class Record, Of<ResourcePolicy> Value>
void Fields(Record& record, Value& policy) {
  record.Text(1, policy.resource_arn);
  record.Text(2, policy.document);
  record.Text(3, policy.revision_id);
}

template <class Record, Of<ContributorInsights> Value>
void Fields(Record& record, Value& insights) {
  record.Text(1, insights.index_name);
  record.Integer(2, insights.enabled);
  record.Integer(3, insights.throttled_keys_only);
  record.Time(4, insights.changed);
}

template <class Record, Of<KinesisDestination> Value>
void Fields(Record& record, Value& destination) {
  record.Text(1, destination.stream_arn);
  record.Integer(2, destination.active);
  record.Text(3, destination.precision);
}

void Attributes(RecordSink& record, std::uint32_t field, const std::vector<KeyAttribute>& attributes) {
  std::vector<std::string> texts;
  for (const KeyAttribute& attribute : attributes) {
    texts.push_back(std::string(1, static_cast<char>(attribute.type)) + attribute.name);
  }
  record.Texts(field, texts);
}

void Attributes(RecordSource& record, std::uint32_t field, std::vector<KeyAttribute>& attributes) {
  std::vector<std::string> texts;
  record.Texts(field, texts);
  for (const std::string& text : texts) {
    if (!text.empty()) attributes.push_back({text.substr(1), static_cast<Type>(text[0])});
  }
}

template <class Record, Of<IndexDefinition> Value>
void Fields(Record& record, Value& index) {
  record.Integer(1, index.id.value);
  record.Text(2, index.name);
  record.Integer(3, index.is_global);
  Attributes(record, 4, index.keys.partition);
  Attributes(record, 5, index.keys.sort);
  record.Integer(6, index.projection);
  record.Texts(7, index.non_key_attributes);
  record.One(8, index.throughput);
  record.One(9, index.on_demand);
  record.One(10, index.warm);
  record.Integer(11, index.status);
}

template <class Record, Of<TableDefinition> Value>
void Fields(Record& record, Value& table) {
  record.Integer(1, table.id.value);
  record.Text(2, table.name);
  record.Text(3, table.uuid);
  record.Time(4, table.created);
  Attributes(record, 5, table.attributes);
  Attributes(record, 6, table.keys.partition);
  Attributes(record, 7, table.keys.sort);
  record.Each(8, table.indexes);
  record.Integer(9, table.billing_mode);
  record.Integer(10, table.deletion_protection);
  record.Text(11, table.table_class);
  record.Integer(12, table.last_index_id.value);
  record.Time(13, table.on_demand_since);
  record.One(14, table.throughput);
  record.One(15, table.on_demand);
  record.One(16, table.warm);
  record.Time(17, table.table_class_changed);
  record.One(18, table.encryption);
  record.Each(19, table.tags);
  record.One(20, table.ttl);
  record.One(21, table.recovery);
  record.Each(22, table.policies);
  record.Each(23, table.insights);
  record.Each(24, table.kinesis);
  record.Integer(25, table.status);
  record.Time(26, table.settles);
  record.Integer(27, table.in_local_order);
}

std::string EncodeTable(const TableDefinition& table) {
  return EncodeRecord(table);
}

namespace {

// A key's attributes, whose types can be keys.
bool IsKey(const KeySchema& keys) {
  const auto is_scalar = [](const KeyAttribute& attribute) {
    return attribute.type >= Type::kString && attribute.type <= Type::kBinary;
  };
  return !keys.partition.empty() && std::all_of(keys.partition.begin(), keys.partition.end(), is_scalar) &&
         std::all_of(keys.sort.begin(), keys.sort.end(), is_scalar);
}

// Whether all states are ones that this program knows: a newer one may have more of them.
bool IsKnown(const TableDefinition& table) {
  return table.status >= TableStatus::kActive && table.status <= TableStatus::kDeleting &&
         table.billing_mode >= BillingMode::kProvisioned && table.billing_mode <= BillingMode::kPayPerRequest;
}

bool IsKnown(const IndexDefinition& index) {
  return index.status >= IndexStatus::kActive && index.status <= IndexStatus::kDeleting &&
         index.projection >= ProjectionType::kAll && index.projection <= ProjectionType::kInclude;
}

}  // namespace

Result<TableDefinition> DecodeTable(std::string_view bytes) {
  std::optional<TableDefinition> table = DecodeRecord<TableDefinition>(bytes);
  const auto is_whole = [&](const IndexDefinition& index) {
    return index.id.value != 0 && index.id <= table->last_index_id && IsKey(index.keys);
  };
  if (!table || table->id.value == 0 || !IsKey(table->keys) ||
      !std::all_of(table->indexes.begin(), table->indexes.end(), is_whole)) {
    return InternalError("catalog: a table's record is torn");
  }
  const auto is_known = [](const IndexDefinition& index) { return IsKnown(index); };
  if (!IsKnown(*table) || !std::all_of(table->indexes.begin(), table->indexes.end(), is_known)) {
    return InternalError("catalog: a table's record is of a newer program");
  }
  return std::move(*table);
}

}  // namespace dynarock
