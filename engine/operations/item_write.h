// What PutItem, UpdateItem and DeleteItem share: their condition and the common part of their reply.
#pragma once

#include "engine/operations/items.h"
#include "engine/operations/write_path.h"

namespace dynarock {

inline constexpr std::string_view kConditionExpression = "ConditionExpression";

// The legacy condition, if Expected was given. Errors: kValidation.
Result<std::optional<Condition>> CompileExpectedOf(const WriteItemRequest& request);

// ConditionExpression or Expected. Checks placeholders and that all of them are used. Errors: kRequestValidation.
Result<std::optional<Lent<Condition>>> CompileOnlyCondition(const WriteItemRequest& request,
                                                            DeepValues deep_values = DeepValues::kRefused);

// Only tables with local secondary indexes have item collections to measure. `item` is an item or a key.
std::optional<ItemCollectionMetrics> MeasureCollection(const Table& table, ItemView item);

// Old attributes for ALL_OLD, consumed capacity, item collection metrics of the item or key `key`.
WriteItemResponse ToResponse(const WriteItemRequest& request, const Table& table, ItemView key, WriteOutcome outcome);

}  // namespace dynarock
