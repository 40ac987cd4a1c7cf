// The functions and triggers of one database.
#pragma once

#include <memory>
#include <string>

#include "engine/database/database.h"
#include "server/http/http_message.h"
#include "server/lambda/disposal.h"
#include "server/lambda/failure_files.h"
#include "server/lambda/function_delivery.h"
#include "server/lambda/invocation_queue.h"
#include "server/lambda/lambda_api.h"
#include "server/lambda/process_pool.h"
#include "server/lambda/trigger_admin.h"

namespace dynarock {

struct LambdaOptions {
  std::string trigger_file;  // "" for none
  FunctionSurroundings surroundings;
  int max_functions = 8;  // processes of functions, and calls by Invoke, at once
};

// What the functions of all databases share. Members end in the opposite order.
struct FunctionHost {
  explicit FunctionHost(const LambdaOptions& options)
      : files(options.surroundings.destinations),
        pool({.processes = options.max_functions}, disposal),
        calls({.running = options.max_functions}) {}

  FailureFiles files;
  Disposal disposal;
  ProcessPool pool;
  InvocationQueue calls;
  TriggerThreads triggers;
};

class DatabaseTriggers {
 public:
  // `call` runs operations on the database for built-in functions. Requires: `host` outlives it.
  DatabaseTriggers(Database& database, const std::shared_ptr<const Clock>& clock, const LambdaOptions& options,
                   ApiCall call, FunctionHost& host);
  // Stops, and waits for calls by triggers. Requires: calls by Invoke have ended.
  ~DatabaseTriggers();

  // Whether the store has functions or triggers of the database. Errors: kInternal.
  static Result<bool> HasStored(Database& database);

  // Reads what is stored, and the file of triggers. Errors: kInternal, with sentences for the user.
  Result<void> Load();
  // Removes code that an earlier server left behind. Requires: Load, and no request since.
  void RemoveStaleCode() const { functions_.RemoveStaleCode(); }
  // As Load, for the file alone; with mistakes in it, what ran goes on.
  Result<void> ReadTriggers();

  // Triggers begin to call functions, which find the server at `endpoint`. Errors: kInternal.
  Result<void> Start(const std::string& endpoint);
  // No new calls; those under way end soon, and their replies are given. Does not block.
  void RequestStop();

  // Whether nothing is stored here that was not in the file of triggers, and no call waits or runs.
  bool IsIdle() const;
  // Removes what is stored of the mappings of the file of triggers, which says nothing once the database has no stream.
  // Errors: kInternal.
  Result<void> ForgetStarts();

  LambdaApi& api() { return api_; }
  TriggerAdmin& admin() { return admin_; }
  const EventSources& sources() const { return sources_; }
  const Database& database() const { return database_; }

 private:
  Database& database_;
  const LambdaOptions options_;
  TriggerRecords records_;
  FunctionRegistry functions_;
  FunctionDelivery delivery_;
  EventSources sources_;
  LambdaApi api_;
  TriggerAdmin admin_;
};

}  // namespace dynarock
