#include "server/lambda/database_triggers.h"

#include "server/lambda/trigger_file.h"

namespace dynarock {
namespace {

BuiltinMaker BuiltinsWith(ApiCall call) {
  return [call = std::move(call)](const std::string& name) -> std::unique_ptr<FunctionRunner> {
    if (name == kCruddurFunction) return MakeCruddurFunction(call);
    return nullptr;
  };
}

// Functions are told the names under which they find the database.
LambdaOptions OptionsFor(Database& database, LambdaOptions options) {
  options.surroundings.region = database.owner().region;
  options.surroundings.access_key_id = database.owner().access_key_id;
  return options;
}

}  // namespace

DatabaseTriggers::DatabaseTriggers(Database& database, const std::shared_ptr<const Clock>& clock,
                                   const LambdaOptions& options, ApiCall call)
    : database_(database),
      options_(OptionsFor(database, options)),
      records_(database.store(), database.scope()),
      functions_(records_, options_.surroundings, BuiltinsWith(std::move(call)), clock),
      delivery_(functions_, clock),
      sources_(database, records_, delivery_),
      api_(functions_, sources_, calls_),
      admin_(functions_, sources_) {}

DatabaseTriggers::~DatabaseTriggers() {
  RequestStop();
  calls_.Wait();
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
  TRY(TriggerFile file, ReadTriggerFile(options_.trigger_file, database_.identity()));
  TRY_VOID(functions_.ReplaceConfigured(std::move(file.functions)));
  return sources_.ReplaceConfigured(std::move(file.mappings));
}

Result<void> DatabaseTriggers::Start(const std::string& endpoint) {
  functions_.SetEndpoint(endpoint);
  return sources_.Start();
}

void DatabaseTriggers::RequestStop() {
  sources_.RequestStop();
  functions_.Stop();
}

}  // namespace dynarock
