#include "server/lambda/function_json.h"

#include <algorithm>
#include <filesystem>

#include "engine/base/ascii.h"
#include "engine/base/errors.h"
#include "engine/base/iso_time.h"
#include "server/lambda/allowed_hosts.h"
#include "server/lambda/api_json.h"
#include "server/lambda/code_archive.h"
#include "server/lambda/process_command.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLocalBucket = "local";
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestBuiltin = 100;
constexpr std::size_t kLongestHandler = 128;
constexpr std::size_t kLongestRuntime = 64;

bool IsName(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsAsciiLetterOrDigit(c) || c == '-' || c == '_'; });
}

Result<void> CheckRange(const char* name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return {};
  return errors::OutOfRange(value, name, least, most);
}

Result<void> DecodeTexts(const Json* object, std::map<std::string, std::string>& texts) {
  texts.clear();
  if (object == nullptr) return {};
  for (const auto& member : object->GetObject()) {
    if (!member.value.IsString()) return WrongMemberType(TextOf(member.name), "string");
    texts[std::string(TextOf(member.name))] = TextOf(member.value);
  }
  return {};
}

// A variable's name as Lambda allows it, and a value that can stand in an environment.
// Source: AWS Lambda API reference, Environment: [a-zA-Z]([a-zA-Z0-9_])+
Result<void> CheckVariables(const std::map<std::string, std::string>& variables) {
  for (const auto& [name, value] : variables) {
    const bool is_name = !name.empty() && IsAsciiLetter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
      return IsAsciiLetterOrDigit(c) || c == '_';
    });
    if (!is_name) {
      return errors::ConstraintViolated(
          "'" + name + "'", "environment.variables",
          "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "
          "[a-zA-Z]([a-zA-Z0-9_])+]");
    }
    if (value.find('\0') != std::string::npos) {
      return ValidationError("The value of the environment variable " + name + " contains a NUL character.");
    }
  }
  return {};
}

// What stands in a process's environment as it is.
Result<void> CheckHandlerAndRuntime(const FunctionDefinition& function) {
  const auto is_graphic = [](unsigned char letter) { return letter > ' ' && letter != 0x7f; };
  const std::string& handler = function.handler;
  if (handler.size() > kLongestHandler || !std::all_of(handler.begin(), handler.end(), is_graphic)) {
    return errors::ConstraintViolated(
        "'" + handler + "'", "handler",
        "Member must satisfy regular expression pattern: [^\\s]+ with at most 128 characters");
  }
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
  const std::string& runtime = function.runtime;
  const bool is_plain = runtime.size() <= kLongestRuntime && runtime.find_first_not_of(kLetters) == std::string::npos;
  if (!runtime.empty() && (!is_plain || !IsKnownRuntime(runtime))) {
    return errors::ConstraintViolated("'" + runtime + "'", "runtime",
                                      "dynarock runs python3.x, nodejs and provided runtimes on this machine");
  }
  return {};
}

Result<void> UseArchive(const std::string& base64, const FunctionSurroundings& surroundings,
                        FunctionDefinition& function) {
  TRY(const std::string archive, ParseBase64(base64));
  std::shared_ptr<CodeFolder> folder = surroundings.code_folders->New(function.name);
  TRY_VOID(UnpackCode(archive, folder->path()));
  function.code_directory = folder->path();
  function.owns_code = true;
  function.code_folder = std::move(folder);
  function.target.clear();
  function.code_size = static_cast<std::int64_t>(archive.size());
  function.code_sha256 = CodeSha256(archive);
  return {};
}

