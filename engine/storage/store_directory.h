// The directory of a store on disk: its marker file tells format and owner before RocksDB touches anything.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace dynarock {

// Goes up with each change of what is stored, until the first release. There is no code for other formats.
inline constexpr int kStoreFormat = 2;

// Holds the lock on a store's directory while it lives.
class StoreDirectory {
 public:
  // Makes the directory if it is not there, marks an empty one, and locks it.
  // Errors: kInternal with one sentence: other files in it, another format, held by another process, no rights.
  static Result<StoreDirectory> Claim(const std::string& directory);

  StoreDirectory(StoreDirectory&& other) noexcept;
  StoreDirectory& operator=(StoreDirectory&& other) noexcept;
  ~StoreDirectory();

  // Where RocksDB's files are.
  const std::string& database_path() const { return database_path_; }

 private:
  StoreDirectory(int lock, std::string database_path) : lock_(lock), database_path_(std::move(database_path)) {}
  int lock_ = -1;
  std::string database_path_;
};

}  // namespace dynarock
