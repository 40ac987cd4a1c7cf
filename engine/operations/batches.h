// BatchGetItem and BatchWriteItem.
#pragma once

#include "engine/operations/item_list.h"
#include "engine/operations/items.h"

namespace dynarock {

// What is read of one table.
struct TableKeys {
  std::string_view table_name;
  std::vector<EncodedItem> keys;
  bool consistent_read = false;
  std::optional<std::string_view> projection_expression;
  std::optional<std::vector<std::string_view>> attributes_to_get;  // legacy
  ExpressionAttributes expression_attributes;
};

struct BatchGetItemRequest {
  std::vector<TableKeys> tables;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

struct BatchGetItemResponse {
  std::vector<std::pair<std::string_view, ItemList>> responses;  // by table
  std::vector<TableKeys> unprocessed;                            // what did not fit into 16 MB
  std::optional<std::vector<ConsumedCapacity>> consumed_capacity;
};

// One PutRequest or DeleteRequest; none or both is an error.
struct WriteRequest {
  std::optional<EncodedItem> put_item;
  std::optional<EncodedItem> delete_key;
};

struct TableWrites {
  std::string_view table_name;
  std::vector<WriteRequest> requests;
};

struct BatchWriteItemRequest {
  std::vector<TableWrites> tables;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
  bool return_item_collection_metrics = false;
};

// Everything is always processed.
struct BatchWriteItemResponse {
  std::optional<std::vector<ConsumedCapacity>> consumed_capacity;
  // By table; told even if no table has item collections.
  // Observed: conformance/cases/batches/batch_write_capacity.case
  std::optional<ItemCollectionMetricsByTable> item_collection_metrics;
};

// Errors: as API_BatchGetItem and API_BatchWriteItem; kRequestValidation, kResourceNotFound, kValidation.
Result<BatchGetItemResponse> BatchGetItem(Database& database, const BatchGetItemRequest& request);

// All writes are one commit, so they cost as one; each alone is what AWS promises to be whole.
Result<BatchWriteItemResponse> BatchWriteItem(Database& database, const BatchWriteItemRequest& request);

}  // namespace dynarock
