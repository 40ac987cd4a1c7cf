#include "engine/storage/log_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>

#include "engine/base/faulty_disk.h"
#include "engine/storage/store.h"

namespace dynarock {
namespace {

using Patience = LogFiles::Patience;

// What became of one file.
struct Written {
  std::string bytes;
  std::string synced;
  bool is_closed = false;
};

class MemoryFile final : public rocksdb::FSWritableFile {
 public:
  explicit MemoryFile(Written& written) : written_(written) {}
  using FSWritableFile::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    if (written_.is_closed) return rocksdb::IOStatus::IOError("closed");
    written_.bytes += bytes.ToString();
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    if (written_.is_closed) return rocksdb::IOStatus::IOError("closed");
    written_.synced = written_.bytes;
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    written_.is_closed = true;
    return rocksdb::IOStatus::OK();
  }

 private:
  Written& written_;
};

class LogFilesTest : public testing::Test {
 protected:
  std::unique_ptr<rocksdb::FSWritableFile> Make(Written& written) {
    return files_.Wrap(std::make_unique<MemoryFile>(written));
  }
  static rocksdb::IOStatus Append(rocksdb::FSWritableFile& file, const char* bytes) {
    return file.Append(bytes, rocksdb::IOOptions(), nullptr);
  }
  // A thread that writes the log, and is in the write when this returns.
  std::thread WriteInBackground() {
    const int before = disk_.writes();
    std::thread thread([this] { background_ = files_.Write(false, Patience::kUnlimited); });
    disk_.AwaitWrites(before + 1);
    return thread;
  }

  FaultyDisk disk_;
  LogFiles files_{[this] { return disk_.Write(); }};
  rocksdb::IOStatus background_;
};

TEST_F(LogFilesTest, WritesWhatWasAppendedInItsOrder) {
  Written old, next;
  const auto first = Make(old), second = Make(next);
  ASSERT_TRUE(Append(*first, "a").ok());
  ASSERT_TRUE(Append(*first, "b").ok());
  ASSERT_TRUE(Append(*second, "c").ok());
  EXPECT_EQ(old.bytes, "");
  ASSERT_TRUE(files_.Write(false, Patience::kUnlimited).ok());
  EXPECT_EQ(old.bytes + "|" + next.bytes, "ab|c");
  EXPECT_EQ(old.synced, "");
  ASSERT_TRUE(Append(*second, "d").ok());
  ASSERT_TRUE(files_.Write(true, Patience::kUnlimited).ok());
  EXPECT_EQ(old.synced + "|" + next.synced, "ab|cd");
  ASSERT_TRUE(Append(*first, "e").ok());
  ASSERT_TRUE(first->Close(rocksdb::IOOptions(), nullptr).ok());
  EXPECT_EQ(old.bytes, "abe");
  ASSERT_TRUE(Append(*second, "f").ok());
  ASSERT_TRUE(files_.Write(true, Patience::kUnlimited).ok());
  EXPECT_EQ(next.synced, "cdf");
}

TEST_F(LogFilesTest, AFrozenDiskHoldsUpNeitherAppendsNorReaders) {
  Written written;
  const auto file = Make(written);
  ASSERT_TRUE(Append(*file, "a").ok());
  disk_.Freeze();
  std::thread writer = WriteInBackground();
  ASSERT_TRUE(Append(*file, "b").ok());
  EXPECT_TRUE(files_.Write(false, Patience::kUntilItStalls).IsTimedOut());
  disk_.Thaw();
  writer.join();
  EXPECT_TRUE(background_.ok());
  EXPECT_TRUE(files_.Write(false, Patience::kUntilItStalls).ok());
  EXPECT_EQ(written.bytes, "ab");
}

TEST_F(LogFilesTest, OneWriteServesAllThatWaited) {
  constexpr int kThreads = 8;
  Written written;
  const auto file = Make(written);
  ASSERT_TRUE(Append(*file, "a").ok());
  disk_.Freeze();
  std::thread writer = WriteInBackground();
  std::vector<std::future<rocksdb::IOStatus>> others;
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(Append(*file, "b").ok());
    others.push_back(std::async(std::launch::async, [this] { return files_.Write(true, Patience::kUnlimited); }));
  }
  disk_.Thaw();
  for (auto& other : others) EXPECT_TRUE(other.get().ok());
  writer.join();
  EXPECT_EQ(written.synced, "a" + std::string(kThreads, 'b'));
  EXPECT_EQ(disk_.writes(), 2);
}

TEST_F(LogFilesTest, AFileWhoseWriteFailedTakesNoMore) {
  Written broken, fine;
  const auto first = Make(broken);
  ASSERT_TRUE(Append(*first, "a").ok());
  disk_.Break();
  EXPECT_TRUE(files_.Write(false, Patience::kUnlimited).IsIOError());
  EXPECT_TRUE(Append(*first, "b").IsIOError());
  EXPECT_TRUE(first->Flush(rocksdb::IOOptions(), nullptr).IsIOError());
}

class FrozenStoreTest : public testing::Test {
 protected:
  FrozenStoreTest() {
    char pattern[] = "/tmp/dynarock-store-XXXXXX";
    directory_ = mkdtemp(pattern);
    auto store = Store::Open({.directory = directory_, .log_fault = [this] { return disk_.Write(); }});
    EXPECT_TRUE(store);
    store_ = std::move(*store);
  }
  ~FrozenStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  Result<void> Put(const std::string& key, const std::string& value, const CommitOptions& options = {}) {
    WriteBatch batch;
    batch.Put(key, value);
    return store_->Commit(std::move(batch), options);
  }

  std::string directory_;
  FaultyDisk disk_;
  std::unique_ptr<Store> store_;
};

// Write buffers fill meanwhile, so RocksDB begins new logs and takes locks that reads need.
TEST_F(FrozenStoreTest, IsReadAndWrittenWhileItsLogWaits) {
  constexpr int kRows = 400;
  disk_.Freeze();
  std::atomic<bool> is_logged = false;
  std::thread writer([&] {
    EXPECT_TRUE(Put("first", "1"));
    is_logged = true;
  });
  disk_.AwaitWrites(1);
  UnloggedCommits unlogged;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(Put("row" + std::to_string(i), std::string(40'000, 'x'), {.log_later = &unlogged}));
    ASSERT_FALSE(store_->LogCommits());
    std::string value;
    ASSERT_TRUE(*store_->Get("first", value));
    const auto snapshot = store_->TakeSnapshot();
    Cursor cursor = store_->Walk("row", "rox", snapshot.get());
    cursor.SeekToFirst();
    ASSERT_TRUE(cursor.Valid());
  }
  EXPECT_FALSE(is_logged);
  disk_.Thaw();
  EXPECT_TRUE(store_->LogCommits(unlogged));
  writer.join();
  EXPECT_FALSE(store_->HasUnlogged());
}

TEST_F(FrozenStoreTest, ABrokenLogFailsWritesAndNotReads) {
  ASSERT_TRUE(Put("a", "1"));
  disk_.Break();
  testing::internal::CaptureStderr();
  EXPECT_FALSE(Put("b", "2"));
  std::string value;
  EXPECT_TRUE(*store_->Get("a", value));
  EXPECT_FALSE(store_->LogCommits());
  UnloggedCommits none;
  EXPECT_TRUE(store_->LogCommits(none));
  EXPECT_FALSE(Put("c", "3"));
  const std::string messages = testing::internal::GetCapturedStderr();
  const std::size_t first = messages.find("writes fail");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(messages.find("writes fail", first + 1), std::string::npos) << messages;  // once until they succeed
}

}  // namespace
}  // namespace dynarock
