// Ids that are given once in the life of a store, whichever of its databases asks.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "engine/storage/store.h"

namespace dynarock {

// Thread-safe. Requires: one for a key.
class IdSequence {
 public:
  // The next id is kept under `key`.
  IdSequence(Store& store, std::string key) : store_(store), key_(std::move(key)) {}

  // Stored before it is given: an id may be lost with the process, but never comes again. Errors: kInternal.
  Result<std::uint32_t> Take();

 private:
  Store& store_;
  const std::string key_;
  std::mutex mutex_;
  std::uint32_t next_ = 0;  // 0: not read yet
};

}  // namespace dynarock
