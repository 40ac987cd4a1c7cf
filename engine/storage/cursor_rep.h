// What a Cursor is made of. For store.cc and cursor.cc only.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/storage/dead_ranges.h"
#include "engine/storage/store.h"
#include "engine/storage/tombstones.h"

namespace dynarock {

// Passes ranges that are known to be dead, and makes known those that it has to walk through.
struct Cursor::Rep {
  // What outlives the cursor.
  struct Origin {
    rocksdb::DB& db;
    rocksdb::ColumnFamilyHandle* family;
    TombstoneRemoval& removal;
    DeadRanges& dead;
  };

  // Requires: `moment` was taken before the options' snapshot, or just now.
  Rep(const Origin& from, const DeadRanges::Moment& at, std::string_view first, std::string_view last,
      rocksdb::ReadOptions options);
  ~Rep();

  // To the first key at or after `key`.
  void Forward(std::string_view key);
  // To the last key before `limit`, which is not beyond the end.
  void Backward(std::string_view limit);

  const Origin origin;
  const DeadRanges::Moment moment;
  const std::string begin, end;
  const rocksdb::Slice begin_slice, end_slice;
  const std::uint64_t skipped_before = TombstonesSkipped();
  std::unique_ptr<rocksdb::Iterator> iterator;
};

}  // namespace dynarock
