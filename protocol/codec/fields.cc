#include "protocol/codec/fields.h"

#include <algorithm>

#include "engine/base/ascii.h"
#include "protocol/boolean_words.h"

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

bool IsResourceName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
  });
}

std::optional<std::string_view> TextField(const Json& body, std::string_view name) {
  const Json* value = FindField(body, name);
  if (!value) return std::nullopt;
  return TextOf(*value);
}

std::optional<std::int64_t> IntegerField(const Json& body, std::string_view name) {
  const Json* value = FindField(body, name);
  if (!value) return std::nullopt;
  return IntegerOf(*value);
}

std::optional<bool> BooleanField(const Json& body, std::string_view name) {
  const Json* value = FindField(body, name);
  if (!value) return std::nullopt;
  if (!value->IsString()) return value->GetBool();
  return BooleanWord(TextOf(*value)).value_or(false);
}

std::optional<std::vector<std::string_view>> TextListField(const Json& body, std::string_view name) {
  const Json* list = FindField(body, name);
  if (!list) return std::nullopt;
  std::vector<std::string_view> texts;
  for (const Json& text : list->GetArray()) {
    if (!text.IsNull()) texts.push_back(TextOf(text));
  }
  return texts;
}

EncodedValue DecodeEncodedValue(const Json& value) {
  EncodedValue encoded;
  encoded.error = DecodeValue(value, encoded.bytes);
  return encoded;
}

std::vector<EncodedValue> ValueListField(const Json& body, std::string_view name, std::size_t most) {
  std::vector<EncodedValue> values;
  if (const Json* list = FindField(body, name)) {
    values.reserve(list->Size());
    for (const Json& value : list->GetArray()) {
      if (values.size() == most) break;
      if (!value.IsNull()) values.push_back(DecodeEncodedValue(value));
    }
  }
  return values;
}

std::optional<ConditionalOperator> ConditionalOperatorField(const Json& body) {
  return EnumField<ConditionalOperator>(body, "ConditionalOperator", kConditionalOperatorNames);
}

std::string_view TableNameField(const Json& body) {
  return TextField(body, "TableName").value_or("");
}

EncodedItem ItemField(const Json& body, std::string_view name) {
  const Json* value = FindField(body, name);
  return value ? DecodeItem(*value) : EncodedItem{};
}

ReturnConsumedCapacity ReturnConsumedCapacityField(const Json& body) {
  const auto text = TextField(body, "ReturnConsumedCapacity");
  if (text == "INDEXES") return ReturnConsumedCapacity::kIndexes;
  return text == "TOTAL" ? ReturnConsumedCapacity::kTotal : ReturnConsumedCapacity::kNone;
}

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
  out.Double(static_cast<double>(time.value) / 1000);
}

void WriteCapacity(JsonWriter& out, const ConsumedCapacity& consumed) {
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

void WriteMetrics(JsonWriter& out, const ItemCollectionMetrics& metrics) {
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

void WriteConsumedCapacity(JsonWriter& out, const std::optional<ConsumedCapacity>& consumed) {
  if (!consumed) return;
  WriteKey(out, "ConsumedCapacity");
  WriteCapacity(out, *consumed);
}

void WriteItemCollectionMetrics(JsonWriter& out, const std::optional<ItemCollectionMetrics>& metrics) {
  if (!metrics) return;
  WriteKey(out, "ItemCollectionMetrics");
  WriteMetrics(out, *metrics);
}

void WriteConsumedCapacity(JsonWriter& out, const std::optional<std::vector<ConsumedCapacity>>& consumed) {
  if (!consumed) return;
  WriteKey(out, "ConsumedCapacity");
  out.StartArray();
  for (const ConsumedCapacity& capacity : *consumed) WriteCapacity(out, capacity);
  out.EndArray();
}

void WriteItemCollectionMetrics(JsonWriter& out, const std::optional<ItemCollectionMetricsByTable>& metrics) {
  if (!metrics) return;
  WriteKey(out, "ItemCollectionMetrics");
  out.StartObject();
  for (const auto& [table, collections] : *metrics) {
    WriteKey(out, table);
    out.StartArray();
    for (const ItemCollectionMetrics& one : collections) WriteMetrics(out, one);
    out.EndArray();
  }
  out.EndObject();
}

}  // namespace dynarock
