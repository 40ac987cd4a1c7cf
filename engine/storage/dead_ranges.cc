#include "engine/storage/dead_ranges.h"

#include <algorithm>

namespace dynarock {
namespace {

std::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace

// The keys that a batch can bring to life.
class DeadRanges::Puts final : public rocksdb::WriteBatch::Handler {
 public:
  explicit Puts(DeadRanges& ranges) : ranges_(ranges) {}

  rocksdb::Status PutCF(std::uint32_t, const rocksdb::Slice& key, const rocksdb::Slice&) override { return Note(key); }
  rocksdb::Status MergeCF(std::uint32_t, const rocksdb::Slice& key, const rocksdb::Slice&) override {
    return Note(key);
  }
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override { return rocksdb::Status::OK(); }
  rocksdb::Status DeleteRangeCF(std::uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override {
    return rocksdb::Status::OK();
  }

 private:
  rocksdb::Status Note(const rocksdb::Slice& key) {
    ranges_.NotePut(ToView(key));
    return rocksdb::Status::OK();
  }

  DeadRanges& ranges_;
};

DeadRanges::Announcement::Announcement(DeadRanges& ranges, const rocksdb::WriteBatch& batch) : ranges_(ranges) {
  // Counted before the look at is_watching_: who turns it on sees the write, or the write sees that it is on.
  ranges_.writes_under_way_.fetch_add(1);
  if (ranges_.is_watching_.load()) ranges_.Announce(batch);
}

DeadRanges::Announcement::~Announcement() {
  ranges_.writes_under_way_.fetch_sub(1);
}

DeadRanges::Moment DeadRanges::Now(const rocksdb::DB& db) const {
  Moment moment;
  if (!is_watching_.load()) return moment;
  // In this order: what was put without an announcement, or announced before this one, is under way or can be read.
  const std::uint64_t announced = announced_.load();
  if (is_watching_.load() && writes_under_way_.load() == 0) moment.announced = announced;
  moment.sequence = db.GetLatestSequenceNumber();
  return moment;
}

void DeadRanges::Learn(const Moment& moment, std::string_view begin, std::string_view end, std::uint64_t tombstones,
                       rocksdb::SequenceNumber latest) {
  if (tombstones < kFew || begin >= end) return;
  if (!is_watching_.load()) {
    if (tombstones < kManyToWatch) return;
    const std::lock_guard lock(mutex_);
    last_use_ = announced_.load();
    is_watching_.store(true);
    return;
  }
  if (moment.announced == Moment::kUnknown) return;
  const std::lock_guard lock(mutex_);
  if (!is_watching_.load() || WasPut(moment, begin, end)) return;
  last_use_ = announced_.load();
  Insert(std::string(begin), {std::string(end), latest});
}

// Requires: the mutex is held. Also true if it cannot be told any more.
bool DeadRanges::WasPut(const Moment& moment, std::string_view begin, std::string_view end) const {
  const std::uint64_t announced = announced_.load();
  if (announced - moment.announced > kRecentPuts) return true;
  for (std::uint64_t i = moment.announced; i < announced; ++i) {
    const std::string& key = recent_[i % kRecentPuts];
    if (key >= begin && key < end) return true;
  }
  return false;
}

// Requires: the mutex is held. Joins what overlaps or touches.
void DeadRanges::Insert(std::string begin, Range range) {
  auto next = ranges_.upper_bound(begin);
  if (next != ranges_.begin() && std::prev(next)->second.end >= begin) {
    --next;
    begin = next->first;
  }
  while (next != ranges_.end() && next->first <= range.end) {
    range.end = std::max(range.end, next->second.end);
    range.since = std::max(range.since, next->second.since);
    next = ranges_.erase(next);
  }
  if (ranges_.size() == kMostRanges) {
    // Most stay: readers that go round more ranges than these would find each one gone.
    if (++newcomers_ % kNewcomersForOne != 0) return;
    auto evicted = ranges_.upper_bound(last_evicted_);
    if (evicted == ranges_.end()) evicted = ranges_.begin();
    last_evicted_ = evicted->first;
    ranges_.erase(evicted);
  }
  ranges_.insert_or_assign(std::move(begin), std::move(range));
}

bool DeadRanges::PassForward(const Moment& moment, std::string& key) {
  if (!is_watching_.load()) return false;
  const std::lock_guard lock(mutex_);
  const auto next = ranges_.upper_bound(key);
  if (next == ranges_.begin()) return false;
  const Range& range = std::prev(next)->second;
  if (key >= range.end || range.since > moment.sequence) return false;
  last_use_ = announced_.load();
  key = range.end;
  return true;
}

bool DeadRanges::PassBackward(const Moment& moment, std::string& end) {
  if (!is_watching_.load()) return false;
  const std::lock_guard lock(mutex_);
  const auto next = ranges_.lower_bound(end);
  if (next == ranges_.begin()) return false;
  const auto& [begin, range] = *std::prev(next);
  if (end > range.end || range.since > moment.sequence) return false;
  last_use_ = announced_.load();
  end = begin;
  return true;
}

void DeadRanges::Announce(const rocksdb::WriteBatch& batch) {
  const std::lock_guard lock(mutex_);
  Puts puts(*this);
  static_cast<void>(batch.Iterate(&puts));  // it cannot fail: the batch was made here
  if (announced_.load() - last_use_ > kQuietPuts) StopWatching();
}

// Requires: the mutex is held.
void DeadRanges::NotePut(std::string_view key) {
  const std::uint64_t number = announced_.load(std::memory_order_relaxed);
  recent_[number % kRecentPuts] = key;
  announced_.store(number + 1);
  const auto next = ranges_.upper_bound(key);
  if (next == ranges_.begin()) return;
  const auto found = std::prev(next);
  if (key >= found->second.end) return;
  if (key == found->first) {
    ranges_.erase(found);
  } else {
    found->second.end = key;
  }
}

// Requires: the mutex is held.
void DeadRanges::StopWatching() {
  ranges_.clear();
  announced_.store(announced_.load() + kRecentPuts + 1);  // what readers under way have seen is not learned any more
  is_watching_.store(false);
}

}  // namespace dynarock
