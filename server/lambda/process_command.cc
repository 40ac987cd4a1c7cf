#include "server/lambda/process_command.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "engine/base/uuid.h"
#include "server/lambda/runtimes.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

bool IsExecutable(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

// The program's path as a shell would find it, "" if there is none.
std::string FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return IsExecutable(name) ? name : "";
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const fs::path candidate = fs::path(rest.substr(0, colon)) / name;
    if (IsExecutable(candidate)) return candidate.string();
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return "";
}

std::string TextOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<std::string> RuntimeScript(const FunctionSurroundings& surroundings, const char* name, std::string_view text) {
  const fs::path path = fs::path(surroundings.state_directory) / "runtimes" / name;
  std::error_code ignored;
  if (TextOf(path) == text) return path.string();
  fs::create_directories(path.parent_path(), ignored);
  const fs::path next = path.string() + "." + NewUuid();  // its own: lanes may start processes at once
  std::ofstream(next, std::ios::binary) << text;
  std::error_code error;
  fs::rename(next, path, error);
  if (error) return InternalError("Cannot write " + path.string() + ": " + error.message() + ".");
  return path.string();
}

Result<std::vector<std::string>> Interpreted(const std::string& program, const Result<std::string>& script) {
  if (!script) return script.error();
  const std::string path = FindProgram(program);
  if (path.empty()) return InternalError("There is no " + program + " on this machine: install it, or name another.");
  return std::vector<std::string>{path, *script};
}

Result<std::vector<std::string>> ArgumentsFor(const FunctionDefinition& definition,
                                              const FunctionSurroundings& surroundings) {
  const std::string_view runtime = definition.runtime;
  if (runtime.starts_with("python3")) {
    return Interpreted(surroundings.python, RuntimeScript(surroundings, "python_runtime.py", kPythonRuntime));
  }
  if (runtime.starts_with("nodejs")) {
    return Interpreted(surroundings.node, RuntimeScript(surroundings, "node_runtime.mjs", kNodeRuntime));
  }
  const std::string bootstrap = (fs::path(definition.code_directory) / "bootstrap").string();
  if (!IsExecutable(bootstrap)) {
    return InternalError("The function " + definition.name + " has no executable bootstrap in its code.");
  }
  return std::vector<std::string>{bootstrap};
}

// What a process may keep of our own environment: what finds programs and shows texts, nothing of AWS and of proxies.
void KeepOurs(std::map<std::string, std::string>& environment) {
  for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "PYENV_ROOT", "PYENV_VERSION"}) {
    if (const char* value = std::getenv(name)) environment[name] = value;
  }
}

std::map<std::string, std::string> EnvironmentFor(const FunctionDefinition& definition,
                                                  const FunctionSurroundings& surroundings) {
  std::map<std::string, std::string> set = {{"LANG", "C.UTF-8"}, {"TZ", ":UTC"}};
  KeepOurs(set);
  const std::string& endpoint = surroundings.endpoint;
  // Requests for AWS's addresses come here: plain ones by absolute target, others by CONNECT under our certificate.
  for (const char* name : {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"}) set[name] = endpoint;
  for (const char* name : {"NO_PROXY", "no_proxy"}) set[name] = "localhost,127.0.0.1,::1";
  if (const std::string bundle = surroundings.bundle_file ? surroundings.bundle_file() : ""; !bundle.empty()) {
    for (const char* name : {"AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}) {
      set[name] = bundle;
    }
  }
  for (const char* name :
       {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "AWS_ENDPOINT_URL_LAMBDA"}) {
    set[name] = endpoint;
  }
  set["DYNAROCK_PORT_FOR_AWS"] = endpoint.substr(endpoint.rfind(':') + 1);
  const std::string& id = surroundings.access_key_id;
  const Credentials keys = surroundings.keys_of ? surroundings.keys_of(id) : Credentials{id, "dynarock"};
  set["AWS_ACCESS_KEY_ID"] = keys.access_key_id;
  if (!keys.session_token.empty()) set["AWS_SESSION_TOKEN"] = keys.session_token;
  set["AWS_SECRET_ACCESS_KEY"] = keys.secret_access_key;
  set["AWS_EC2_METADATA_DISABLED"] = "true";
  set["AWS_REGION"] = set["AWS_DEFAULT_REGION"] = surroundings.region;
  set["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + definition.runtime;
  set["AWS_LAMBDA_FUNCTION_NAME"] = definition.name;
  set["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(definition.memory_size);
  set["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
  set["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
  set["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + definition.name;
  set["AWS_LAMBDA_LOG_STREAM_NAME"] = "dynarock";
  set["LAMBDA_TASK_ROOT"] = definition.code_directory;
  set["LAMBDA_RUNTIME_DIR"] = (fs::path(surroundings.state_directory) / "runtimes").string();
  set["_HANDLER"] = definition.handler;
  for (const auto& [name, value] : definition.environment) set[name] = value;
  set.erase("AWS_LAMBDA_RUNTIME_API");  // the process's own is added where its port is known
  return set;
}

}  // namespace

bool IsKnownRuntime(const std::string& runtime) {
  return runtime.starts_with("python3") || runtime.starts_with("nodejs") || runtime.starts_with("provided");
}

Result<ProcessCommand> CommandFor(const FunctionDefinition& definition, const FunctionSurroundings& surroundings) {
  if (!IsKnownRuntime(definition.runtime)) {
    return InternalError("The function " + definition.name + " has the runtime " + definition.runtime +
                         ": python3.x, nodejs and provided can be run here.");
  }
  ProcessCommand command;
  TRY(command.arguments, ArgumentsFor(definition, surroundings));
  for (const auto& [name, value] : EnvironmentFor(definition, surroundings)) {
    command.environment.push_back(name + "=" + value);
  }
  command.directory = definition.code_directory;
  return command;
}

}  // namespace dynarock
