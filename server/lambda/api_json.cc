#include "server/lambda/api_json.h"

#include <algorithm>

#include "engine/base/base64.h"
#include "engine/base/percent_encoding.h"
#include "engine/base/text_parts.h"

namespace dynarock {

ApiError BodyNotJson(const std::string& what) {
  return {ErrorCode::kSerialization, "Could not parse request body into json: it is no " + what + ".", {}};
}

ApiError WrongMemberType(std::string_view name, const std::string& type) {
  return {ErrorCode::kSerialization, "The value of " + std::string(name) + " is no " + type + ".", {}};
}

Result<const Json*> JsonBody::Object() const {
  if (text_.json() != nullptr && text_.json()->IsObject()) return text_.json();
  return BodyNotJson("JSON object");
}

Result<std::optional<std::string>> TextMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->IsString()) return WrongMemberType(name, "string");
  return std::optional<std::string>(TextOf(*value));
}

Result<std::optional<std::int64_t>> IntegerMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (!value->IsInt64()) return WrongMemberType(name, "integer");
  return std::optional<std::int64_t>(value->GetInt64());
}

Result<std::optional<bool>> BooleanMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->IsBool()) return WrongMemberType(name, "boolean");
  return std::optional<bool>(value->GetBool());
}

Result<const Json*> ObjectMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value != nullptr && !value->IsObject()) return WrongMemberType(name, "object");
  return value;
}

Result<const Json*> ListMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value != nullptr && !value->IsArray()) return WrongMemberType(name, "list");
  return value;
}

Result<std::string> ParseBase64(std::string_view text) {
  const Base64Fault fault = FindBase64Fault(text);
  if (fault != Base64Fault::kNone && fault != Base64Fault::kSpareBits)
    return ValidationError("The text is not valid Base64.");
  return DecodeBase64(text);
}

std::optional<std::string> QueryParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view value = TakePart(query, '&');
    if (FormDecoded(TakePart(value, '=')) == name) return FormDecoded(value);
  }
  return std::nullopt;
}

Result<Page> PageOf(const std::vector<std::string>& names, std::string_view query, std::size_t most) {
  Page page;
  if (const auto max_items = QueryParameter(query, "MaxItems")) {
    const bool digits =
        !max_items->empty() && max_items->size() < 6 && max_items->find_first_not_of("0123456789") == std::string::npos;
    const std::size_t count = digits ? std::stoul(*max_items) : 0;
    if (count < 1 || count > 10'000) return ValidationError("MaxItems must be a number from 1 to 10000.");
    most = std::min(most, count);
  }
  if (const auto marker = QueryParameter(query, "Marker")) {
    page.begin = static_cast<std::size_t>(std::upper_bound(names.begin(), names.end(), *marker) - names.begin());
  }
  page.end = std::min(names.size(), page.begin + most);
  if (page.end < names.size()) page.next = names[page.end - 1];
  return page;
}

}  // namespace dynarock
