#include "engine/storage/insert_hints.h"

#include <array>
#include <atomic>
#include <cstring>

#include "engine/storage/key_encoding.h"

namespace dynarock {
namespace {

class ShardOfChange final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "dynarock.ShardOfChange"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override { return {key.data(), kShardPrefixSize}; }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() > kShardPrefixSize; }
};

class PartitionOfRow final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "dynarock.PartitionOfRow"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override { return {key.data(), kRowPartitionSize}; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return IsRowKey({key.data(), key.size()}) && WasSeen(key.data() + kRowPartitionSize - kPartitionHashSize);
  }

 private:
  static constexpr std::size_t kRemembered = 4096;

  // Remembers the partition in the place of another one.
  bool WasSeen(const char* hash_bytes) const {
    std::uint64_t hash = 0;
    static_assert(sizeof hash == kPartitionHashSize);
    std::memcpy(&hash, hash_bytes, sizeof hash);
    std::atomic<std::uint64_t>& remembered = seen_[hash % kRemembered];
    if (remembered.load(std::memory_order_relaxed) == hash) return true;
    remembered.store(hash, std::memory_order_relaxed);
    return false;
  }

  mutable std::array<std::atomic<std::uint64_t>, kRemembered> seen_{};
};

}  // namespace

std::shared_ptr<const rocksdb::SliceTransform> HintOfChange() {
  return std::make_shared<ShardOfChange>();
}

std::shared_ptr<const rocksdb::SliceTransform> HintOfRow() {
  return std::make_shared<PartitionOfRow>();
}

}  // namespace dynarock
