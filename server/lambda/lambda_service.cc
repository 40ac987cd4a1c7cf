#include "server/lambda/lambda_service.h"

#include "engine/base/log.h"
#include "server/api/authorization.h"
#include "server/lambda/trigger_file.h"

namespace dynarock {
namespace {

void Answer(DatabaseTriggers& triggers, const HttpRequest& request, HttpReply& reply) {
  if (request.path.starts_with(kLambdaPath)) return triggers.api().Handle(request, reply);
  triggers.admin().Handle(request, reply);
}

}  // namespace

LambdaService::LambdaService(Databases& databases, std::shared_ptr<const Clock> clock, LambdaOptions options,
                             ApiCallMaker calls)
    : databases_(databases),
      clock_(std::move(clock)),
      options_(std::move(options)),
      calls_(std::move(calls)),
      host_(options_) {}

LambdaService::~LambdaService() {
  RequestStop();
  host_.calls.Drain();
}

Result<std::unique_ptr<LambdaService>> LambdaService::Open(Databases& databases, std::shared_ptr<const Clock> clock,
                                                           LambdaOptions options, ApiCallMaker calls) {
  std::unique_ptr<LambdaService> service(
      new LambdaService(databases, std::move(clock), std::move(options), std::move(calls)));
  const std::string& file = service->options_.trigger_file;
  // Mistakes in it are told also while there is no database that it could be for.
  if (!file.empty()) TRY_VOID(ReadTriggerFile(file, Identity{}, service->options_.surroundings));
  if (databases.common()) {
    TRY_VOID(service->Of(*databases.common()));
    return service;
  }
  databases.WhenClosing([service = service.get()](Database& database) { return service->OnClosing(database); });
  databases.WhenOpened([service = service.get()](Database& database) { service->OnOpened(database); });
  return service;
}

// Makes what serves the database, if it is not there yet. Errors: kInternal.
Result<LambdaService::TriggersPtr> LambdaService::Of(Database& database) {
  const std::lock_guard lock(mutex_);
  if (const auto found = triggers_.find(&database); found != triggers_.end()) return found->second;
  auto made = std::make_shared<DatabaseTriggers>(database, clock_, options_, calls_(database), host_);
  TRY_VOID(made->Load());
  made->RemoveStaleCode();
  if (!endpoint_.empty()) TRY_VOID(made->Start(endpoint_));
  if (stopping_) made->RequestStop();
  return triggers_.emplace(&database, std::move(made)).first->second;
}

void LambdaService::OnOpened(Database& database) {
  const Result<bool> has_stored = DatabaseTriggers::HasStored(database);
  if (has_stored && !*has_stored && options_.trigger_file.empty()) return;
  const auto triggers = Of(database);
  if (triggers) return;
  Log(LogLevel::kError, "The triggers of a database do not run.",
      {{"database", database.scope()}, {"error", triggers.error().message}});
}

// Gives up what serves a database in which there is nothing, so that it can be closed. Requests get it with the lock.
bool LambdaService::OnClosing(Database& database) {
  const std::lock_guard lock(mutex_);
  const auto found = triggers_.find(&database);
  if (found == triggers_.end()) return true;
  if (found->second.use_count() > 1 || !found->second->IsIdle()) return false;
  if (const auto forgotten = found->second->ForgetStarts(); !forgotten) return false;
  triggers_.erase(found);
  return true;
}

// A request without credentials means the database of the server's own.
Caller LambdaService::CallerFor(const HttpRequest& request) const {
  static const std::string own_key_id = Owner().access_key_id;
  const Caller caller = CallerOf(request);
  return caller.access_key_id.empty() ? Caller{own_key_id, options_.surroundings.region} : caller;
}

Result<LambdaService::Served> LambdaService::ForRequest(const HttpRequest& request) {
  TRY(const DatabasePtr database, databases_.Of(CallerFor(request)));
  TRY(const TriggersPtr triggers, Of(*database));
  return Served{database, triggers};
}

// What only looks at a database that is not open is answered by an empty one, so that looking makes none. False for all
// else, and for what waits for something to come.
bool LambdaService::AnswersUnopened(const HttpRequest& request, HttpReply& reply) {
  const Caller caller = CallerFor(request);
  if (request.method != "GET" || databases_.Find(caller)) return false;
  const Result<void> answered =
      databases_.WithUnopened(caller, Databases::Purpose::kRead, [&](Database& database) -> Result<void> {
        DatabaseTriggers triggers(database, clock_, options_, calls_(database), host_);
        TRY_VOID(triggers.Load());
        Answer(triggers, request, reply);
        return {};
      });
  const bool is_answered = answered && !reply.later;
  if (!is_answered) reply = HttpReply{};
  return is_answered;
}

bool LambdaService::Serves(std::string_view path) {
  return path.starts_with(kLambdaPath) || path.starts_with(kTriggerAdminPath);
}

void LambdaService::Handle(const HttpRequest& request, HttpReply& reply) {
  if (AnswersUnopened(request, reply)) return;
  const Result<Served> served = ForRequest(request);
  if (served) {
    Answer(*served->triggers, request, reply);
    if (!reply.later) return;
    // They stay until the reply was asked for.
    reply.later = [held = served->triggers, later = std::move(reply.later)](ReplyCallback done) {
      later(std::move(done));
    };
    return;
  }
  const ApiError& error = served.error();
  if (error.code == ErrorCode::kInternal) {
    Log(LogLevel::kError, error.message);
    reply.status = 500;
    return;
  }
  // A caller that can have no database, or a database too many.
  reply.status = error.code == ErrorCode::kUnrecognizedClient ? 403 : 400;
  reply.content_type = "text/plain";
  reply.owned_body = error.message + "\n";
}

std::vector<std::pair<std::string, MappingStatus>> LambdaService::Mappings() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, MappingStatus>> mappings;
  for (const auto& [database, triggers] : triggers_) {
    for (MappingStatus& status : triggers->sources().List())
      mappings.emplace_back(database->scope(), std::move(status));
  }
  return mappings;
}

Result<void> LambdaService::Start(const std::string& endpoint) {
  const std::lock_guard lock(mutex_);
  endpoint_ = endpoint;
  for (const auto& [database, triggers] : triggers_) TRY_VOID(triggers->Start(endpoint));
  return {};
}

void LambdaService::Reload() {
  if (options_.trigger_file.empty()) {
    return Log(LogLevel::kWarn, "SIGHUP: there is no file of triggers (--triggers) to read.");
  }
  const std::lock_guard lock(mutex_);
  // Asked first, so that a mistake leaves all databases as they are.
  Result<void> read;
  if (auto file = ReadTriggerFile(options_.trigger_file, Identity{}, options_.surroundings); !file)
    read = std::move(file.error());
  for (const auto& [database, triggers] : triggers_) {
    if (read) read = triggers->ReadTriggers();
  }
  if (read) return Log(LogLevel::kInfo, "SIGHUP: the file of triggers was read again.");
  Log(LogLevel::kError, "SIGHUP: nothing was changed.", {{"error", read.error().message}});
}

void LambdaService::RequestStop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const auto& [database, triggers] : triggers_) {
    triggers->RequestStop();
  }
}

}  // namespace dynarock
