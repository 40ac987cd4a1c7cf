// PutItem, GetItem, UpdateItem, DeleteItem.
#pragma once

#include "engine/database/database.h"
#include "engine/operations/capacity.h"
#include "engine/operations/request_expressions.h"

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

struct PutItemRequest : WriteItemRequest {
  EncodedItem item;
};

struct DeleteItemRequest : WriteItemRequest {
  EncodedItem key;
};

struct UpdateItemRequest : WriteItemRequest {
  EncodedItem key;
  std::optional<std::string_view> update_expression;
  std::optional<std::vector<AttributeUpdate>> attribute_updates;  // legacy
};

// Of PutItem, UpdateItem and DeleteItem.
struct WriteItemResponse {
  std::optional<std::string> attributes;  // item bytes
  std::optional<ConsumedCapacity> consumed_capacity;
  std::optional<ItemCollectionMetrics> item_collection_metrics;
};

struct GetItemRequest {
  std::string_view table_name;
  EncodedItem key;
  bool consistent_read = false;
  std::optional<std::string_view> projection_expression;
  std::optional<std::vector<std::string_view>> attributes_to_get;  // legacy
  ExpressionAttributes expression_attributes;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

struct GetItemResponse {
  std::optional<std::string> item;  // item bytes
  std::optional<ConsumedCapacity> consumed_capacity;
};

// Errors: as API_PutItem; kRequestValidation, kResourceNotFound, kValidation, kConditionalCheckFailed in that order.
Result<WriteItemResponse> PutItem(Database& database, const PutItemRequest& request);
Result<WriteItemResponse> DeleteItem(Database& database, const DeleteItemRequest& request);
Result<WriteItemResponse> UpdateItem(Database& database, const UpdateItemRequest& request);
Result<GetItemResponse> GetItem(Database& database, const GetItemRequest& request);

}  // namespace dynarock
