// From a call's target and body to its reply: parse, check, decode, run, encode.
#pragma once

#include <string>

#include "engine/base/log.h"
#include "engine/database/databases.h"
#include "engine/writes/turn.h"
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
  Turn* turn = nullptr;                // finished before the reply is sent; null: what the call does lasts at once
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

  // For the turns of its calls.
  Store& store() const { return databases_.store(); }

  // Whether the store has room for writes; if not, calls that may write had better wait before they begin. Cheap.
  bool HasRoom() const;
  // A statement of PartiQL may write if a word of the body could mean that.
  static bool MayWrite(std::string_view target, std::string_view body);

  // Commits and logs what the turn's calls did, all at once. Cheap if nothing is missing.
  // Errors: kInternal; then none of their replies may be sent.
  Result<void> Finish(Turn& turn) const;

  // The turn that a call of `operation` with `body` adds its write to. This is the one place that keeps the rule of
  // turns: commit before anyone can see or hear of it. A read sees none of the turn's writes, which nobody has heard of
  // yet, and must not wait for their commit. Whatever else does not join, be it another operation or, with null, work
  // beside calls, finds them committed. Both get no turn. `turn` may be null.
  static Turn* Join(Turn* turn, const Operation* operation, std::string_view body = {});

 private:
  // `body` becomes the parsed body, for the words of an error.
  Result<void> Run(const Call& call, JsonReader& reader, const Json*& body, const Operation* operation, Turn* joined,
                   JsonWriter& out) const;

  Databases& databases_;
  const DispatchOptions options_;
  mutable OnceUntilCleared internal_;  // errors that are nobody's fault but ours
};

}  // namespace dynarock
