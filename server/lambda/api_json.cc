#include "server/lambda/api_json.h"

#include <algorithm>

namespace dynarock {
namespace {

ApiError WrongType(std::string_view name, const char* type) {
  return {ErrorCode::kSerialization, "The value of " + std::string(name) + " is no " + type + ".", {}};
}

int HexDigit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

}  // namespace

Result<const Json*> JsonBody::Object() const {
  if (text_.json() != nullptr && text_.json()->IsObject()) return text_.json();
  return ApiError{ErrorCode::kSerialization, "Could not parse request body into json: it is no JSON object.", {}};
}

Result<std::optional<std::string>> TextMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->IsString()) return WrongType(name, "string");
  return std::optional<std::string>(TextOf(*value));
}

Result<std::optional<std::int64_t>> IntegerMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (!value->IsInt64()) return WrongType(name, "integer");
  return std::optional<std::int64_t>(value->GetInt64());
}

Result<std::optional<bool>> BooleanMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->IsBool()) return WrongType(name, "boolean");
  return std::optional<bool>(value->GetBool());
}

Result<const Json*> ObjectMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value != nullptr && !value->IsObject()) return WrongType(name, "object");
  return value;
}

Result<const Json*> ListMember(const Json& object, std::string_view name) {
  const Json* value = FindField(object, name);
  if (value != nullptr && !value->IsArray()) return WrongType(name, "list");
  return value;
}

std::string DecodePercent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::optional<std::string> QueryParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (DecodePercent(pair.substr(0, equals)) == name) {
      return DecodePercent(equals < pair.size() ? pair.substr(equals + 1) : "");
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

void WriteMember(JsonWriter& out, std::string_view name, std::string_view text) {
  WriteKey(out, name);
  WriteText(out, text);
}

void WriteMember(JsonWriter& out, std::string_view name, std::int64_t number) {
  WriteKey(out, name);
  out.Int64(number);
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
