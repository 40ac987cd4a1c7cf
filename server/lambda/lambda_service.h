// Functions and triggers as one part of the server: everything behind Lambda's API, from the start to the stop.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/database/databases.h"
#include "server/http/http_message.h"
#include "server/lambda/database_triggers.h"

namespace dynarock {

// Thread-safe. A database has functions and triggers of its own; the file of triggers is for all of them.
class LambdaService {
 public:
  // Gives what runs operations on a database for built-in functions.
  using ApiCallMaker = std::function<ApiCall(Database& database)>;

  // Reads what is stored. Errors: kInternal with sentences for the user: a store that can't be read, mistakes in the
  // file of triggers.
  static Result<std::unique_ptr<LambdaService>> Open(Databases& databases, std::shared_ptr<const Clock> clock,
                                                     LambdaOptions options, ApiCallMaker calls);
  ~LambdaService();

  // The paths that are answered here: /2015-03-31/..., /_dynarock/triggers...
  static bool Serves(std::string_view path);
  void Handle(const HttpRequest& request, HttpReply& reply);

  // The mappings of all databases by the databases' scopes, and how they are.
  std::vector<std::pair<std::string, MappingStatus>> Mappings() const;

  // Triggers begin to call functions, which find the server at `endpoint`. Errors: kInternal.
  Result<void> Start(const std::string& endpoint);

  // Reads the file of triggers again; with mistakes in it, what ran goes on, and the log says why.
  void Reload();

  // No new calls; those under way end soon, and their replies are given. Does not block.
  void RequestStop();

 private:
  LambdaService(Databases& databases, std::shared_ptr<const Clock> clock, LambdaOptions options, ApiCallMaker calls);
  using TriggersPtr = std::shared_ptr<DatabaseTriggers>;

  // The triggers of a request's database, which is not closed meanwhile.
  struct Served {
    DatabasePtr database;
    TriggersPtr triggers;
  };

  Result<TriggersPtr> Of(Database& database);
  void OnOpened(Database& database);
  bool OnClosing(Database& database);
  Caller CallerFor(const HttpRequest& request) const;
  Result<Served> ForRequest(const HttpRequest& request);
  bool AnswersUnopened(const HttpRequest& request, HttpReply& reply);

  Databases& databases_;
  const std::shared_ptr<const Clock> clock_;
  const LambdaOptions options_;
  const ApiCallMaker calls_;
  FunctionHost host_;
  mutable std::mutex mutex_;
  std::string endpoint_;  // "" before Start
  bool stopping_ = false;
  // Only of databases that have some, or had. A database is not closed before its triggers are erased here.
  std::map<Database*, TriggersPtr> triggers_;
};

}  // namespace dynarock
