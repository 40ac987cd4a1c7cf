// A function's code as it is uploaded: a zip archive.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dynarock {

// Unpacks the bytes of an archive into `directory`, which is made; on an error some of it may be there. Files keep
// their right to be executed; links lead to places inside. Errors: kValidation in Lambda's words for what is not an
// archive, names files or links outside of the directory, names a file twice, or unpacks to more than 262,144,000 bytes
// or 100,000 files.
Result<void> UnpackCode(std::string_view archive, const std::string& directory);

// As Lambda's CodeSha256: base64 of the SHA-256.
std::string CodeSha256(std::string_view archive);

}  // namespace dynarock
