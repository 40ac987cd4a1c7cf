// PutItem, UpdateItem, DeleteItem.
#pragma once

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
Result<WriteItemResponse> PutItem(Database& database, const PutItemRequest& request);
Result<WriteItemResponse> DeleteItem(Database& database, const DeleteItemRequest& request);
Result<WriteItemResponse> UpdateItem(Database& database, const UpdateItemRequest& request);

}  // namespace dynarock
