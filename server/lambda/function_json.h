// Between Lambda's JSON of functions and their definitions.
#pragma once

#include "engine/base/result.h"
#include "protocol/json.h"
#include "server/lambda/function.h"

namespace dynarock {

// The name in a function's name, partial ARN or ARN; the version must be absent or $LATEST.
// Errors: kValidation in Lambda's words; kResourceNotFound for another version.
Result<std::string> FunctionNameOf(const std::string& name_or_arn);

// The body of CreateFunction. An archive is unpacked below the state directory.
// Errors: kValidation and kSerialization.
Result<FunctionDefinition> DecodeNewFunction(const Json& body, const FunctionSurroundings& surroundings);

// The members of "Code", and of UpdateFunctionCode: ZipFile; S3Bucket "local" with S3Key as a directory of this
// machine; ImageUri as the URL of a container, any URL with a path, or "builtin:NAME". Errors: as above.
Result<void> DecodeCode(const Json& code, const FunctionSurroundings& surroundings, FunctionDefinition& function);

// Gives `function` what DecodeCode gave `other`.
void UseCodeOf(const FunctionDefinition& other, FunctionDefinition& function);

// The members of UpdateFunctionConfiguration. Errors: as above.
Result<void> DecodeConfiguration(const Json& body, FunctionDefinition& function);

// A FunctionConfiguration.
void WriteConfiguration(JsonWriter& out, const FunctionDefinition& function, const FunctionSurroundings& surroundings);
// A FunctionCodeLocation.
void WriteCode(JsonWriter& out, const FunctionDefinition& function);
// {"name": "text", ...}
void WriteTexts(JsonWriter& out, const std::map<std::string, std::string>& texts);

}  // namespace dynarock
