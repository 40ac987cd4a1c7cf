// What PutItem, UpdateItem and DeleteItem share: the common part of their requests and replies, and their condition.
#pragma once

#include "engine/database/database.h"
#include "engine/requests/capacity.h"
#include "engine/requests/request_expressions.h"
#include "engine/writes/write_step.h"

namespace dynarock {

// In the order of the enum in AWS's messages.
enum class ReturnValues { kAllNew, kUpdatedOld, kAllOld, kNone, kUpdatedNew };

// An item collection's size, for tables with local secondary indexes.
struct ItemCollectionMetrics {
  std::string key;  // item bytes of the partition key
  double lower_gigabytes = 0;
  double upper_gigabytes = 1;
};
using ItemCollectionMetricsByTable = std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>>;

// What PutItem, UpdateItem and DeleteItem have in common.
struct WriteItemRequest {
  std::string_view table_name;
  std::optional<std::string_view> condition_expression;
  ExpressionAttributes expression_attributes;
  std::optional<std::vector<ExpectedAttribute>> expected;   // legacy
  std::optional<ConditionalOperator> conditional_operator;  // legacy
  ReturnValues return_values = ReturnValues::kNone;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
  bool return_item_collection_metrics = false;
  bool return_old_on_condition_failure = false;
};

// Of PutItem, UpdateItem and DeleteItem.
struct WriteItemResponse {
  std::optional<std::string> attributes;  // item bytes
  std::optional<ConsumedCapacity> consumed_capacity;
  std::optional<ItemCollectionMetrics> item_collection_metrics;
};

inline constexpr std::string_view kConditionExpression = "ConditionExpression";

// The legacy condition, if Expected was given. Errors: kValidation.
Result<std::optional<Condition>> CompileExpectedOf(const WriteItemRequest& request);

// ConditionExpression or Expected. Checks placeholders and that all of them are used. Errors: kRequestValidation.
Result<std::optional<Bound<Condition>>> CompileOnlyCondition(const WriteItemRequest& request,
                                                             DeepValues deep_values = DeepValues::kRefused);

// Only tables with local secondary indexes have item collections to measure. `item` is an item or a key.
std::optional<ItemCollectionMetrics> MeasureCollection(const Table& table, ItemView item);

// Old attributes for ALL_OLD, consumed capacity, item collection metrics of the item or key `key`.
WriteItemResponse ToResponse(const WriteItemRequest& request, const Table& table, ItemView key, WriteOutcome outcome);

}  // namespace dynarock
