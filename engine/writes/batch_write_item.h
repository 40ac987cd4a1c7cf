// BatchWriteItem.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/writes/write_request.h"

namespace dynarock {

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

// All writes are one commit, so they cost as one; each alone is what AWS promises to be whole.
// Errors: as API_BatchWriteItem; kRequestValidation, kResourceNotFound, kValidation.
Result<BatchWriteItemResponse> BatchWriteItem(const CallContext& context, const BatchWriteItemRequest& request);

}  // namespace dynarock