Result<void> UseDirectory(const std::string& bucket, const std::string& key, FunctionDefinition& function) {
  if (bucket != kLocalBucket) {
    return ValidationError("dynarock has no S3: give the code as ZipFile, or S3Bucket=" + std::string(kLocalBucket) +
                           " and a directory of this machine as S3Key.");
  }
  std::error_code error;
  const fs::path directory = fs::canonical(key, error);
  if (error || !fs::is_directory(directory, error)) {
    return ValidationError("There is no directory " + key + " on this machine.");
  }
  function.code_directory = directory.string();
  function.owns_code = false;
  function.code_folder = nullptr;
  function.target.clear();
  function.code_size = 0;
  function.code_sha256 = CodeSha256(function.code_directory);
  return {};
}

Result<void> UseImage(const std::string& uri, const FunctionSurroundings& surroundings, FunctionDefinition& function) {
  const bool is_builtin = uri.starts_with("builtin:") && uri.size() <= kLongestBuiltin;
  if (const Result<void> checked = CheckHttpUrl(surroundings.allowed_hosts, uri); !is_builtin && !checked) {
    return ValidationError(checked.error().message +
                           " dynarock runs no images: the ImageUri is the URL of a running container.");
  }
  function.target = uri;
  function.code_directory.clear();
  function.owns_code = false;
  function.code_folder = nullptr;
  function.code_size = 0;
  function.code_sha256 = CodeSha256(uri);
  return {};
}

}  // namespace

Result<std::string> FunctionNameOf(const std::string& name_or_arn) {
  constexpr std::string_view kFunction = "function:";
  std::string_view name = name_or_arn;
  if (const std::size_t marker = name.find(kFunction); marker != std::string_view::npos) {
    name.remove_prefix(marker + kFunction.size());
  } else if (const std::size_t colon = name.find(':'); colon == 12) {
    name.remove_prefix(colon + 1);  // "account:name"
  }
  const std::size_t colon = std::min(name.find(':'), name.size());
  const std::string_view version = name.substr(colon);
  name = name.substr(0, colon);
  if (!IsName(name)) {
    return errors::ConstraintViolated(
        "'" + name_or_arn + "'", "functionName",
        "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-"
        "[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?");
  }
  if (name.size() > kLongestName) {
    return errors::ConstraintViolated("'" + std::string(name) + "'", "functionName",
                                      "Member must have length less than or equal to 64");
  }
  if (!version.empty() && version != ":$LATEST") {
    return FunctionNotFound(name_or_arn);
  }
  return std::string(name);
}

Result<void> DecodeCode(const Json& code, const FunctionSurroundings& surroundings, FunctionDefinition& function) {
  TRY(const auto archive, TextMember(code, "ZipFile"));
  TRY(const auto bucket, TextMember(code, "S3Bucket"));
  TRY(const auto key, TextMember(code, "S3Key"));
  TRY(const auto image, TextMember(code, "ImageUri"));
  if (archive) return UseArchive(*archive, surroundings, function);
  if (bucket && key) return UseDirectory(*bucket, *key, function);
  if (image) return UseImage(*image, surroundings, function);
  return ValidationError("Please provide a source for function code.");
}

void UseCodeOf(const FunctionDefinition& other, FunctionDefinition& function) {
  function.code_directory = other.code_directory;
  function.owns_code = other.owns_code;
  function.code_folder = other.code_folder;
  function.target = other.target;
  function.code_size = other.code_size;
  function.code_sha256 = other.code_sha256;
}

