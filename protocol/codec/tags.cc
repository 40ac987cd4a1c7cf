#include "protocol/codec/tags.h"

namespace dynarock {
namespace {

constexpr Shape kTagKeysShape{.kind = ShapeKind::kList, .element = &kStringShape};

constexpr std::array<Field, 2> kTagResourceFields = {{{"ResourceArn", &kStringShape}, {"Tags", &kTagsShape}}};
constexpr std::array<Field, 2> kUntagResourceFields = {{{"ResourceArn", &kStringShape}, {"TagKeys", &kTagKeysShape}}};
constexpr std::array<Field, 2> kListTagsFields = {{{"ResourceArn", &kStringShape}, {"NextToken", &kStringShape}}};

TagResourceRequest DecodeTagResource(const Json& body) {
  return {TextField(body, "ResourceArn"), DecodeTags(body)};
}

UntagResourceRequest DecodeUntagResource(const Json& body) {
  return {TextField(body, "ResourceArn"), TextListField(body, "TagKeys")};
}

ListTagsRequest DecodeListTags(const Json& body) {
  return {TextField(body, "ResourceArn")};
}

// The answer has no body at all.
void EncodeDone(const Done&, JsonWriter&) {}

void EncodeListTags(const ListTagsResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Tags");
  out.StartArray();
  for (const Tag& tag : response.tags) {
    out.StartObject();
    WriteTextMember(out, "Key", tag.key);
    WriteTextMember(out, "Value", tag.value);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

constexpr std::array<Operation, 3> kOperations = {{
    {"TagResource", Structure(kTagResourceFields), Handle<DecodeTagResource, TagResource, EncodeDone>},
    {"UntagResource", Structure(kUntagResourceFields), Handle<DecodeUntagResource, UntagResource, EncodeDone>},
    {"ListTagsOfResource", Structure(kListTagsFields), Handle<DecodeListTags, ListTagsOfResource, EncodeListTags>},
}};

}  // namespace

std::optional<std::vector<TagRequest>> DecodeTags(const Json& body) {
  const Json* tags = FindField(body, "Tags");
  if (!tags) return std::nullopt;
  std::vector<TagRequest> requests;
  for (const Json& tag : tags->GetArray()) requests.push_back({TextField(tag, "Key"), TextField(tag, "Value")});
  return requests;
}

std::span<const Operation> TagOperations() {
  return kOperations;
}

}  // namespace dynarock
