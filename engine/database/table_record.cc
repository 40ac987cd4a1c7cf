// A table's definition as a record; the fields' numbers are part of the format on disk.
#include "engine/database/table.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {
namespace {

enum TableField : std::uint32_t {
  kId = 1,
  kName = 2,
  kUuid = 3,
  kCreated = 4,
  kAttribute = 5,
  kPartitionKey = 6,
  kSortKey = 7,
  kIndex = 8,
  kBillingMode = 9,
  kReadUnits = 10,
  kWriteUnits = 11,
  kDeletionProtection = 12,
  kTableClass = 13,
};

enum IndexField : std::uint32_t {
  kIndexId = 1,
  kIndexName = 2,
  kIndexIsGlobal = 3,
  kIndexPartitionKey = 4,
  kIndexSortKey = 5,
  kIndexProjection = 6,
  kIndexNonKeyAttribute = 7,
  kIndexReadUnits = 8,
  kIndexWriteUnits = 9,
};

// Type tag, then name.
std::string EncodeAttribute(const KeyAttribute& attribute) {
  return std::string(1, static_cast<char>(attribute.type)) + attribute.name;
}

KeyAttribute DecodeAttribute(std::string_view bytes) {
  if (bytes.empty()) return {};
  return {std::string(bytes.substr(1)), static_cast<Type>(bytes[0])};
}

std::string EncodeIndex(const IndexDefinition& index) {
  RecordWriter record;
  record.Integer(kIndexId, index.id.value);
  record.Bytes(kIndexName, index.name);
  record.Integer(kIndexIsGlobal, index.is_global);
  for (const auto& key : index.keys.partition) record.Bytes(kIndexPartitionKey, EncodeAttribute(key));
  for (const auto& key : index.keys.sort) record.Bytes(kIndexSortKey, EncodeAttribute(key));
  record.Integer(kIndexProjection, static_cast<std::int64_t>(index.projection));
  for (const auto& name : index.non_key_attributes) record.Bytes(kIndexNonKeyAttribute, name);
  record.Integer(kIndexReadUnits, index.throughput.read_units);
  record.Integer(kIndexWriteUnits, index.throughput.write_units);
  return record.Take();
}

IndexDefinition DecodeIndex(std::string_view bytes) {
  IndexDefinition index;
  for (RecordReader record(bytes); record.Next();) {
    switch (record.field()) {
      case kIndexId:
        index.id.value = static_cast<std::uint16_t>(record.integer());
        break;
      case kIndexName:
        index.name = record.bytes();
        break;
      case kIndexIsGlobal:
        index.is_global = record.integer() != 0;
        break;
      case kIndexPartitionKey:
        index.keys.partition.push_back(DecodeAttribute(record.bytes()));
        break;
      case kIndexSortKey:
        index.keys.sort.push_back(DecodeAttribute(record.bytes()));
        break;
      case kIndexProjection:
        index.projection = static_cast<ProjectionType>(record.integer());
        break;
      case kIndexNonKeyAttribute:
        index.non_key_attributes.emplace_back(record.bytes());
        break;
      case kIndexReadUnits:
        index.throughput.read_units = record.integer();
        break;
      case kIndexWriteUnits:
        index.throughput.write_units = record.integer();
        break;
      default:
        break;
    }
  }
  return index;
}

}  // namespace

std::string EncodeTable(const TableDefinition& table) {
  RecordWriter record;
  record.Integer(kId, table.id.value);
  record.Bytes(kName, table.name);
  record.Bytes(kUuid, table.uuid);
  record.Integer(kCreated, table.created.value);
  for (const auto& attribute : table.attributes) record.Bytes(kAttribute, EncodeAttribute(attribute));
  for (const auto& key : table.keys.partition) record.Bytes(kPartitionKey, EncodeAttribute(key));
  for (const auto& key : table.keys.sort) record.Bytes(kSortKey, EncodeAttribute(key));
  for (const auto& index : table.indexes) record.Bytes(kIndex, EncodeIndex(index));
  record.Integer(kBillingMode, static_cast<std::int64_t>(table.billing_mode));
  record.Integer(kReadUnits, table.throughput.read_units);
  record.Integer(kWriteUnits, table.throughput.write_units);
  record.Integer(kDeletionProtection, table.deletion_protection);
  record.Bytes(kTableClass, table.table_class);
  return record.Take();
}

Result<TableDefinition> DecodeTable(std::string_view bytes) {
  TableDefinition table;
  RecordReader record(bytes);
  while (record.Next()) {
    switch (record.field()) {
      case kId:
        table.id.value = static_cast<std::uint32_t>(record.integer());
        break;
      case kName:
        table.name = record.bytes();
        break;
      case kUuid:
        table.uuid = record.bytes();
        break;
      case kCreated:
        table.created.value = record.integer();
        break;
      case kAttribute:
        table.attributes.push_back(DecodeAttribute(record.bytes()));
        break;
      case kPartitionKey:
        table.keys.partition.push_back(DecodeAttribute(record.bytes()));
        break;
      case kSortKey:
        table.keys.sort.push_back(DecodeAttribute(record.bytes()));
        break;
      case kIndex:
        table.indexes.push_back(DecodeIndex(record.bytes()));
        break;
      case kBillingMode:
        table.billing_mode = static_cast<BillingMode>(record.integer());
        break;
      case kReadUnits:
        table.throughput.read_units = record.integer();
        break;
      case kWriteUnits:
        table.throughput.write_units = record.integer();
        break;
      case kDeletionProtection:
        table.deletion_protection = record.integer() != 0;
        break;
      case kTableClass:
        table.table_class = record.bytes();
        break;
      default:
        break;
    }
  }
  if (record.torn() || table.id.value == 0 || table.keys.partition.empty()) {
    return InternalError("catalog: a table's record is torn");
  }
  return table;
}

}  // namespace dynarock