Result<void> DecodeConfiguration(const Json& body, FunctionDefinition& function) {
  const std::map<std::string, std::string*> texts = {{"Description", &function.description},
                                                     {"Runtime", &function.runtime},
                                                     {"Handler", &function.handler},
                                                     {"Role", &function.role}};
  for (const auto& [name, place] : texts) {
    TRY(auto text, TextMember(body, name));
    if (text) *place = std::move(*text);
  }
  TRY(const auto timeout, IntegerMember(body, "Timeout"));
  if (timeout) function.timeout = *timeout;
  TRY(const auto memory_size, IntegerMember(body, "MemorySize"));
  if (memory_size) function.memory_size = *memory_size;
  TRY_VOID(CheckRange("timeout", function.timeout, 1, 900));
  TRY_VOID(CheckRange("memorySize", function.memory_size, 128, 10'240));
  TRY(const Json* environment, ObjectMember(body, "Environment"));
  if (environment != nullptr) {
    TRY(const Json* variables, ObjectMember(*environment, "Variables"));
    TRY_VOID(DecodeTexts(variables, function.environment));
    TRY_VOID(CheckVariables(function.environment));
  }
  return CheckHandlerAndRuntime(function);
}

Result<FunctionDefinition> DecodeNewFunction(const Json& body, const FunctionSurroundings& surroundings) {
  FunctionDefinition function;
  TRY(const auto name, TextMember(body, "FunctionName"));
  if (!name) return errors::ConstraintViolated("null", "functionName", "Member must not be null");
  TRY(function.name, FunctionNameOf(*name));
  TRY_VOID(DecodeConfiguration(body, function));
  if (function.role.empty()) return errors::ConstraintViolated("null", "role", "Member must not be null");
  TRY(const Json* tags, ObjectMember(body, "Tags"));
  TRY_VOID(DecodeTexts(tags, function.tags));
  TRY(const Json* code, ObjectMember(body, "Code"));
  if (code == nullptr) return errors::ConstraintViolated("null", "code", "Member must not be null");
  TRY(const auto package, TextMember(body, "PackageType"));
  const bool is_image = package && *package == "Image";
  if (!is_image && FindField(*code, "ImageUri") == nullptr && (function.runtime.empty() || function.handler.empty())) {
    return ValidationError(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  TRY_VOID(DecodeCode(*code, surroundings, function));
  return function;
}

void WriteTexts(JsonWriter& out, const std::map<std::string, std::string>& texts) {
  out.StartObject();
  for (const auto& [name, text] : texts) WriteMember(out, name, text);
  out.EndObject();
}

void WriteConfiguration(JsonWriter& out, const FunctionDefinition& function, const FunctionSurroundings& surroundings) {
  out.StartObject();
  WriteMember(out, "FunctionName", function.name);
  WriteMember(out, "FunctionArn", FunctionArn(surroundings, function.name));
  if (!function.runtime.empty()) WriteMember(out, "Runtime", function.runtime);
  WriteMember(out, "Role", function.role);
  if (!function.handler.empty()) WriteMember(out, "Handler", function.handler);
  WriteMember(out, "CodeSize", function.code_size);
  WriteMember(out, "Description", function.description);
  WriteMember(out, "Timeout", function.timeout);
  WriteMember(out, "MemorySize", function.memory_size);
  WriteMember(out, "LastModified", IsoMillis(function.modified) + "+0000");
  WriteMember(out, "CodeSha256", function.code_sha256);
  WriteMember(out, "Version", "$LATEST");
  if (!function.environment.empty()) {
    WriteKey(out, "Environment");
    out.StartObject();
    WriteKey(out, "Variables");
    WriteTexts(out, function.environment);
    out.EndObject();
  }
  WriteMember(out, "RevisionId", function.revision_id);
  WriteMember(out, "State", "Active");
  WriteMember(out, "LastUpdateStatus", "Successful");
  WriteMember(out, "PackageType", function.target.empty() ? "Zip" : "Image");
  WriteKey(out, "Architectures");
  out.StartArray();
#if defined(__aarch64__)
  WriteText(out, "arm64");
#else
  WriteText(out, "x86_64");
#endif
  out.EndArray();
  out.EndObject();
}

void WriteCode(JsonWriter& out, const FunctionDefinition& function) {
  out.StartObject();
  if (function.target.empty()) {
    WriteMember(out, "RepositoryType", "File");
    WriteMember(out, "Location", "file://" + function.code_directory);
  } else {
    WriteMember(out, "RepositoryType", "URL");
    WriteMember(out, "ImageUri", function.target);
  }
  out.EndObject();
}

}  // namespace dynarock
