// JSON and paths as REST operations of Lambda use them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "protocol/json.h"
#include "server/http/http_message.h"

namespace dynarock {

// kSerialization: a request's body that is no `what`: "JSON object".
ApiError BodyNotJson(const std::string& what);

// kSerialization: a member whose value is no `type`: "string".
ApiError WrongMemberType(std::string_view name, const std::string& type);

// A request's body, parsed; an empty body is an empty object.
class JsonBody {
 public:
  explicit JsonBody(std::string text) : text_(text.empty() ? "{}" : std::move(text)) {}
  // Errors: kSerialization if it is no JSON object.
  Result<const Json*> Object() const;

 private:
  const JsonText text_;
};

// The member's value; absent and null give nullopt. Errors: kSerialization if it has another type.
Result<std::optional<std::string>> TextMember(const Json& object, std::string_view name);
Result<std::optional<std::int64_t>> IntegerMember(const Json& object, std::string_view name);
Result<std::optional<bool>> BooleanMember(const Json& object, std::string_view name);
Result<const Json*> ObjectMember(const Json& object, std::string_view name);  // null if absent
Result<const Json*> ListMember(const Json& object, std::string_view name);    // null if absent

// Bits that no byte takes are ignored, as most decoders do. Errors: kValidation if `text` is not Base64.
Result<std::string> ParseBase64(std::string_view text);

// The query's parameter, decoded.
std::optional<std::string> QueryParameter(std::string_view query, std::string_view name);

// Cuts `items` (sorted by name) into pages: those behind Marker, at most MaxItems; `next` is the next page's marker.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string next;
};
// Errors: kValidation for a MaxItems that is no number in [1, 10000].
Result<Page> PageOf(const std::vector<std::string>& names, std::string_view query, std::size_t most);

}  // namespace dynarock
