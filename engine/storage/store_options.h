// How RocksDB is set up. README.md says why.
#pragma once

#include <rocksdb/options.h>

namespace dynarock {

inline constexpr const char* kChangesFamily = "changes";

// Options of the database and of its rows, everything but changes of streams.
rocksdb::Options RowOptions();

// Changes of streams are written once, read in their order, and deleted by the million: they are kept apart from the
// rows, merged seldom, and need no filters.
rocksdb::ColumnFamilyOptions ChangeOptions(const rocksdb::Options& rows);

// How files are merged. A store that has just been opened merges few and small files at a time, so that a process that
// lives half a second makes progress; later it also merges what gives back the most space, however long that takes.
rocksdb::CompactionOptionsUniversal MergesAfterOpening(rocksdb::CompactionOptionsUniversal options);

}  // namespace dynarock
