// Writes changes of items into their tables' streams, in the batch that changes the items: a stream can neither miss a
// change nor invent one.
#pragma once

#include <string_view>
#include <vector>

#include "engine/database/database.h"
#include "engine/streams/change_record.h"

namespace dynarock {

// The changes of one commit. In the end their numbers are settled, and listeners of the database's ChangeSignal are
// told: destroy it behind the commit, and before the rows are unlocked.
//
// Writers of one stream commit in any order, so each number is unsettled from when it is taken until its change is
// committed; readers stop in front of the first that is (Stream::VisibleEnd).
class ChangeLog {
 public:
  explicit ChangeLog(Database& database) : database_(database) {}
  ~ChangeLog();
  ChangeLog(const ChangeLog&) = delete;
  ChangeLog& operator=(const ChangeLog&) = delete;

  // Nothing happens if no stream of the table is enabled. Copies what it keeps of the change.
  // Requires: the table's gate and the row's lock are held; the change changes something.
  void Add(TableId table, std::string_view row_key, const Change& change);

  // Numbers the changes and adds them to `batch`, which is to be committed next. Errors: kInternal.
  Result<void> AddTo(WriteBatch& batch);

 private:
  struct Pending {
    StreamPtr stream;
    std::uint8_t shard = 0;
    std::string record;
    std::optional<SequenceNumber> number;
  };

  Database& database_;
  std::vector<Pending> pending_;
};

}  // namespace dynarock
