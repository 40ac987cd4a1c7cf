// A function behind a trigger: its definition, and what a call of it takes and gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "protocol/sigv4/credentials.h"
#include "server/lambda/allowed_hosts.h"
#include "server/lambda/code_folder.h"

namespace dynarock {

// What Lambda's CreateFunction was told; the names are Lambda's.
struct FunctionDefinition {
  std::string name;
  std::string description;
  std::string runtime;  // "python3.12", "nodejs20.x", "provided.al2023"; empty for a target
  std::string handler;  // "file.function"
  std::string role;
  std::string code_directory;               // where the code lies
  bool owns_code = false;                   // whether the directory is ours: the code came as an archive
  std::shared_ptr<CodeFolder> code_folder;  // then, keeps it there
  // Instead of code: "http://host:port" of a Lambda container, any URL with a path, or "builtin:NAME".
  std::string target;
  std::int64_t timeout = 3;        // seconds
  std::int64_t memory_size = 128;  // MB; told to the function, not enforced
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> tags;
  std::int64_t code_size = 0;  // bytes of the archive
  std::string code_sha256;     // base64
  EpochMillis modified;
  std::string revision_id;     // a uuid, new with each change
  bool is_configured = false;  // named in the file of triggers, so not stored and not changed by the API
};

struct Invocation {
  std::string request_id;      // a uuid
  std::string payload;         // JSON
  std::string client_context;  // JSON, "" for none
};

struct InvocationResult {
  std::string payload;  // what the function returned, or the error's JSON
  // "" if the function returned, "Unhandled" if it failed, in whatever way.
  std::string function_error;
  std::string log_tail;  // the last 4 KB of what it printed

  bool ok() const { return function_error.empty(); }
};

// {"errorType": ..., "errorMessage": ...} as the result of a call that failed.
InvocationResult FailedInvocation(const std::string& type, const std::string& message);

// How long a process may load its code before the time of the invocation begins.
// Source: Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle": ten seconds.
inline constexpr std::chrono::milliseconds kInitTimeout{10'000};

// Calls one version of a function. Thread-safe: calls run beside each other.
class FunctionRunner {
 public:
  virtual ~FunctionRunner() = default;
  // Blocks until the function answered, failed or used up its time.
  virtual InvocationResult Invoke(const Invocation& invocation) = 0;
  // Makes calls under way end soon, and later ones fail.
  virtual void Stop() = 0;
};

// Runs an operation of DynamoDB's API; gives its reply's JSON. Errors: what the operation answered.
using ApiCall = std::function<Result<std::string>(const std::string& operation, const std::string& body)>;

// A function that is compiled into the program: the target "builtin:NAME".
struct BuiltInFunction {
  std::string_view name;
  std::unique_ptr<FunctionRunner> (*make)(ApiCall call);
};

// What functions learn about the server that calls them.
struct FunctionSurroundings {
  std::string region;
  std::string account_id;
  std::string access_key_id;  // of the database whose triggers call
  std::string endpoint;       // "http://127.0.0.1:8000"
  // Gives the file of the local authority's certificate, which is made when it is first needed; "" if it can't be.
  std::function<std::string()> bundle_file;
  std::string state_directory;                      // for the runtimes' scripts
  std::shared_ptr<const CodeFolders> code_folders;  // of the database's functions
  std::string destinations;                         // folder of on-failure files, an absolute path; "" for none
  AllowedHosts allowed_hosts;                       // for URLs, beside this machine and private networks
  std::chrono::milliseconds init_timeout = kInitTimeout;
  std::string python = "python3";
  std::string node = "node";
  // Gives what functions sign with in the database of this access key id; empty where nobody looks at it.
  std::function<Credentials(const std::string& access_key_id)> keys_of = {};
  std::span<const BuiltInFunction> built_in = {};  // static
};

// kResourceNotFound.
ApiError FunctionNotFound(const std::string& name_or_arn);

std::string FunctionArn(const FunctionSurroundings& surroundings, const std::string& name);

}  // namespace dynarock
