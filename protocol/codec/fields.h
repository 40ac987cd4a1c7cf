// Shapes and decoders that several families share.
#pragma once

#include <array>
#include <limits>
#include <optional>

#include "engine/requests/capacity.h"
#include "engine/writes/write_request.h"
#include "protocol/attribute_value.h"
#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

bool IsResourceName(std::string_view text);  // [a-zA-Z0-9_.-]+
inline constexpr Pattern kResourceName{"[a-zA-Z0-9_.-]+", IsResourceName};

inline constexpr Shape kBooleanShape{.kind = ShapeKind::kBoolean};
inline constexpr Shape kStringShape{.kind = ShapeKind::kString};
inline constexpr Shape kLongShape{.kind = ShapeKind::kLong};
inline constexpr Shape kTableNameShape{
    .kind = ShapeKind::kString, .min = 1, .max = 255, .pattern = &kResourceName, .is_table_name = true};
// Of a map by tables, whose names have their old least length.
inline constexpr Shape kTableNameKeyShape{
    .kind = ShapeKind::kString, .min = 3, .max = 255, .pattern = &kResourceName, .is_table_name = true};
inline constexpr Shape kIndexNameShape{.kind = ShapeKind::kString, .min = 3, .max = 255, .pattern = &kResourceName};

inline constexpr Shape kAttributeValueShape{.kind = ShapeKind::kAttributeValue};
inline constexpr Shape kAttributeValueListShape{.kind = ShapeKind::kList, .element = &kAttributeValueShape};
inline constexpr Shape kAttributeMapShape{
    .kind = ShapeKind::kMap, .element = &kAttributeValueShape, .java_name = "AttributeValue"};
inline constexpr Shape kNameMapShape{.kind = ShapeKind::kMap, .element = &kStringShape, .java_name = "String"};
inline constexpr Shape kAttributesToGetShape{.kind = ShapeKind::kList, .min = 1, .max = 255, .element = &kStringShape};

inline constexpr std::array<std::string_view, 3> kReturnConsumedCapacityNames = {"INDEXES", "TOTAL", "NONE"};
inline constexpr Shape kReturnConsumedCapacityShape{.allowed = kReturnConsumedCapacityNames};
inline constexpr std::array<std::string_view, 2> kReturnItemCollectionMetricsNames = {"SIZE", "NONE"};
inline constexpr Shape kReturnItemCollectionMetricsShape{.allowed = kReturnItemCollectionMetricsNames};
inline constexpr std::array<std::string_view, 5> kReturnValuesNames = {"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE",
                                                                       "UPDATED_NEW"};
inline constexpr Shape kReturnValuesShape{.allowed = kReturnValuesNames,
                                          .newer_enum = "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"};
inline constexpr std::array<std::string_view, 2> kReturnOnFailureNames = {"ALL_OLD", "NONE"};
inline constexpr Shape kReturnOnFailureShape{.allowed = kReturnOnFailureNames};
inline constexpr std::array<std::string_view, 2> kConditionalOperatorNames = {"OR", "AND"};
inline constexpr Shape kConditionalOperatorShape{.allowed = kConditionalOperatorNames, .newer_enum = "[ALL, OR]"};
inline constexpr std::array<std::string_view, 13> kComparisonOperatorNames = {
    "IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"};
inline constexpr Shape kComparisonOperatorShape{.allowed = kComparisonOperatorNames};

// In the order of StreamViewType.
inline constexpr std::array<std::string_view, 4> kStreamViewTypeNames = {"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES",
                                                                         "KEYS_ONLY"};

std::optional<std::string_view> TextField(const Json& body, std::string_view name);
std::optional<std::int64_t> IntegerField(const Json& body, std::string_view name);
std::optional<bool> BooleanField(const Json& body, std::string_view name);
std::optional<std::vector<std::string_view>> TextListField(const Json& body, std::string_view name);
EncodedValue DecodeEncodedValue(const Json& value);
// The first `most` of them.
std::vector<EncodedValue> ValueListField(const Json& body, std::string_view name,
                                         std::size_t most = std::numeric_limits<std::size_t>::max());
std::optional<ConditionalOperator> ConditionalOperatorField(const Json& body);
std::string_view TableNameField(const Json& body);
EncodedItem ItemField(const Json& body, std::string_view name);
// The place of the field's text in `names`, which has the order of an enum. Requires: the shape was checked.
template <class Enum, std::size_t kSize>
std::optional<Enum> EnumField(const Json& body, std::string_view name,
                              const std::array<std::string_view, kSize>& names) {
  const auto text = TextField(body, name);
  if (!text) return std::nullopt;
  for (std::size_t i = 0; i < kSize; ++i) {
    if (names[i] == *text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}
ReturnConsumedCapacity ReturnConsumedCapacityField(const Json& body);

// Members of an object.
void WriteInteger(JsonWriter& out, std::string_view key, std::int64_t value);
void WriteTextMember(JsonWriter& out, std::string_view key, std::string_view value);
void WriteSeconds(JsonWriter& out, std::string_view key, EpochMillis time);
void WriteKeySchema(JsonWriter& out, const KeySchema& keys);

void WriteCapacity(JsonWriter& out, const ConsumedCapacity& consumed);
void WriteMetrics(JsonWriter& out, const ItemCollectionMetrics& metrics);

// Writes the member if there is one.
void WriteConsumedCapacity(JsonWriter& out, const std::optional<ConsumedCapacity>& consumed);
void WriteItemCollectionMetrics(JsonWriter& out, const std::optional<ItemCollectionMetrics>& metrics);
// The same of operations on several tables.
void WriteConsumedCapacity(JsonWriter& out, const std::optional<std::vector<ConsumedCapacity>>& consumed);
void WriteItemCollectionMetrics(JsonWriter& out, const std::optional<ItemCollectionMetricsByTable>& metrics);

}  // namespace dynarock
