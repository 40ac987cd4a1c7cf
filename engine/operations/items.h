// PutItem, GetItem, DeleteItem.
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

struct PutItemRequest {
  std::string_view table_name;
  EncodedItem item;
  std::optional<std::string_view> condition_expression;
  ExpressionAttributes expression_attributes;
  ReturnValues return_values = ReturnValues::kNone;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
  bool return_item_collection_metrics = false;
  bool return_old_on_condition_failure = false;
};

struct DeleteItemRequest {
  std::string_view table_name;
  EncodedItem key;
  std::optional<std::string_view> condition_expression;
  ExpressionAttributes expression_attributes;
  ReturnValues return_values = ReturnValues::kNone;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
  bool return_item_collection_metrics = false;
  bool return_old_on_condition_failure = false;
};

// Of PutItem and DeleteItem.
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
Result<GetItemResponse> GetItem(Database& database, const GetItemRequest& request);

}  // namespace dynarock
