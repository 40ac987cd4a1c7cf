// Changes of rows on their way to one commit: rows of tables and indexes, counters, and change records.
#pragma once

#include <utility>
#include <vector>

#include "engine/streams/change_log.h"

namespace dynarock {

class StagedWrites {
 public:
  explicit StagedWrites(Database& database) : database_(database), changes_(database) {}

  WriteBatch& batch() { return batch_; }
  ChangeLog& changes() { return changes_; }
  // What the commit adds to the counters of `table`. The reference holds until another table is asked for.
  std::vector<CounterDelta>& CountersOf(const Table& table);

  // Commits all of it, if there is anything. Requires: gates and locks are held, and for as long as this lives.
  // Errors: kInternal; then nothing of it is there.
  Result<void> Commit(const CommitOptions& options);

 private:
  Database& database_;
  WriteBatch batch_;
  std::vector<std::pair<const Table*, std::vector<CounterDelta>>> counters_;
  ChangeLog changes_;
};

}  // namespace dynarock
