// What the triggers of one database keep in the store: functions, event source mappings and checkpoints, by id.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/storage/store.h"

namespace dynarock {

// kStart: mappings whose starting position is settled, so that a restart does not look for it again.
enum class TriggerRecord : char { kFunction = 'F', kMapping = 'M', kCheckpoint = 'C', kStart = 'S' };

// Thread-safe.
class TriggerRecords {
 public:
  TriggerRecords(Store& store, std::string scope) : store_(store), scope_(std::move(scope)) {}

  // Errors of all: kInternal.
  Result<void> Put(TriggerRecord kind, std::string_view id, std::string_view record);
  // As one commit.
  Result<void> PutAll(TriggerRecord kind, const std::vector<std::pair<std::string, std::string>>& records);
  // Puts `records` in the place of all records of this kind whose id begins with `prefix`, as one commit.
  Result<void> Replace(TriggerRecord kind, std::string_view prefix,
                       const std::vector<std::pair<std::string, std::string>>& records);
  // Removes all records of this kind whose id begins with `prefix`.
  Result<void> RemoveAll(TriggerRecord kind, std::string_view prefix);
  Result<void> Remove(TriggerRecord kind, std::string_view id);
  // Ids and records, by id, of those whose id begins with `prefix`.
  Result<std::vector<std::pair<std::string, std::string>>> List(TriggerRecord kind, std::string_view prefix = "") const;

 private:
  Store& store_;
  const std::string scope_;
};

}  // namespace dynarock
