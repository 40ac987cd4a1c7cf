// What a call brings with it besides its request.
#pragma once

#include <string_view>

#include "engine/database/database.h"

namespace dynarock {

class Turn;

// A database may stand for the context of a call from nowhere: that is how tests and the engine itself call operations.
struct CallContext {
  CallContext(Database& callers, std::string_view asked_for = {}, Turn* joined = nullptr)  // NOLINT: see above
      : database(callers), host(asked_for), turn(joined) {}

  Database& database;
  std::string_view host;  // under which the caller reached the service; empty if there is none
  Turn* turn;             // the writes of single items join it; null: they are committed at once
};

}  // namespace dynarock
