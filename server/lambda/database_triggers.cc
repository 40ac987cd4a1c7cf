#include "server/lambda/database_triggers.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "engine/base/ascii.h"
#include "engine/base/percent_encoding.h"
#include "server/lambda/trigger_file.h"

namespace dynarock {
namespace {

BuiltinMaker BuiltinsWith(std::span<const BuiltInFunction> functions, ApiCall call) {
  return [functions, call = std::move(call)](const std::string& name) -> std::unique_ptr<FunctionRunner> {
    for (const BuiltInFunction& function : functions) {
      if (function.name == name) return function.make(call);
    }
    return nullptr;
  };
}

// The scope as one part of a path: what is neither letter, digit nor dash becomes "%2F" and the like.
std::string FolderNameOf(std::string_view scope) {
  if (scope.empty()) return "shared";
  std::string name;
  for (const char letter : scope) {
    if (IsAsciiLetterOrDigit(letter) || letter == '-') {
      name += letter;
    } else {
      name += PercentEncodedByte(letter);
    }
  }
  return name;
}

// Functions are given the names under which they find the database.
LambdaOptions OptionsFor(Database& database, LambdaOptions options, FunctionHost& host) {
  const std::filesystem::path code = std::filesystem::path(options.surroundings.state_directory) / "code";
  options.surroundings.code_folders =
      std::make_shared<CodeFolders>((code / FolderNameOf(database.scope())).string(), host.disposal);
  options.surroundings.region = database.owner().region;
  options.surroundings.access_key_id = database.owner().access_key_id;
  return options;
}

}  // namespace

DatabaseTriggers::DatabaseTriggers(Database& database, const std::shared_ptr<const Clock>& clock,
                                   const LambdaOptions& options, ApiCall call, FunctionHost& host)
    : database_(database),
      options_(OptionsFor(database, options, host)),
      records_(database.store(), database.scope()),
      functions_(records_, options_.surroundings, BuiltinsWith(options_.surroundings.built_in, std::move(call)), clock,
                 host.pool),
      delivery_(functions_, host.files, clock),
      sources_(database, records_, delivery_, host.triggers),
      api_(functions_, sources_, host.calls, database.scope()),
      admin_(functions_, sources_) {}

DatabaseTriggers::~DatabaseTriggers() {
  RequestStop();
  sources_.Join();
}

Result<bool> DatabaseTriggers::HasStored(Database& database) {
  const TriggerRecords records(database.store(), database.scope());
  for (const TriggerRecord kind : {TriggerRecord::kFunction, TriggerRecord::kMapping}) {
    TRY(const auto found, records.List(kind));
    if (!found.empty()) return true;
  }
  return false;
}

Result<void> DatabaseTriggers::Load() {
  TRY_VOID(functions_.Load());
  return ReadTriggers();
}

Result<void> DatabaseTriggers::ReadTriggers() {
  if (options_.trigger_file.empty()) return {};
  TRY(TriggerFile file, ReadTriggerFile(options_.trigger_file, database_.identity(), options_.surroundings));
  TRY_VOID(functions_.ReplaceConfigured(std::move(file.functions)));
  return sources_.ReplaceConfigured(std::move(file.mappings));
}

Result<void> DatabaseTriggers::Start(const std::string& endpoint) {
  functions_.SetEndpoint(endpoint);
  return sources_.Start();
}

bool DatabaseTriggers::IsIdle() const {
  const std::vector<FunctionDefinition> functions = functions_.List();
  return std::all_of(functions.begin(), functions.end(), [](const auto& function) { return function.is_configured; }) &&
         sources_.IsIdle() && api_.IsIdle();
}

Result<void> DatabaseTriggers::ForgetStarts() {
  return sources_.ForgetStarts();
}

void DatabaseTriggers::RequestStop() {
  sources_.RequestStop();
  functions_.Stop();
}

}  // namespace dynarock
