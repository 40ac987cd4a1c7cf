// GetItem.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/requests/capacity.h"
#include "engine/requests/request_expressions.h"

namespace dynarock {

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

// Errors: as API_GetItem; kRequestValidation, kResourceNotFound, kValidation in that order.
Result<GetItemResponse> GetItem(const CallContext& context, const GetItemRequest& request);

}  // namespace dynarock
