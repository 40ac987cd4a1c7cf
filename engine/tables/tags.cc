#include "engine/tables/tags.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/base/unicode.h"
#include "engine/requests/resource_arn.h"

namespace dynarock {
namespace {

constexpr std::size_t kMaxKeyLength = 128;    // characters
constexpr std::size_t kMaxValueLength = 256;  // characters
constexpr std::size_t kMaxTags = 50;          // a table

// Letters, digits and blanks of any script, and some signs.
// Source: API reference, Tag: "letters, white space, and numbers, plus the special characters + - = . _ : /", and @ of
//   the pattern that all services share
bool IsTagText(std::string_view text, std::size_t min, std::size_t max) {
  const std::size_t length = CountCodePoints(text);
  if (length < min || length > max) return false;
  while (!text.empty()) {
    const char32_t c = TakeCodePoint(text);
    if (!IsLetterDigitOrBlank(c) && std::u32string_view(U"+-=._:/@").find(c) == std::u32string_view::npos) return false;
  }
  return true;
}

ApiError InvalidKey(std::optional<std::string_view> key) {
  return ValidationError("The Tag Key provided is invalid, Key: " + std::string(key.value_or("null")));
}

Result<void> CheckTag(const TagRequest& tag) {
  if (!tag.key || !IsTagText(*tag.key, 1, kMaxKeyLength)) return InvalidKey(tag.key);
  if (tag.key->substr(0, 4) == "aws:") {
    return ValidationError("Tag Key cannot be prefixed with aws:, Key: " + std::string(*tag.key));
  }
  if (!tag.value || !IsTagText(*tag.value, 0, kMaxValueLength)) {
    return ValidationError("The Tag Value provided is invalid, Value: " + std::string(tag.value.value_or("null")));
  }
  return {};
}

ApiError TooMany() {
  return ValidationError("Number of Tags exceed the current limit for the provided ResourceArn");
}

bool KeyIsLess(const Tag& a, const Tag& b) {
  return a.key < b.key;
}

ApiError NullMember(const std::string& name) {
  return errors::ConstraintViolated("null", name, "Member must not be null");
}

}  // namespace

Result<std::vector<Tag>> ToTags(const std::vector<TagRequest>& requested) {
  std::vector<Tag> tags;
  for (const TagRequest& tag : requested) {
    TRY_VOID(CheckTag(tag));
    tags.push_back({std::string(*tag.key), std::string(*tag.value)});
  }
  std::sort(tags.begin(), tags.end(), KeyIsLess);
  const auto twice =
      std::adjacent_find(tags.begin(), tags.end(), [](const Tag& a, const Tag& b) { return a.key == b.key; });
  if (twice != tags.end()) {
    return ValidationError("Duplicate Tag Keys provided as input: Duplicate Tag Key found " + twice->key);
  }
  if (tags.size() > kMaxTags) return TooMany();
  return tags;
}

Result<Done> TagResource(const CallContext& context, const TagResourceRequest& request) {
  TRY_VOID(CheckTableArn(context.database, request.resource_arn, "TagResource"));
  if (!request.tags) return NullMember("tags");
  if (request.tags->empty()) return ValidationError("Atleast one Tag needs to be provided as Input.");
  TRY(const std::vector<Tag> tags, ToTags(*request.tags));
  TRY(const TablePtr table, FindByArn(context.database, *request.resource_arn));
  TRY(const TablePtr tagged, context.database.catalog().Update(
                                 table, [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
                                   for (const Tag& tag : tags) {
                                     const auto at = std::lower_bound(definition.tags.begin(), definition.tags.end(),
                                                                      tag, KeyIsLess);
                                     if (at != definition.tags.end() && at->key == tag.key) {
                                       at->value = tag.value;
                                     } else {
                                       definition.tags.insert(at, tag);
                                     }
                                   }
                                   return definition.tags.size() > kMaxTags ? Result<void>(TooMany()) : Result<void>();
                                 }));
  return Done{};
}

Result<Done> UntagResource(const CallContext& context, const UntagResourceRequest& request) {
  TRY_VOID(CheckTableArn(context.database, request.resource_arn, "UntagResource"));
  if (!request.tag_keys) return NullMember("tagKeys");
  if (request.tag_keys->empty()) return ValidationError("Atleast one Tag Key needs to be provided as Input.");
  for (const std::string_view key : *request.tag_keys) {
    if (!IsTagText(key, 1, kMaxKeyLength)) return InvalidKey(key);
  }
  TRY(const TablePtr table, FindByArn(context.database, *request.resource_arn));
  TRY(const TablePtr untagged, context.database.catalog().Update(
                                   table, [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
                                     for (const std::string_view key : *request.tag_keys) {
                                       std::erase_if(definition.tags, [&](const Tag& tag) { return tag.key == key; });
                                     }
                                     return {};
                                   }));
  return Done{};
}

// All tags, whatever the token: the service has no pages of them. Observed: conformance/cases/tags/tags.case
Result<ListTagsResponse> ListTagsOfResource(const CallContext& context, const ListTagsRequest& request) {
  TRY_VOID(CheckTableArn(context.database, request.resource_arn, "ListTagsOfResource"));
  auto table = FindByArn(context.database, *request.resource_arn);
  // AWS does not tell who may list its tags that there is no such table.
  // Observed: dynamodb-conformance tests/tier2/tags
  if (!table) return AccessDenied(context.database, "ListTagsOfResource", *request.resource_arn);
  return ListTagsResponse{(*table)->definition().tags};
}

}  // namespace dynarock
