// The JSON types of a request: what AWS's deserializer refuses.
#pragma once

#include "engine/base/result.h"
#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

// Errors: kSerialization, with the words of AWS's Java deserializer.
Result<void> CheckTypes(const Json& value, const Shape& shape);

// Whether `text` is strict Base64; if not, `problem` gets AWS's words.
bool CheckBase64(std::string_view text, std::string& problem);

// The decoded bytes. Requires: CheckBase64.
std::string DecodeBase64(std::string_view text);
void AppendBase64(std::string& out, std::string_view bytes);
inline constexpr std::size_t Base64Size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
// Writes Base64Size bytes and returns their end.
char* WriteBase64(char* out, std::string_view bytes);

}  // namespace dynarock
