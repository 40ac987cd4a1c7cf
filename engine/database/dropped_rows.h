// Rows that nobody needs any more, deleted by the range, and the space that they leave.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/database/background.h"
#include "engine/storage/store.h"

namespace dynarock {

class DroppedRows {
 public:
  explicit DroppedRows(const Store& store) : store_(store) {}

  // Adds the deletion of all keys that begin with `prefix`, about `rows` of them with `bytes`, to the batch.
  void Add(const std::string& prefix, std::int64_t rows, std::int64_t bytes, WriteBatch& batch);

  // Gives the space of many rows back, some seconds later: what still reads them is done by then.
  // Requires: the batch is committed. `store` outlives `background`.
  void GiveBack(Store& store, Background& background);

 private:
  const Store& store_;
  std::vector<std::pair<std::string, std::string>> ranges_;
  std::int64_t bytes_ = 0;
};

}  // namespace dynarock
