#include "server/lambda/lambda_service.h"

#include "engine/base/log.h"
#include "server/lambda/function_delivery.h"
#include "server/lambda/lambda_api.h"
#include "server/lambda/trigger_admin.h"
#include "server/lambda/trigger_file.h"

namespace dynarock {
namespace {

BuiltinMaker BuiltinsWith(ApiCall call) {
  return [call = std::move(call)](const std::string& name) -> std::unique_ptr<FunctionRunner> {
    if (name == kCruddurFunction) return MakeCruddurFunction(call);
    return nullptr;
  };
}

}  // namespace

struct LambdaService::Rep {
  Rep(Database& database, const std::shared_ptr<const Clock>& clock, LambdaOptions lambda_options, ApiCall call)
      : options(std::move(lambda_options)),
        records(database.store()),
        functions(records, options.surroundings, BuiltinsWith(std::move(call)), clock),
        delivery(functions, clock),
        sources(database, records, delivery),
        api(functions, sources, calls),
        admin(functions, sources) {}

  Result<void> ReadTriggers() {
    if (options.trigger_file.empty()) return {};
    TRY(TriggerFile file, ReadTriggerFile(options.trigger_file, options.surroundings));
    TRY_VOID(functions.ReplaceConfigured(std::move(file.functions)));
    return sources.ReplaceConfigured(std::move(file.mappings));
  }

  const LambdaOptions options;
  TriggerRecords records;
  FunctionRegistry functions;
  FunctionDelivery delivery;
  EventSources sources;
  BackgroundCalls calls;
  LambdaApi api;
  TriggerAdmin admin;
};

LambdaService::LambdaService(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

LambdaService::~LambdaService() {
  RequestStop();
  rep_->calls.Wait();
  rep_->sources.Join();
}

Result<std::unique_ptr<LambdaService>> LambdaService::Open(Database& database, std::shared_ptr<const Clock> clock,
                                                           LambdaOptions options, ApiCall call) {
  auto rep = std::make_unique<Rep>(database, clock, std::move(options), std::move(call));
  TRY_VOID(rep->functions.Load());
  TRY_VOID(rep->ReadTriggers());
  return std::unique_ptr<LambdaService>(new LambdaService(std::move(rep)));
}

bool LambdaService::Serves(std::string_view path) {
  return path.starts_with(kLambdaPath) || path.starts_with(kTriggerAdminPath);
}

void LambdaService::Handle(const HttpRequest& request, HttpReply& reply) {
  if (request.path.starts_with(kLambdaPath)) return rep_->api.Handle(request, reply);
  rep_->admin.Handle(request, reply);
}

void LambdaService::WriteMetrics(std::string& out) const {
  const std::vector<MappingStatus> list = rep_->sources.List();
  const auto write = [&](const char* name, const char* help, std::int64_t InvocationCounts::*count) {
    out += "# HELP " + std::string(name) + " " + help + "\n# TYPE " + name + " counter\n";
    for (const MappingStatus& status : list) {
      out += std::string(name) + "{function=\"" + status.mapping.function_name + "\",uuid=\"" + status.mapping.uuid +
             "\"} " + std::to_string(status.counts.*count) + "\n";
    }
  };
  write("dynarock_trigger_calls_total", "Calls of functions by triggers.", &InvocationCounts::calls);
  write("dynarock_trigger_records_total", "Records that functions have taken.", &InvocationCounts::records);
  write("dynarock_trigger_failures_total", "Calls that failed.", &InvocationCounts::failures);
  write("dynarock_trigger_retries_total", "Calls behind the first of a batch.", &InvocationCounts::retries);
  write("dynarock_trigger_discarded_records_total", "Records that were given up.",
        &InvocationCounts::discarded_records);
}

Result<void> LambdaService::Start(const std::string& endpoint) {
  rep_->functions.SetEndpoint(endpoint);
  return rep_->sources.Start();
}

void LambdaService::Reload() {
  if (rep_->options.trigger_file.empty()) {
    return Log(LogLevel::kWarn, "SIGHUP: there is no file of triggers (--triggers) to read.");
  }
  const Result<void> read = rep_->ReadTriggers();
  if (read) return Log(LogLevel::kInfo, "SIGHUP: the file of triggers was read again.");
  Log(LogLevel::kError, "SIGHUP: nothing was changed.", {{"error", read.error().message}});
}

void LambdaService::RequestStop() {
  rep_->sources.RequestStop();
  rep_->functions.Stop();
}

}  // namespace dynarock
