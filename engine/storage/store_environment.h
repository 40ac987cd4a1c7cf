// The files under a store as RocksDB sees them: disk or memory, without OPTIONS files.
#pragma once

#include <rocksdb/env.h>

#include <memory>

#include "engine/storage/log_files.h"

namespace dynarock {

// RocksDB writes its options to a file at each opening and parses it again to check it: more than half of the
// instructions of a start. Nothing reads these files, so here they can't be made, which RocksDB takes.
// Log files are those of `log`. Null: in memory, in an own file system that is empty at first. Requires: the database
// is closed before.
std::unique_ptr<rocksdb::Env> StoreEnvironment(LogFiles* log);

}  // namespace dynarock
