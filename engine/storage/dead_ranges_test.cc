#include "engine/storage/dead_ranges.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "engine/storage/key_encoding.h"
#include "engine/storage/store.h"
#include "engine/storage/tombstones.h"

namespace dynarock {
namespace {

constexpr int kDeleted = 500;  // fewer than what has a write buffer flushed

class DeadRangesTest : public testing::Test {
 protected:
  DeadRangesTest() {
    auto opened = Store::Open({.in_memory = true});
    EXPECT_TRUE(opened);
    store_ = std::move(*opened);
  }

  static std::string Prefix(int table = 1) { return TablePrefix({static_cast<std::uint32_t>(table)}); }
  static std::string Key(int number, int table = 1) {
    const std::string digits = std::to_string(number);
    return Prefix(table) + std::string(8 - digits.size(), '0') + digits;
  }

  void Put(const std::string& key) {
    WriteBatch batch;
    batch.Put(key, "value");
    ASSERT_TRUE(store_->Commit(std::move(batch)));
  }
  void Delete(const std::string& key) {
    WriteBatch batch;
    batch.Delete(key);
    ASSERT_TRUE(store_->Commit(std::move(batch)));
  }
  void PutAndDelete(int first, int last) {
    for (int i = first; i < last; ++i) Put(Key(i));
    for (int i = first; i < last; ++i) Delete(Key(i));
  }

  Cursor Walk(const Snapshot* snapshot = nullptr) const {
    return store_->Walk(Prefix(), PrefixEnd(Prefix()), snapshot);
  }

  static std::string KeyAt(const Cursor& cursor) { return cursor.Valid() ? std::string(cursor.key()) : ""; }
  std::string First(const Snapshot* snapshot = nullptr) const {
    Cursor cursor = Walk(snapshot);
    cursor.SeekToFirst();
    return KeyAt(cursor);
  }
  std::string Last() const {
    Cursor cursor = Walk();
    cursor.SeekToLast();
    return KeyAt(cursor);
  }
  template <class Look>
  static std::uint64_t Cost(const Look& look) {
    const std::uint64_t before = TombstonesSkipped();
    look();
    return TombstonesSkipped() - before;
  }

  std::unique_ptr<Store> store_;
};

TEST_F(DeadRangesTest, TheThirdLookPassesWhatTheSecondSteppedOver) {
  Put(Key(kDeleted));
  PutAndDelete(0, kDeleted);
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), kDeleted);  // writes are announced from here on
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), kDeleted);
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), 0u);
  EXPECT_EQ(Cost([&] {
              Cursor cursor = Walk();
              cursor.Seek(Key(kDeleted / 2));
              EXPECT_EQ(KeyAt(cursor), Key(kDeleted));
            }),
            0u);
  // Backwards, from inside of the range and from a key beyond it.
  EXPECT_EQ(Cost([&] {
              Cursor cursor = Walk();
              cursor.SeekForPrev(Key(kDeleted / 2));
              EXPECT_EQ(KeyAt(cursor), "");
            }),
            0u);
  EXPECT_EQ(Last(), Key(kDeleted));
}

TEST_F(DeadRangesTest, TheEndOfAStackStaysNear) {
  Put(Key(0));
  PutAndDelete(1, kDeleted);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Last(), Key(0));
  EXPECT_EQ(Cost([&] { EXPECT_EQ(Last(), Key(0)); }), 0u);
  Put(Key(kDeleted / 2));
  EXPECT_EQ(Last(), Key(kDeleted / 2));
  Delete(Key(kDeleted / 2));
  EXPECT_EQ(Last(), Key(0));
}

TEST_F(DeadRangesTest, APutEndsTheRangeAtItsKey) {
  Put(Key(kDeleted));
  PutAndDelete(0, kDeleted);
  for (int i = 0; i < 3; ++i) First();
  Put(Key(100));
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(100)); }), 0u);
  Put(Key(0));
  EXPECT_EQ(First(), Key(0));
  Delete(Key(0));
  EXPECT_EQ(First(), Key(100));
  Delete(Key(100));
  EXPECT_EQ(First(), Key(kDeleted));
}

TEST_F(DeadRangesTest, AnEmptyTableIsPassedUntilARowComes) {
  PutAndDelete(0, kDeleted);
  Put(Key(0, 2));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(First(), "");
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), ""); }), 0u);
  EXPECT_EQ(Cost([&] { EXPECT_EQ(Last(), ""); }), 0u);
  Put(Key(kDeleted + 7));
  EXPECT_EQ(First(), Key(kDeleted + 7));
  EXPECT_EQ(Last(), Key(kDeleted + 7));
}

