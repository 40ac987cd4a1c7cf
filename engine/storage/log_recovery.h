// Opens RocksDB's database and replays its log. The end of the newest log may be torn, as a process or a machine leaves
// it that dies while it writes. Any other damage would drop acknowledged writes: it is reported, or refused.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/wal_filter.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

struct RecoveryOptions {
  bool strict = false;              // refuse to open where writes behind a damage would be dropped
  std::string kept_directory = "";  // damaged log files are kept here; "" where there are no files
};

struct OpenedDatabase {
  std::shared_ptr<rocksdb::WalFilter> replay;  // must outlive the database
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
};

// Errors: kInternal with one sentence for the user.
Result<OpenedDatabase> OpenAndReplay(rocksdb::Options options, const std::string& path,
                                     const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                                     const RecoveryOptions& recovery);

}  // namespace dynarock
