// PutItem, UpdateItem, DeleteItem.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/writes/write_request.h"

namespace dynarock {

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

// Errors: as API_PutItem; kRequestValidation, kResourceNotFound, kValidation, kConditionalCheckFailed in that order.
Result<WriteItemResponse> PutItem(const CallContext& context, const PutItemRequest& request);
Result<WriteItemResponse> DeleteItem(const CallContext& context, const DeleteItemRequest& request);
Result<WriteItemResponse> UpdateItem(const CallContext& context, const UpdateItemRequest& request);

}  // namespace dynarock
