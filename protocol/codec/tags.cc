#include "protocol/codec/tags.h"

namespace dynarock {
namespace {

constexpr auto kTagResourceRequest =
    Members<TagResourceRequest>(Optional<&TagResourceRequest::resource_arn>("ResourceArn", kString),
                                Optional<&TagResourceRequest::tags>("Tags", kTags));
constexpr auto kUntagResourceRequest =
    Members<UntagResourceRequest>(Optional<&UntagResourceRequest::resource_arn>("ResourceArn", kString),
                                  Optional<&UntagResourceRequest::tag_keys>("TagKeys", kStrings));
// All tags are in the first answer.
constexpr auto kListTagsRequest = Members<ListTagsRequest>(
    Optional<&ListTagsRequest::resource_arn>("ResourceArn", kString), WithoutEffect("NextToken", kString));

constexpr auto kTagReply = ReplyOf<Tag>(Shown<&Tag::key>("Key"), Shown<&Tag::value>("Value"));
constexpr auto kListTagsReply = ReplyOf<ListTagsResponse>(Shown<&ListTagsResponse::tags, WriteEach<kTagReply>>("Tags"));

// The answer has no body at all.
void WriteNothing(JsonWriter&, const Done&) {}

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kTagResourceRequest, TagResource, WriteNothing>({.name = "TagResource"}),
    MakeOperation<kUntagResourceRequest, UntagResource, WriteNothing>({.name = "UntagResource"}),
    MakeOperation<kListTagsRequest, ListTagsOfResource, kListTagsReply>({.name = "ListTagsOfResource"}),
});

}  // namespace

std::span<const Operation> TagOperations() {
  return kOperations;
}

}  // namespace dynarock
