// What a call brings with it besides its request.
#pragma once

#include <string_view>

#include "engine/database/database.h"

namespace dynarock {

class Turn;

// A database may stand for the context of a call from nowhere: that is how tests and the engine itself call operations.
struct CallContext {
  CallContext(Database& callers) : database(callers) {}  // NOLINT(google-explicit-constructor): see above

  Database& database;
  std::string_view host = {};  // under which the caller reached the service; empty if there is none
  Turn* turn = nullptr;        // that writes of single items join; null: they are committed at once
  CommitOptions commits = {};  // of what the call commits itself
};

}  // namespace dynarock
