// From a call's target and body to its reply: parse, check, decode, run, encode.
#pragma once

#include <string>

#include "engine/base/log.h"
#include "engine/database/databases.h"
#include "protocol/error_json.h"
#include "protocol/json.h"
#include "protocol/operation.h"

namespace dynarock {

struct DispatchOptions {
  Wording wording = Wording::kCurrent;
};

// What a connection keeps from one call to the next.
struct DispatchScratch {
  JsonReader reader;
  rapidjson::StringBuffer reply;

  // Gives memory of a large call back; its reply ends.
  void Trim();
};

struct Call {
  std::string_view target;             // X-Amz-Target
  std::string& body;                   // parsed in place
  const Result<void>& authentication;  // what the server made of the call's credentials
  std::string_view host = "";          // Host
  Caller caller = {};                  // whose database it is for; nobody looks at it where all share one
  bool settles = false;                // the caller calls Settle before it tells anybody of the reply
};

struct Reply {
  int status = 200;
  std::string_view body;            // in the scratch's buffer, until the next call
  std::string_view operation = "";  // empty if there is no such operation
  std::string_view error = "";      // name of the error, empty on success
};

// Thread-safe but for the scratch. Order of checks: JSON, target, credentials, shape, operation.
class Dispatcher {
 public:
  Dispatcher(Databases& databases, DispatchOptions options) : databases_(databases), options_(options) {}

  Reply Dispatch(const Call& call, DispatchScratch& scratch) const;

  // Whether the store has room for writes; if not, calls that may write had better wait before they begin. Cheap.
  bool HasRoom() const;
  static bool MayWrite(std::string_view target);

  // Commits and logs what the replies of this thread so far tell of, for many calls at once. Cheap if nothing is
  // missing. Errors: kInternal; then none of these replies may be told.
  Result<void> Settle() const;

  // Commits what this thread's calls wrote so far, before it reads by another way than Dispatch, or waits for anybody.
  void CommitWrites() const;

 private:
  // `body` becomes the parsed body, for the words of an error.
  Result<void> Run(const Call& call, JsonReader& reader, const Json*& body, const Operation* operation,
                   JsonWriter& out) const;

  Databases& databases_;
  const DispatchOptions options_;
  mutable OnceUntilCleared internal_;  // errors that are nobody's fault but ours
};

}  // namespace dynarock
