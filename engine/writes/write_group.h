// Writes of single items that come together, committed as one batch: what a commit costs beside its rows is paid once.
#pragma once

#include <optional>
#include <shared_mutex>
#include <vector>

#include "engine/writes/staged_writes.h"
#include "engine/writes/write_step.h"

namespace dynarock {

// One thread's. A write in it is not visible until the group is committed, and its row stays locked so long: no other
// write of the row comes between. Before the thread reads anything else, waits for anybody, or lets anybody know of the
// write, it must commit its group.
class WriteGroup {
 public:
  static WriteGroup& OfThisThread();

  // While one lives, Write adds to its thread's group instead of committing.
  class Gathering {
   public:
    Gathering() { OfThisThread().is_gathering_ = true; }
    ~Gathering() { OfThisThread().is_gathering_ = false; }
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;
  };
  bool is_gathering() const { return is_gathering_; }

  // Waits for nobody while writes are in the group: they are committed first where it would.
  // Errors: those of Write; this write is then not in the group.
  Result<WriteOutcome> Add(Database& database, const ItemWrite& write);

  // Errors: kInternal, of this commit or of one before that was not told of; then writes are lost that were in the
  // group, and nobody must hear that they were done.
  Result<void> Commit();

  // Commits as Commit does, and leaves the error to the next one.
  void CommitEarly();

 private:
  bool TryToEnter(const Table& table);
  bool TryToLock(KeyLocks& locks, std::string_view row_key);
  void Clear();

  bool is_gathering_ = false;
  std::optional<ApiError> failure_;
  Database* database_ = nullptr;  // of the writes in the group
  std::vector<std::shared_lock<TableGate>> gates_;
  std::vector<KeyLocks::Guard> rows_;
  std::optional<StagedWrites> staged_;  // ends before its rows are unlocked
};

}  // namespace dynarock
