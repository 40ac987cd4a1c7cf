// Functions and triggers as one part of the server: everything behind Lambda's API, from the start to the stop.
#pragma once

#include <memory>
#include <string>

#include "engine/database/database.h"
#include "server/http_message.h"
#include "server/lambda/cruddur_function.h"
#include "server/lambda/function.h"

namespace dynarock {

struct LambdaOptions {
  std::string trigger_file;  // "" for none
  FunctionSurroundings surroundings;
};

class LambdaService {
 public:
  // Reads what is stored. `call` runs operations for built-in functions.
  // Errors: kInternal with sentences for the user: a store that can't be read, mistakes in the file of triggers.
  static Result<std::unique_ptr<LambdaService>> Open(Database& database, std::shared_ptr<const Clock> clock,
                                                     LambdaOptions options, ApiCall call);
  ~LambdaService();

  // The paths that are answered here: /2015-03-31/..., /_dynarock/triggers...
  static bool Serves(std::string_view path);
  void Handle(const HttpRequest& request, HttpReply& reply);

  // Counts of all triggers in Prometheus's text format, appended.
  void WriteMetrics(std::string& out) const;

  // Triggers begin to call functions, which find the server at `endpoint`. Errors: kInternal.
  Result<void> Start(const std::string& endpoint);

  // Reads the file of triggers again; with mistakes in it, what ran goes on, and the log says why.
  void Reload();

  // No new calls; those under way end soon, and their replies are given. Does not block.
  void RequestStop();

 private:
  struct Rep;
  explicit LambdaService(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace dynarock
