// The JSON types of a request: what AWS's deserializer refuses.
#pragma once

#include "engine/base/base64.h"
#include "engine/base/result.h"
#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

// Errors: kSerialization, with the words of AWS's Java deserializer.
Result<void> CheckTypes(const Json& value, const Shape& shape);

// Whether `text` is Base64 without a fault; if not, `problem` gets AWS's words.
bool CheckBase64(std::string_view text, std::string& problem);

}  // namespace dynarock
