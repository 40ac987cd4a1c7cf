#include "protocol/codec/reply_parts.h"

namespace dynarock {
namespace {

void WriteUnitMembers(JsonWriter& out, CapacityKind kind, double units) {
  WriteKey(out, "CapacityUnits");
  out.Double(units);
  if (kind == CapacityKind::kPlain) return;
  WriteKey(out, kind == CapacityKind::kRead ? "ReadCapacityUnits" : "WriteCapacityUnits");
  out.Double(units);
}

void WriteUnits(JsonWriter& out, CapacityKind kind, double units) {
  out.StartObject();
  WriteUnitMembers(out, kind, units);
  out.EndObject();
}

void WriteIndexes(JsonWriter& out, std::string_view key, CapacityKind kind,
                  const std::vector<std::pair<std::string, double>>& indexes) {
  if (indexes.empty()) return;
  WriteKey(out, key);
  out.StartObject();
  for (const auto& [name, units] : indexes) {
    WriteKey(out, name);
    WriteUnits(out, kind, units);
  }
  out.EndObject();
}

}  // namespace

void WriteInteger(JsonWriter& out, std::string_view key, std::int64_t value) {
  WriteKey(out, key);
  out.Int64(value);
}

void WriteTextMember(JsonWriter& out, std::string_view key, std::string_view value) {
  WriteKey(out, key);
  WriteText(out, value);
}

void WriteKeySchema(JsonWriter& out, const KeySchema& keys) {
  WriteKey(out, "KeySchema");
  out.StartArray();
  for (const auto* part : {&keys.partition, &keys.sort}) {
    for (const KeyAttribute& attribute : *part) {
      out.StartObject();
      WriteTextMember(out, "AttributeName", attribute.name);
      WriteTextMember(out, "KeyType", part == &keys.partition ? "HASH" : "RANGE");
      out.EndObject();
    }
  }
  out.EndArray();
}

void WriteSeconds(JsonWriter& out, std::string_view key, EpochMillis time) {
  WriteKey(out, key);
  Write(out, time);
}

void Write(JsonWriter& out, const EpochMillis& time) {
  out.Double(static_cast<double>(time.value) / 1000);
}

void Write(JsonWriter& out, const ConsumedCapacity& consumed) {
  out.StartObject();
  WriteKey(out, "TableName");
  WriteText(out, consumed.table_name);
  WriteUnitMembers(out, consumed.kind, consumed.total);
  if (consumed.by_index) {
    WriteKey(out, "Table");
    WriteUnits(out, consumed.kind, consumed.table);
    WriteIndexes(out, "LocalSecondaryIndexes", consumed.kind, consumed.local_indexes);
    WriteIndexes(out, "GlobalSecondaryIndexes", consumed.kind, consumed.global_indexes);
  }
  out.EndObject();
}

void Write(JsonWriter& out, const ItemCollectionMetrics& metrics) {
  out.StartObject();
  WriteKey(out, "ItemCollectionKey");
  WriteItem(out, ItemView(metrics.key));
  WriteKey(out, "SizeEstimateRangeGB");
  out.StartArray();
  out.Double(metrics.lower_gigabytes);
  out.Double(metrics.upper_gigabytes);
  out.EndArray();
  out.EndObject();
}

void Write(JsonWriter& out, const ItemCollectionMetricsByTable& metrics) {
  out.StartObject();
  for (const auto& [table, collections] : metrics) {
    WriteKey(out, table);
    Write(out, collections);
  }
  out.EndObject();
}

void Write(JsonWriter& out, const ItemList& items) {
  WriteItems(out, items);
}

void WriteItemBytes(JsonWriter& out, const std::string& bytes) {
  WriteItem(out, ItemView(bytes));
}

void WriteItemResponses(JsonWriter& out, const std::vector<std::optional<std::string>>& items) {
  out.StartArray();
  for (const auto& item : items) {
    out.StartObject();
    if (item) {
      WriteKey(out, "Item");
      WriteItemBytes(out, *item);
    }
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace dynarock
