// Writes changes of items into their tables' streams, in the batch that changes the items: a stream can neither miss a
// change nor invent one.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "engine/database/database.h"
#include "engine/streams/change_record.h"

namespace dynarock {

// The changes of one commit.
//
// Writers of one stream commit in any order, so each number is unsettled from when it is taken until its change is
// committed; readers stop in front of the first that is (Stream::VisibleEnd).
class ChangeLog {
 public:
  explicit ChangeLog(Database& database) : database_(database) {}
  ChangeLog(const ChangeLog&) = delete;
  ChangeLog& operator=(const ChangeLog&) = delete;

  // Nothing happens if no stream of the table is enabled. Copies what it keeps of the change.
  // Requires: the table's gate and the row's lock are held; the change changes something.
  void Add(TableId table, std::string_view row_key, const Change& change);

  // Numbers the changes, adds them to `batch`, and has `commit` commit it. Whatever comes of that, an exception too, it
  // then settles the numbers and notifies the listeners of the database's ChangeSignal: a number can't be taken
  // without. Requires: the rows are locked. Errors: kInternal, or that of `commit`.
  Result<void> Commit(WriteBatch& batch, const std::function<Result<void>()>& commit);

 private:
  struct Pending {
    StreamPtr stream;
    std::uint8_t shard = 0;
    std::string record;
    std::optional<SequenceNumber> number;
  };

  Result<void> AddTo(WriteBatch& batch);
  void Announce();

  Database& database_;
  std::vector<Pending> pending_;
};

}  // namespace dynarock
