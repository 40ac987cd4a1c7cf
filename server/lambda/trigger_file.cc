#include "server/lambda/trigger_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>

#include "engine/base/joined.h"
#include "engine/base/uuid.h"
#include "engine/storage/digest.h"
#include "protocol/error_json.h"
#include "server/lambda/allowed_hosts.h"
#include "server/lambda/api_json.h"
#include "server/lambda/function_json.h"
#include "server/lambda/mapping_json.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

// The same mapping has the same uuid after each start, so its checkpoints are found again.
std::string UuidOf(const EventSourceMapping& mapping) {
  std::string digest = Sha256(mapping.event_source_arn + "|" + mapping.function_name);
  digest[6] = static_cast<char>((digest[6] & 0x0f) | 0x80);  // version 8
  digest[8] = static_cast<char>((digest[8] & 0x3f) | 0x80);
  return UuidText(digest);
}

class Reader {
 public:
  Reader(const fs::path& path, const Identity& identity, const FunctionSurroundings& surroundings)
      : path_(path), identity_(identity), surroundings_(surroundings) {}

  Result<TriggerFile> Read() {
    std::ifstream stream(path_, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    if (!stream) return InternalError("Cannot read the file of triggers " + path_.string() + ".");
    const JsonText parsed(text.str());
    if (parsed.json() == nullptr || !parsed.json()->IsObject()) {
      return InternalError(path_.string() + " is no JSON object.");
    }
    const Json& json = *parsed.json();
    CheckNames(json, "the file", {"Functions", "EventSourceMappings"});
    ReadList(json, "Functions", [this](const Json& entry, const std::string& place) { ReadFunction(entry, place); });
    ReadList(json, "EventSourceMappings",
             [this](const Json& entry, const std::string& place) { ReadMapping(entry, place); });
    if (mistakes_.empty()) return file_;
    return InternalError(mistakes_.substr(0, mistakes_.size() - 1));
  }

 private:
  void Mistake(const std::string& place, const std::string& sentence) {
    mistakes_ += path_.string() + ": " + place + ": " + sentence + "\n";
  }

  void CheckNames(const Json& object, const std::string& place, std::initializer_list<std::string_view> known) {
    for (const auto& member : object.GetObject()) {
      if (std::find(known.begin(), known.end(), TextOf(member.name)) == known.end()) {
        Mistake(place, "there is no member " + std::string(TextOf(member.name)) + "; look for a slip of the pen.");
      }
    }
  }

  template <class ReadEntry>
  void ReadList(const Json& json, const char* name, ReadEntry read) {
    const Json* list = FindField(json, name);
    if (list == nullptr) return;
    if (!list->IsArray()) return Mistake(name, "it must be a list.");
    for (rapidjson::SizeType i = 0; i < list->Size(); ++i) {
      const std::string place = std::string(name) + "[" + std::to_string(i) + "]";
      if (!(*list)[i].IsObject()) {
        Mistake(place, "it must be an object.");
      } else {
        read((*list)[i], place);
      }
    }
  }

  // The error becomes a mistake; whether there was none.
  template <class T>
  bool Holds(const std::string& place, const Result<T>& result) {
    if (!result) Mistake(place, ExplainedText(result.error()));
    return result.has_value();
  }

  void ReadFunction(const Json& entry, const std::string& place) {
    CheckNames(entry, place,
               {"FunctionName", "Description", "Code", "Url", "Builtin", "Runtime", "Handler", "Role", "Timeout",
                "MemorySize", "Environment"});
    FunctionDefinition function;
    const auto name = TextMember(entry, "FunctionName");
    if (!Holds(place, name)) return;
    if (!*name) return Mistake(place, "FunctionName is missing.");
    const auto checked = FunctionNameOf(**name);
    if (!Holds(place, checked)) return;
    function.name = *checked;
    if (!ReadTarget(entry, place, function)) return;
    if (!Holds(place, DecodeConfiguration(entry, function))) return;
    const bool known = std::any_of(file_.functions.begin(), file_.functions.end(),
                                   [&](const auto& other) { return other.name == function.name; });
    if (known) return Mistake(place, "the function " + function.name + " stands there twice.");
    file_.functions.push_back(std::move(function));
  }

  bool ReadTarget(const Json& entry, const std::string& place, FunctionDefinition& function) {
    const auto code = TextMember(entry, "Code"), url = TextMember(entry, "Url"), builtin = TextMember(entry, "Builtin");
    if (!Holds(place, code) || !Holds(place, url) || !Holds(place, builtin)) return false;
    if (code->has_value() + url->has_value() + builtin->has_value() != 1) {
      Mistake(place, "give one of Code, Url and Builtin.");
      return false;
    }
    if (*code) return Holds(place, UseHandlerPath((path_.parent_path() / **code).string(), function));
    if (*url) {
      function.target = **url;
      return Holds(place, CheckHttpUrl(surroundings_.allowed_hosts, **url));
    }
    function.target = "builtin:" + **builtin;
    for (const BuiltInFunction& known : surroundings_.built_in) {
      if (known.name == **builtin) return true;
    }
    const std::string names = Joined(surroundings_.built_in, ", ", &BuiltInFunction::name);
    Mistake(place, "there is no built-in function " + **builtin + "; there is " + names + ".");
    return false;
  }

  void ReadMapping(const Json& entry, const std::string& place) {
    CheckNames(
        entry, place,
        {"Table", "EventSourceArn", "FunctionName", "StartingPosition", "BatchSize", "MaximumBatchingWindowInSeconds",
         "ParallelizationFactor", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError",
         "FunctionResponseTypes", "DestinationConfig", "FilterCriteria", "TumblingWindowInSeconds", "Enabled"});
    // As CreateEventSourceMapping wants it, with a table's ARN and a starting position where they may be left out.
    rapidjson::Document whole;
    whole.CopyFrom(entry, whole.GetAllocator());
    const auto table = TextMember(entry, "Table");
    if (!Holds(place, table)) return;
    if (*table) {
      const std::string arn = TableArn(identity_, **table);
      whole.AddMember("EventSourceArn", rapidjson::Value(arn.c_str(), whole.GetAllocator()), whole.GetAllocator());
    }
    if (!whole.HasMember("StartingPosition")) whole.AddMember("StartingPosition", "LATEST", whole.GetAllocator());
    Result<EventSourceMapping> mapping = DecodeNewMapping(whole, surroundings_);
    if (!Holds(place, mapping)) return;
    const bool known = std::any_of(file_.functions.begin(), file_.functions.end(),
                                   [&](const auto& function) { return function.name == mapping->function_name; });
    if (!known) Mistake(place, "the function " + mapping->function_name + " is not among Functions.");
    mapping->uuid = UuidOf(*mapping);
    file_.mappings.push_back(std::move(*mapping));
  }

  const fs::path path_;
  const Identity& identity_;
  const FunctionSurroundings& surroundings_;
  TriggerFile file_;
  std::string mistakes_;
};

}  // namespace

