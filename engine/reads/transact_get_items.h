// TransactGetItems.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/requests/capacity.h"
#include "engine/requests/request_expressions.h"

namespace dynarock {

struct TransactGetItem {
  std::string_view table_name;
  EncodedItem key;
  std::optional<std::string_view> projection_expression;
  ExpressionAttributes expression_attributes;
};

struct TransactGetItemsRequest {
  std::vector<TransactGetItem> items;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

struct TransactGetItemsResponse {
  std::vector<std::optional<std::string>> items;  // item bytes, in the order asked for
  std::optional<std::vector<ConsumedCapacity>> consumed_capacity;
};

// Reads one snapshot. Source: API_TransactGetItems.
// Errors: kRequestValidation, kResourceNotFound, kValidation; kTransactionCanceled for keys that are wrong.
Result<TransactGetItemsResponse> TransactGetItems(const CallContext& context, const TransactGetItemsRequest& request);

}  // namespace dynarock