TEST_F(DeadRangesTest, AnOlderSnapshotSeesTheRows) {
  Put(Key(kDeleted));
  PutAndDelete(0, kDeleted);
  for (int i = 0; i < 3; ++i) First();  // writes are announced
  for (int i = 0; i < kDeleted; ++i) Put(Key(i));
  const std::unique_ptr<Snapshot> before = store_->TakeSnapshot();
  for (int i = 0; i < kDeleted; ++i) Delete(Key(i));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(First(), Key(kDeleted));
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), 0u);
  EXPECT_EQ(First(before.get()), Key(0));
}

TEST_F(DeadRangesTest, ASnapshotThatMissesAPutTeachesNothing) {
  Put(Key(kDeleted));
  PutAndDelete(0, kDeleted);
  First();
  const std::unique_ptr<Snapshot> before = store_->TakeSnapshot();
  Put(Key(10));
  EXPECT_EQ(First(before.get()), Key(kDeleted));
  EXPECT_EQ(First(), Key(10));
}

TEST_F(DeadRangesTest, AnnouncementsEndWhenNoRangeIsOfUse) {
  Put(Key(kDeleted));
  PutAndDelete(0, kDeleted);
  for (int i = 0; i < 3; ++i) First();
  for (int i = 0; i < 1'001; ++i) {
    WriteBatch batch;
    for (int j = 0; j < 100; ++j) batch.Put(Key(j, 2), "value");
    ASSERT_TRUE(store_->Commit(std::move(batch)));
  }
  // Known again after two looks.
  Put(Key(5));
  EXPECT_EQ(First(), Key(5));
  Delete(Key(5));
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), kDeleted);
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), kDeleted);
  EXPECT_EQ(Cost([&] { EXPECT_EQ(First(), Key(kDeleted)); }), 0u);
}

TEST_F(DeadRangesTest, MostRangesStayWhenThereAreTooMany) {
  constexpr int kTables = 1'100, kRows = 120;
  const auto first = [&](int table) {
    Cursor cursor = store_->Walk(Prefix(table), PrefixEnd(Prefix(table)));
    cursor.SeekToFirst();
    return KeyAt(cursor);
  };
  for (int table = 2; table < kTables; ++table) {
    WriteBatch batch;
    for (int i = 0; i <= kRows; ++i) batch.Put(Key(i, table), "value");
    for (int i = 0; i < kRows; ++i) batch.Delete(Key(i, table));
    ASSERT_TRUE(store_->Commit(std::move(batch)));
  }
  std::uint64_t passed = 0;
  for (int round = 0; round < 3; ++round) {
    passed = 0;
    for (int table = 2; table < kTables; ++table) {
      passed += Cost([&] { EXPECT_EQ(first(table), Key(kRows, table)); }) == 0 ? 1 : 0;
    }
  }
  EXPECT_GT(passed, std::uint64_t{kTables} / 2);
}

// A queue whose messages sometimes return to its front, and readers who know the front if it did not change meanwhile.
TEST_F(DeadRangesTest, ReadersBesideAWriterSeeTheFront) {
  constexpr int kMessages = 20'000, kBacklog = 5;
  std::atomic<int> front = 0;
  std::atomic<int> changes = 0;  // of the front; odd while one is under way
  std::atomic<int> seen = 0;
  std::atomic<bool> ends = false;
  const auto read = [&] {
    while (!ends) {
      const int before = changes.load(), expected = front.load();
      const std::string first = First();
      if (before % 2 != 0 || changes.load() != before) continue;
      ASSERT_EQ(first, Key(expected));
      ++seen;
    }
  };
  const auto move_front = [&](int to, const auto& change) {
    ++changes;
    change();
    front = to;
    ++changes;
  };
  for (int i = 0; i < kBacklog; ++i) Put(Key(i));
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) readers.emplace_back(read);
  std::mt19937 random(1);
  for (int i = 0; i < kMessages; ++i) {
    Put(Key(i + kBacklog));
    move_front(i + 1, [&] { Delete(Key(i)); });
    if (random() % 100 != 0 || i < 50) continue;
    const int back = i - static_cast<int>(random() % 50);
    move_front(back, [&] { Put(Key(back)); });
    EXPECT_EQ(First(), Key(back));
    move_front(i + 1, [&] { Delete(Key(back)); });
    EXPECT_EQ(First(), Key(i + 1));
  }
  ends = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace dynarock
