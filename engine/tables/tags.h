// TagResource, UntagResource, ListTagsOfResource, and the tags of CreateTable.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/tables/table_requests.h"

namespace dynarock {

struct TagResourceRequest {
  std::optional<std::string_view> resource_arn;
  std::optional<std::vector<TagRequest>> tags;
};

struct UntagResourceRequest {
  std::optional<std::string_view> resource_arn;
  std::optional<std::vector<std::string_view>> tag_keys;
};

struct ListTagsRequest {
  std::optional<std::string_view> resource_arn;
};

struct ListTagsResponse {
  std::vector<Tag> tags;
};

// An answer without members.
struct Done {};

// Errors: kValidation for tags that are none, too long or too many.
Result<std::vector<Tag>> ToTags(const std::vector<TagRequest>& tags);

// Errors: kValidation; kAccessDenied for an ARN of another account; kResourceNotFound.
Result<Done> TagResource(const CallContext& context, const TagResourceRequest& request);
Result<Done> UntagResource(const CallContext& context, const UntagResourceRequest& request);
Result<ListTagsResponse> ListTagsOfResource(const CallContext& context, const ListTagsRequest& request);

}  // namespace dynarock
