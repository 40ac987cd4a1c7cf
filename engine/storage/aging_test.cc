// What is deleted costs nothing for long: counted in tombstones and bytes, not in time.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "engine/storage/key_encoding.h"
#include "engine/storage/store.h"
#include "engine/storage/tombstones.h"

namespace dynarock {
namespace {

constexpr std::chrono::seconds kPatience{60};

class AgingTest : public testing::TestWithParam<bool> {
 protected:
  AgingTest() {
    char pattern[] = "/tmp/dynarock-aging-XXXXXX";
    directory_ = mkdtemp(pattern);
    auto opened = Store::Open({.directory = directory_, .in_memory = GetParam()});
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    store_ = std::move(*opened);
  }
  ~AgingTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  static std::string Key(std::uint32_t table, int number) {
    std::string key = RowPrefix({table}, {}) + "partition";
    const std::string digits = std::to_string(number);
    return key + std::string(8 - digits.size(), '0') + digits;
  }

  void Put(const std::string& key, std::string_view value) {
    WriteBatch batch;
    batch.Put(key, value);
    ASSERT_TRUE(store_->Commit(std::move(batch)));
  }
  void Delete(const std::string& key) {
    WriteBatch batch;
    batch.Delete(key);
    ASSERT_TRUE(store_->Commit(std::move(batch)));
  }

  // Tombstones that one look for the first row of a table steps over.
  std::uint64_t CostOfFirst(std::uint32_t table) {
    const std::string prefix = TablePrefix({table});
    const std::uint64_t before = TombstonesSkipped();
    Cursor cursor = store_->Walk(prefix, PrefixEnd(prefix));
    cursor.SeekToFirst();
    return TombstonesSkipped() - before;
  }

  std::uint64_t Property(std::string_view wanted) const {
    for (const auto& [name, value] : store_->Properties()) {
      if (name == wanted) return value;
    }
    ADD_FAILURE() << "no property " << wanted;
    return 0;
  }

  static bool WaitFor(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  std::string directory_;
  std::unique_ptr<Store> store_;
};

TEST_P(AgingTest, TheFrontOfAQueueStaysNear) {
  constexpr int kMessages = 30'000, kBacklog = 10;
  for (int i = 0; i < kMessages; ++i) {
    Put(Key(1, i), "a message of some length");
    if (i >= kBacklog) Delete(Key(1, i - kBacklog));
    if (i % 100 == 0) CostOfFirst(1);
  }
  // The files are merged in the background.
  EXPECT_TRUE(WaitFor([&] { return CostOfFirst(1) < TombstoneRemoval::kMany; })) << CostOfFirst(1);
  for (int i = kMessages - kBacklog; i < kMessages; ++i) {
    std::string value;
    EXPECT_TRUE(*store_->Get(Key(1, i), value)) << i;
  }
}

TEST_P(AgingTest, AnEmptiedTableIsScannedAtOnce) {
  constexpr int kRows = 30'000;
  for (int i = 0; i < kRows; ++i) Put(Key(1, i), std::string(100, 'x'));
  Put(Key(2, 0), "another table's");
  for (int i = 0; i < kRows; ++i) Delete(Key(1, i));
  ASSERT_GT(CostOfFirst(1), std::uint64_t{kRows} / 2);
  EXPECT_TRUE(WaitFor([&] { return CostOfFirst(1) < TombstoneRemoval::kMany; })) << CostOfFirst(1);
  std::string value;
  EXPECT_TRUE(*store_->Get(Key(2, 0), value));
}

TEST_P(AgingTest, DeletedRangesGiveTheirSpaceBack) {
  constexpr int kRows = 40'000;
  for (int i = 0; i < kRows; ++i) {
    Put(Key(2, i), std::string(1000, 'x'));
    if (i % 10 == 0) Put(Key(3, i), "other");
  }
  // Full write buffers become files in the background.
  const auto size = [&] { return Property("rocksdb.total-sst-files-size"); };
  ASSERT_TRUE(WaitFor([&] { return size() > 20u << 20; })) << size();
  const std::uint64_t before = size();
  const std::string begin = TablePrefix({2}), end = PrefixEnd(begin);
  WriteBatch batch;
  batch.DeleteRange(begin, end);
  ASSERT_TRUE(store_->Commit(std::move(batch)));
  ASSERT_TRUE(store_->GiveBack(begin, end));
  EXPECT_TRUE(WaitFor([&] { return size() < before / 20; })) << size() << " of " << before;
  for (int i = 0; i < kRows; i += 10) {
    std::string value;
    ASSERT_TRUE(*store_->Get(Key(3, i), value)) << i;
    ASSERT_FALSE(*store_->Get(Key(2, i), value)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(OnDiskAndInMemory, AgingTest, testing::Bool(),
                         [](const auto& param) { return param.param ? "InMemory" : "OnDisk"; });

}  // namespace
}  // namespace dynarock
