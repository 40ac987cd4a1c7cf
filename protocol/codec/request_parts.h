// Shapes, names and readers of requests that several families share.
#pragma once

#include "engine/requests/capacity.h"
#include "engine/requests/request_expressions.h"
#include "engine/writes/write_request.h"
#include "protocol/members.h"

namespace dynarock {

bool IsResourceName(std::string_view text);  // [a-zA-Z0-9_.-]+
inline constexpr Pattern kResourceName{"[a-zA-Z0-9_.-]+", IsResourceName};

inline constexpr Shape kBoolean{.kind = ShapeKind::kBoolean};
inline constexpr Shape kString{.kind = ShapeKind::kString};
inline constexpr Shape kLong{.kind = ShapeKind::kLong};
inline constexpr Shape kStrings = ListOf(kString);
inline constexpr Shape kTableNameOrArn{.min = 1, .max = 255, .pattern = &kResourceName, .is_table_name = true};
// Of a map by tables and of CreateTable, which have the old least length.
inline constexpr Shape kLongerTableName{.min = 3, .max = 255, .pattern = &kResourceName, .is_table_name = true};
inline constexpr Shape kIndexName{.min = 3, .max = 255, .pattern = &kResourceName};
inline constexpr Shape kClientRequestToken{.min = 1, .max = 36};

inline constexpr Shape kAttributeValue{.kind = ShapeKind::kAttributeValue, .java_name = "AttributeValue"};
inline constexpr Shape kAttributeValues = ListOf(kAttributeValue);
// An item, a key, or ExpressionAttributeValues.
inline constexpr Shape kItem = MapOf(kAttributeValue);
inline constexpr Shape kPlaceholderNames = MapOf(kString, {.java_name = "String"});
inline constexpr Shape kPlaceholderValues = kItem;
inline constexpr Shape kAttributesToGet = ListOf(kString, {.min = 1, .max = 255});

template <>
inline constexpr auto kNamesOf<ReturnConsumedCapacity> =
    Names<ReturnConsumedCapacity>({{"INDEXES", ReturnConsumedCapacity::kIndexes},
                                   {"TOTAL", ReturnConsumedCapacity::kTotal},
                                   {"NONE", ReturnConsumedCapacity::kNone}});
inline constexpr auto kReturnConsumedCapacity = EnumShape<ReturnConsumedCapacity>();

template <>
inline constexpr auto kNamesOf<ConditionalOperator> = Names<ConditionalOperator>({{"OR", ConditionalOperator::kOr},
                                                                                  {"AND", ConditionalOperator::kAnd}});
inline constexpr auto kConditionalOperator = EnumShape<ConditionalOperator>("[ALL, OR]");

template <>
inline constexpr auto kNamesOf<LegacyOperator> = Names<LegacyOperator>({{"IN", LegacyOperator::kIn},
                                                                        {"NULL", LegacyOperator::kNull},
                                                                        {"BETWEEN", LegacyOperator::kBetween},
                                                                        {"LT", LegacyOperator::kLess},
                                                                        {"NOT_CONTAINS", LegacyOperator::kNotContains},
                                                                        {"EQ", LegacyOperator::kEqual},
                                                                        {"GT", LegacyOperator::kGreater},
                                                                        {"NOT_NULL", LegacyOperator::kNotNull},
                                                                        {"NE", LegacyOperator::kNotEqual},
                                                                        {"LE", LegacyOperator::kLessOrEqual},
                                                                        {"BEGINS_WITH", LegacyOperator::kBeginsWith},
                                                                        {"GE", LegacyOperator::kGreaterOrEqual},
                                                                        {"CONTAINS", LegacyOperator::kContains}});
inline constexpr auto kComparisonOperator = EnumShape<LegacyOperator>();

// Enums that are booleans here: the first name is true.
inline constexpr auto kSizeOrNone = std::to_array<std::string_view>({"SIZE", "NONE"});
inline constexpr Shape kReturnItemCollectionMetrics{.allowed = kSizeOrNone};
inline constexpr auto kAllOldOrNone = std::to_array<std::string_view>({"ALL_OLD", "NONE"});
inline constexpr Shape kReturnOnFailure{.allowed = kAllOldOrNone};

// Of operations that take the name of a table and nothing else.
inline constexpr auto kTableNameRequest =
    Members<std::string_view>(RequiredFirst<Itself{}>("TableName", kTableNameOrArn));

bool Read(const Json& value, const Shape& shape, EncodedItem& out);
bool Read(const Json& value, const Shape& shape, EncodedValue& out);
// Of names or of values, as the shape says.
bool Read(const Json& value, const Shape& shape, ExpressionAttributes& out);

}  // namespace dynarock
