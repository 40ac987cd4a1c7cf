// TransactWriteItems.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/writes/write_request.h"

namespace dynarock {

enum class TransactAction { kConditionCheck, kPut, kDelete, kUpdate };

// One member of TransactItems. Of WriteItemRequest it has what the API's structures have.
struct TransactWriteItem : WriteItemRequest {
  std::size_t actions = 0;  // how many of the four were given; the others are told of the last
  TransactAction action = TransactAction::kPut;
  EncodedItem item;  // of a Put, else the key
  std::optional<std::string_view> update_expression;
};

struct TransactWriteItemsRequest {
  std::vector<TransactWriteItem> items;
  std::optional<std::string_view> client_request_token;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
  bool return_item_collection_metrics = false;
};

struct TransactWriteItemsResponse {
  std::optional<std::vector<ConsumedCapacity>> consumed_capacity;  // by table
  std::optional<ItemCollectionMetricsByTable> item_collection_metrics;
};

// Either all actions are done, in one commit, or none. What needs no table, a table that is not there, an item named
// twice and an empty key value are errors of the request; any other error of an action cancels the transaction. Source:
// API_TransactWriteItems. Errors: kRequestValidation, kResourceNotFound, kValidation, kEmptyKey,
// kIdempotentParameterMismatch, kTransactionCanceled.
Result<TransactWriteItemsResponse> TransactWriteItems(const CallContext& context,
                                                      const TransactWriteItemsRequest& request);

}  // namespace dynarock
