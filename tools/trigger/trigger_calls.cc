#include "tools/trigger/trigger_calls.h"

#include <filesystem>

#include "protocol/json_members.h"
#include "tools/client/command_error.h"

namespace dynarock::trigger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFunctions = "/2015-03-31/functions";
constexpr const char* kMappings = "/2015-03-31/event-source-mappings/";
constexpr const char* kAdmin = "/_dynarock/triggers";
constexpr const char* kRole = "arn:aws:iam::000000000000:role/local";  // Lambda wants one; nobody looks at it
constexpr int kConflict = 409;

std::string MessageOf(const rapidjson::Document& reply) {
  for (const char* name : {"Message", "message"}) {
    const auto member = reply.IsObject() ? reply.FindMember(name) : rapidjson::Document::ConstMemberIterator();
    if (reply.IsObject() && member != reply.MemberEnd() && member->value.IsString()) return member->value.GetString();
  }
  return "";
}

// Where the code lies, and how it is run.
struct Code {
  std::string directory;
  std::string runtime;
  std::string entry;
};

Code CodeOf(const AddOptions& options) {
  std::error_code error;
  const fs::path path = fs::canonical(options.handler, error);
  if (error) throw CommandError("There is no file or directory " + options.handler + ".");
  Code code{path.string(), options.runtime, options.entry};
  if (!fs::is_directory(path, error)) {
    const std::string extension = path.extension().string(), stem = path.stem().string();
    const bool is_python = extension == ".py";
    const bool is_node = extension == ".js" || extension == ".mjs" || extension == ".cjs";
    code.directory = path.parent_path().string();
    if (code.runtime.empty()) code.runtime = is_python ? "python3" : is_node ? "nodejs" : "provided";
    if (code.entry.empty()) code.entry = stem + (is_python ? ".lambda_handler" : ".handler");
  }
  if (code.runtime.empty() || code.entry.empty()) {
    throw CommandError(
        "Name the runtime and the entry point of code in a directory: --runtime python3 --entry file.function.");
  }
  return code;
}

void WriteCode(JsonWriter& out, const AddOptions& options, const Code& code) {
  if (options.handler.empty()) {
    WriteMember(out, "ImageUri", options.url.empty() ? "builtin:" + options.builtin : options.url);
    return;
  }
  WriteMember(out, "S3Bucket", "local");
  WriteMember(out, "S3Key", code.directory);
}

void WriteConfiguration(JsonWriter& out, const AddOptions& options, const Code& code) {
  if (!options.handler.empty()) {
    WriteMember(out, "Runtime", code.runtime);
    WriteMember(out, "Handler", code.entry);
  }
  if (options.timeout) {
    WriteMember(out, "Timeout", *options.timeout);
  }
  if (options.environment.empty()) return;
  WriteKey(out, "Environment");
  out.StartObject();
  WriteKey(out, "Variables");
  out.StartObject();
  for (const std::string& variable : options.environment) {
    const std::size_t equals = std::min(variable.find('='), variable.size());
    WriteMember(out, variable.substr(0, equals), equals < variable.size() ? variable.substr(equals + 1) : "");
  }
  out.EndObject();
  out.EndObject();
}

std::string MappingRequest(const AddOptions& options, const std::string& function) {
  return WrittenObject([&](JsonWriter& out) {
    WriteMember(out, "EventSourceArn", options.stream.empty() ? options.table : options.stream);
    WriteMember(out, "FunctionName", function);
    WriteMember(out, "StartingPosition", options.starting_position);
    for (const auto& [name, number] : options.numbers) {
      WriteMember(out, name, number);
    }
    if (options.bisect) {
      WriteKey(out, "BisectBatchOnFunctionError");
      out.Bool(true);
    }
    if (options.report_failures) {
      WriteKey(out, "FunctionResponseTypes");
      out.StartArray();
      WriteText(out, "ReportBatchItemFailures");
      out.EndArray();
    }
    if (!options.on_failure.empty()) {
      WriteKey(out, "DestinationConfig");
      out.StartObject();
      WriteKey(out, "OnFailure");
      out.StartObject();
      WriteMember(out, "Destination", options.on_failure);
      out.EndObject();
      out.EndObject();
    }
    if (options.filters.empty()) return;
    WriteKey(out, "FilterCriteria");
    out.StartObject();
    WriteKey(out, "Filters");
    out.StartArray();
    for (const std::string& filter : options.filters) {
      out.StartObject();
      WriteMember(out, "Pattern", filter);
      out.EndObject();
    }
    out.EndArray();
    out.EndObject();
  });
}

}  // namespace

