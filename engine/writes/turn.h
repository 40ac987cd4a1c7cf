// One turn of a worker: the writes of single items of the calls that came together, committed and logged as one, so
// that what a commit costs beside its rows is paid once.
#pragma once

#include <optional>
#include <shared_mutex>
#include <vector>

#include "engine/writes/staged_writes.h"
#include "engine/writes/write_step.h"

namespace dynarock {

// Not thread-safe, and tied to one thread while it holds writes. A write that it holds is not visible, and its row
// stays locked: no other write of the row comes between. Before the thread waits for anyone, or lets anyone know of the
// write, the turn must be committed. What the thread reads meanwhile is the state before the turn's writes.
class Turn {
 public:
  explicit Turn(Store& store) : store_(store) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Waits for no one while the turn holds writes: if it would wait, they are committed first.
  // Errors: those of Write; this write is then not in the turn.
  Result<WriteOutcome> Add(Database& database, const ItemWrite& write);

  // Whether it holds no writes.
  bool is_empty() const { return gates_.empty(); }

  // Commits what the turn holds. An error is left to Finish.
  void CommitStaged();

  // How calls of the turn commit what they do not add to it: visible at once, logged by Finish.
  CommitOptions commits() { return {.log_later = &unlogged_, .longest_wait = CommitOptions::kCallWait}; }

  // Grows with each call that changed anything, until Finish.
  std::size_t changes() const { return added_ + unlogged_.count(); }

  // Commits what the turn holds, then logs what it and its calls have committed. Then the next turn may begin.
  // Errors: kInternal, of this commit or of an earlier one; then writes of the turn are lost, and none of its replies
  // may be sent.
  Result<void> Finish();

 private:
  bool TryToEnter(const Table& table);
  bool TryToLock(KeyLocks& locks, std::string_view row_key);
  void Clear();

  Store& store_;
  UnloggedCommits unlogged_;
  std::size_t added_ = 0;  // writes
  std::optional<ApiError> failure_;
  Database* database_ = nullptr;  // of the writes that are held
  std::vector<std::shared_lock<TableGate>> gates_;
  std::vector<KeyLocks::Guard> rows_;
  std::optional<StagedWrites> staged_;  // ends before its rows are unlocked
};

}  // namespace dynarock
