#include "protocol/codec/fields.h"

#include <algorithm>
#include <cmath>

#include "engine/expression/token.h"

namespace dynarock {
namespace {

void WriteUnits(JsonWriter& out, double units) {
  out.StartObject();
  WriteKey(out, "CapacityUnits");
  out.Double(units);
  out.EndObject();
}

void WriteIndexes(JsonWriter& out, std::string_view key, const std::vector<std::pair<std::string, double>>& indexes) {
  if (indexes.empty()) return;
  WriteKey(out, key);
  out.StartObject();
  for (const auto& [name, units] : indexes) {
    WriteKey(out, name);
    WriteUnits(out, units);
  }
  out.EndObject();
}

}  // namespace

bool IsResourceName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
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
  if (value->IsInt64()) return value->GetInt64();
  constexpr double kLargest = 9e18;
  return static_cast<std::int64_t>(std::floor(std::clamp(value->GetDouble(), -kLargest, kLargest)));
}

std::optional<bool> BooleanField(const Json& body, std::string_view name) {
  const Json* value = FindField(body, name);
  if (!value) return std::nullopt;
  if (!value->IsString()) return value->GetBool();
  const std::string_view text = TextOf(*value);
  return text == "1" || EqualsIgnoringCase(text, "TRUE") || EqualsIgnoringCase(text, "YES");
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

std::vector<EncodedValue> ValueListField(const Json& body, std::string_view name) {
  std::vector<EncodedValue> values;
  if (const Json* list = FindField(body, name)) {
    for (const Json& value : list->GetArray()) {
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

void WriteCapacity(JsonWriter& out, const ConsumedCapacity& consumed) {
  out.StartObject();
  WriteKey(out, "TableName");
  WriteText(out, consumed.table_name);
  WriteKey(out, "CapacityUnits");
  out.Double(consumed.total);
  if (consumed.by_index) {
    WriteKey(out, "Table");
    WriteUnits(out, consumed.table);
    WriteIndexes(out, "LocalSecondaryIndexes", consumed.local_indexes);
    WriteIndexes(out, "GlobalSecondaryIndexes", consumed.global_indexes);
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

}  // namespace dynarock
