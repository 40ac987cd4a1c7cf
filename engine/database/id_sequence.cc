#include "engine/database/id_sequence.h"

#include "engine/base/item_bytes.h"

namespace dynarock {

Result<std::uint32_t> IdSequence::Take() {
  const std::lock_guard lock(mutex_);
  if (next_ == 0) {
    std::string stored;
    TRY(const bool found, store_.Get(key_, stored));
    // Ids that may be in use are not given again.
    if (found && stored.size() != sizeof next_) return InternalError("the record of the next id is torn");
    next_ = found ? ReadBigEndian<std::uint32_t>(stored.data()) : 1;
  }
  std::string following;
  AppendBigEndian<std::uint32_t>(following, next_ + 1);
  WriteBatch batch;
  batch.Put(key_, following);
  // Whatever uses the id is logged after this.
  UnloggedCommits logged_with_use;
  TRY_VOID(store_.Commit(std::move(batch), {.log_later = &logged_with_use, .longest_wait = CommitOptions::kCallWait}));
  return next_++;
}

}  // namespace dynarock