HttpAnswer TriggerCalls::Exchange(HttpCall call, int seconds) {
  SignCall(connection_.endpoint(), region_, "lambda", keys_, call);
  return connection_.Exchange(call, seconds);
}

rapidjson::Document TriggerCalls::Ask(HttpCall call, int seconds) {
  const HttpAnswer answer = Exchange(std::move(call), seconds);
  rapidjson::Document reply;
  reply.Parse(answer.body.empty() ? "{}" : answer.body.c_str());
  if (answer.status / 100 == 2 && !reply.HasParseError()) return reply;
  const std::string message = MessageOf(reply);
  if (!message.empty()) throw CommandError(message);
  throw CommandError(connection_.endpoint().url + " answered with HTTP status " + std::to_string(answer.status) +
                     " and not as a dynarock server does: give the server's address with --endpoint.");
}

void TriggerCalls::MakeFunction(const AddOptions& options, const std::string& name) {
  const Code code = options.handler.empty() ? Code{} : CodeOf(options);
  const std::string create = WrittenObject([&](JsonWriter& out) {
    WriteMember(out, "FunctionName", name);
    WriteMember(out, "Role", kRole);
    WriteConfiguration(out, options, code);
    WriteKey(out, "Code");
    out.StartObject();
    WriteCode(out, options, code);
    out.EndObject();
  });
  const HttpAnswer made = Exchange({.target = kFunctions, .headers = {}, .body = create});
  if (made.status != kConflict) {
    rapidjson::Document reply;
    reply.Parse(made.body.c_str());
    if (made.status / 100 != 2) throw CommandError(MessageOf(reply));
    return;
  }
  const std::string target = std::string(kFunctions) + "/" + name;
  Ask({"PUT", target + "/code", {}, WrittenObject([&](JsonWriter& out) { WriteCode(out, options, code); })});
  Ask({"PUT", target + "/configuration", {}, WrittenObject([&](JsonWriter& out) {
         WriteConfiguration(out, options, code);
       })});
}

rapidjson::Document TriggerCalls::Add(const AddOptions& options) {
  std::string function = options.function;
  const bool has_code = !options.handler.empty() || !options.url.empty() || !options.builtin.empty();
  if (function.empty() && !options.handler.empty()) function = fs::path(options.handler).stem().string();
  if (function.empty()) function = options.builtin;
  if (function.empty()) throw CommandError("Name the function: --function NAME.");
  if (has_code) MakeFunction(options, function);
  return Ask({"POST", kMappings, {}, MappingRequest(options, function)});
}

rapidjson::Document TriggerCalls::List() {
  return Ask({"GET", kAdmin, {}, ""});
}

std::string TriggerCalls::UuidOf(const std::string& id) {
  const rapidjson::Document list = List();
  std::string found;
  for (const auto& trigger : list["Triggers"].GetArray()) {
    const std::string uuid = trigger["Mapping"]["UUID"].GetString();
    if (uuid == id) return uuid;
    if (trigger["FunctionName"].GetString() != id) continue;
    if (!found.empty()) throw CommandError("The function " + id + " has several triggers: name one by its uuid.");
    found = uuid;
  }
  if (found.empty()) throw CommandError("There is no trigger " + id + ": see `dynarock trigger list`.");
  return found;
}

void TriggerCalls::Remove(const std::string& id) {
  Ask({"DELETE", kMappings + UuidOf(id), {}, ""});
}

void TriggerCalls::Change(const std::string& id, const std::string& action) {
  Ask({"POST", std::string(kAdmin) + "/" + UuidOf(id) + "/" + action, {}, ""});
}

rapidjson::Document TriggerCalls::CallsAfter(std::optional<std::int64_t> after) {
  constexpr int kDay = 24 * 3600;  // seconds; a quiet stream is no error
  const std::string query = after ? "?after=" + std::to_string(*after) : "";
  return Ask({"GET", std::string(kAdmin) + "/calls" + query, {}, ""}, kDay);
}

}  // namespace dynarock::trigger
