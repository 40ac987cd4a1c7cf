// BatchGetItem.
#pragma once

#include "engine/reads/item_list.h"
#include "engine/requests/call_context.h"
#include "engine/requests/capacity.h"
#include "engine/requests/request_expressions.h"

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

// Errors: as API_BatchGetItem; kRequestValidation, kResourceNotFound, kValidation.
Result<BatchGetItemResponse> BatchGetItem(const CallContext& context, const BatchGetItemRequest& request);

}  // namespace dynarock