Result<void> UseHandlerPath(const std::string& path, FunctionDefinition& function) {
  std::error_code error;
  const fs::path code = fs::canonical(path, error);
  if (error) return InternalError("there is no file or directory " + path + ".");
  if (fs::is_directory(code, error)) {
    function.code_directory = code.string();
    if (fs::exists(code / "bootstrap", error)) function.runtime = "provided";
    return {};
  }
  function.code_directory = code.parent_path().string();
  const std::string extension = code.extension().string();
  if (extension == ".py") {
    function.runtime = "python3";
    function.handler = code.stem().string() + ".lambda_handler";
    return {};
  }
  if (extension == ".js" || extension == ".mjs" || extension == ".cjs") {
    function.runtime = "nodejs";
    function.handler = code.stem().string() + ".handler";
    return {};
  }
  if (code.filename() == "bootstrap") {
    function.runtime = "provided";
    return {};
  }
  return InternalError(path + " is no handler: give a .py, .js, .mjs or .cjs file, a bootstrap, or a directory.");
}

Result<TriggerFile> ReadTriggerFile(const std::string& path, const Identity& identity,
                                    const FunctionSurroundings& surroundings) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  Result<TriggerFile> file = Reader(error ? fs::path(path) : absolute, identity, surroundings).Read();
  if (!file) return file;
  for (const FunctionDefinition& function : file->functions) {
    if (function.target.empty() &&
        (function.runtime.empty() || (function.handler.empty() && function.runtime != "provided"))) {
      return InternalError(path + ": the function " + function.name +
                           " has a directory as Code: give its Runtime and Handler.");
    }
  }
  return file;
}

}  // namespace dynarock
