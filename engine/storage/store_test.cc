#include "engine/storage/store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "engine/storage/counters.h"
#include "engine/storage/key_encoding.h"

namespace dynarock {
namespace {

class StoreTest : public testing::TestWithParam<bool> {
 protected:
  StoreTest() {
    char pattern[] = "/tmp/dynarock-store-XXXXXX";
    directory_ = mkdtemp(pattern);
  }
  ~StoreTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<Store> Open() {
    auto store = Store::Open({.directory = directory_, .in_memory = GetParam()});
    EXPECT_TRUE(store) << (store ? "" : store.error().message);
    return std::move(*store);
  }

  std::string directory_;
};

void Put(Store& store, std::string_view key, std::string_view value, const CommitOptions& options = {}) {
  WriteBatch batch;
  batch.Put(key, value);
  ASSERT_TRUE(store.Commit(std::move(batch), options));
}

std::string Get(const Store& store, std::string_view key) {
  std::string value;
  const auto found = store.Get(key, value);
  return found && *found ? value : "-";
}

TEST_P(StoreTest, PutGetDelete) {
  auto store = Open();
  Put(*store, "a", "1");
  EXPECT_EQ(Get(*store, "a"), "1");
  WriteBatch batch;
  batch.Delete("a");
  batch.Put("b", "2");
  ASSERT_TRUE(store->Commit(std::move(batch)));
  EXPECT_EQ(Get(*store, "a"), "-");
  EXPECT_EQ(Get(*store, "b"), "2");
}

TEST_P(StoreTest, CursorsStayInBoundsAndSnapshots) {
  auto store = Open();
  for (const char* key : {"a1", "a2", "a3", "b1"}) Put(*store, key, key);
  const auto snapshot = store->TakeSnapshot();
  Put(*store, "a4", "late");
  Cursor cursor = store->Walk("a", "b", snapshot.get());
  std::string keys;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) keys += std::string(cursor.key()) + " ";
  EXPECT_EQ(keys, "a1 a2 a3 ");
  keys.clear();
  for (cursor.SeekForPrev("a25"); cursor.Valid(); cursor.Prev()) keys += std::string(cursor.key()) + " ";
  EXPECT_EQ(keys, "a2 a1 ");
  std::string value;
  EXPECT_FALSE(*store->Get("a4", *snapshot, value));
  EXPECT_EQ(Get(*store, "a4"), "late");
}

TEST_P(StoreTest, CountersAddUp) {
  auto store = Open();
  for (int i = 0; i < 10; ++i) {
    WriteBatch batch;
    batch.AddCounters("c", {{0, 1, 100}, {3, -1, -7}});
    ASSERT_TRUE(store->Commit(std::move(batch)));
  }
  const auto counters = DecodeCounters(Get(*store, "c"));
  ASSERT_EQ(counters.size(), 2u);
  EXPECT_EQ(counters[0].items, 10);
  EXPECT_EQ(counters[0].bytes, 1000);
  EXPECT_EQ(counters[1].index, 3);
  EXPECT_EQ(counters[1].items, -10);
  EXPECT_EQ(counters[1].bytes, -70);
}

TEST_P(StoreTest, DeleteRange) {
  auto store = Open();
  for (const char* key : {"a1", "a2", "b1"}) Put(*store, key, key);
  WriteBatch batch;
  batch.DeleteRange("a", "b");
  ASSERT_TRUE(store->Commit(std::move(batch)));
  EXPECT_EQ(Get(*store, "a2"), "-");
  EXPECT_EQ(Get(*store, "b1"), "b1");
}

INSTANTIATE_TEST_SUITE_P(OnDiskAndInMemory, StoreTest, testing::Bool(),
                         [](const auto& param) { return param.param ? "InMemory" : "OnDisk"; });

class StoreOnDiskTest : public StoreTest {};

TEST_P(StoreOnDiskTest, KeepsDataOverReopening) {
  {
    auto store = Open();
    Put(*store, "a", "1");
    WriteBatch batch;
    batch.AddCounters("c", {{0, 1, 5}});
    ASSERT_TRUE(store->Commit(std::move(batch)));
  }
  auto store = Open();
  EXPECT_EQ(Get(*store, "a"), "1");
  EXPECT_EQ(DecodeCounters(Get(*store, "c"))[0].bytes, 5);
}

TEST_P(StoreOnDiskTest, CompactionDropsWhatIsGone) {
  const auto size = [](const Store& store) {
    for (const auto& [name, value] : store.Properties()) {
      if (name == "rocksdb.total-sst-files-size") return value;
    }
    return std::uint64_t{0};
  };
  std::mt19937 random(7);
  std::string value(1000, ' ');
  auto store = Open();
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 1000; ++i) {
      for (char& letter : value) letter = static_cast<char>(random());
      Put(*store, "key" + std::to_string(i), value);
    }
    store.reset();
    store = Open();
  }
  const std::uint64_t before = size(*store);
  ASSERT_TRUE(store->Compact());
  EXPECT_LT(size(*store), before / 2);
  EXPECT_EQ(Get(*store, "key999"), value);
}

// What was committed by a process that dies without closing is there.
TEST_P(StoreOnDiskTest, KeepsDataOverKill) {
  const pid_t child = fork();
  if (child == 0) {
    auto store = Store::Open({.directory = directory_});
    WriteBatch batch;
    batch.Put("a", "acknowledged");
    batch.AddCounters("c", {{0, 1, 5}});
    if (!store || !(*store)->Commit(std::move(batch))) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto store = Open();
  EXPECT_EQ(Get(*store, "a"), "acknowledged");
  EXPECT_EQ(DecodeCounters(Get(*store, "c"))[0].items, 1);
}

// Cuts the last bytes off the newest log, as a machine does that dies while it writes them.
void TearNewestLog(const std::filesystem::path& directory) {
  std::filesystem::path newest;
  for (const auto& file : std::filesystem::directory_iterator(directory / "rocksdb")) {
    const bool has_records = file.path().extension() == ".log" && file.file_size() > 0;
    if (has_records && file.path().filename() > newest.filename()) newest = file.path();
  }
  std::filesystem::resize_file(newest, std::filesystem::file_size(newest) - 3);
}

// A log that was replayed is not flushed at once: it is there beside the next one when the store dies again.
TEST_P(StoreOnDiskTest, KeepsDataOverKillsBehindTornLogs) {
  constexpr int kLives = 4;
  const auto change = [](int life) { return ChangeKey({1}, {1, 0}, static_cast<std::uint64_t>(life)); };
  for (int life = 0; life < kLives; ++life) {
    const pid_t child = fork();
    if (child == 0) {
      auto store = Store::Open({.directory = directory_});
      WriteBatch batch;
      batch.Put("row" + std::to_string(life), "acknowledged");
      batch.Put(change(life), "change");
      batch.AddCounters("c", {{0, 1, 5}});
      if (!store || !(*store)->Commit(std::move(batch))) _exit(1);
      Put(**store, "torn", "1");
      kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "life " << life;
    TearNewestLog(directory_);
  }
  auto store = Open();
  for (int life = 0; life < kLives; ++life) EXPECT_EQ(Get(*store, "row" + std::to_string(life)), "acknowledged");
  int changes = 0;
  const std::string shard = ShardPrefix({1}, {1, 0});
  Cursor cursor = store->Walk(shard, PrefixEnd(shard));
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) EXPECT_EQ(cursor.key(), change(changes++));
  EXPECT_EQ(changes, kLives);
  EXPECT_EQ(Get(*store, "torn"), "-");
  EXPECT_EQ(DecodeCounters(Get(*store, "c"))[0].items, kLives);
}

// Only the commits that ask for it are logged later, by LogCommits or with a commit that is logged at once.
TEST_P(StoreOnDiskTest, LogsManyCommitsAtOnce) {
  const pid_t child = fork();
  if (child == 0) {
    auto store = Store::Open({.directory = directory_});
    if (!store || (*store)->HasUnlogged()) _exit(1);
    UnloggedCommits unlogged;
    for (const char* key : {"a", "b"}) Put(**store, key, "1", {.log_later = &unlogged});
    if (!(*store)->HasUnlogged() || Get(**store, "b") != "1") _exit(2);
    if (!(*store)->LogCommits(unlogged) || (*store)->HasUnlogged()) _exit(3);
    Put(**store, "c", "1");
    if ((*store)->HasUnlogged()) _exit(4);
    Put(**store, "d", "1", {.log_later = &unlogged});
    (*store)->LogCommits();  // as a reader, of what others committed
    if ((*store)->HasUnlogged()) _exit(5);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  auto store = Open();
  for (const char* key : {"a", "b", "c", "d"}) EXPECT_EQ(Get(*store, key), "1") << key;
}

INSTANTIATE_TEST_SUITE_P(OnDisk, StoreOnDiskTest, testing::Values(false), [](const auto&) { return "OnDisk"; });

}  // namespace
}  // namespace dynarock
