// Files that were damaged: what is read is right, and what is lost is named.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "engine/storage/store.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr int kRows = 400;
constexpr std::size_t kValueSize = 1000;

class DamageTest : public testing::Test {
 protected:
  DamageTest() {
    char pattern[] = "/tmp/dynarock-damage-XXXXXX";
    directory_ = mkdtemp(pattern);
  }
  ~DamageTest() override { fs::remove_all(directory_); }

  static std::string KeyOf(int row) { return "row" + std::to_string(1000 + row); }
  static std::string ValueOf(int row) {
    std::mt19937 random(static_cast<unsigned>(row));
    std::string value(kValueSize, ' ');
    for (char& letter : value) letter = static_cast<char>('a' + random() % 26);
    return value;
  }

  Result<void> WriteRows() const {
    TRY(const auto store, Open());
    for (int row = 0; row < kRows; ++row) {
      WriteBatch batch;
      batch.Put(KeyOf(row), ValueOf(row));
      TRY_VOID(store->Commit(std::move(batch)));
    }
    if (getpid() != parent_) kill(getpid(), SIGKILL);
    return {};
  }

  // Rows in a log: a process writes them one by one, and is killed.
  void WriteLog() {
    const pid_t child = fork();
    if (child == 0) _exit(WriteRows() ? 0 : 1);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  // The largest file of RocksDB's that ends so.
  fs::path Largest(std::string_view extension) const {
    fs::path found;
    for (const auto& file : fs::directory_iterator(fs::path(directory_) / "rocksdb")) {
      if (file.path().extension() != extension) continue;
      if (found.empty() || file.file_size() > fs::file_size(found)) found = file.path();
    }
    EXPECT_GT(fs::file_size(found), kRows * kValueSize / 2) << found;
    return found;
  }

  static void Overwrite(const fs::path& file, std::uintmax_t place, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(place));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  Result<std::unique_ptr<Store>> Open(bool strict = false) const {
    return Store::Open({.directory = directory_, .strict_recovery = strict});
  }

  // How many rows are there; they are the first ones, and right.
  static int RowsOf(const Store& store) {
    int rows = 0;
    std::string value;
    while (rows < kRows && *store.Get(KeyOf(rows), value)) {
      EXPECT_EQ(value, ValueOf(rows)) << rows;
      ++rows;
    }
    for (int row = rows; row < kRows; ++row) EXPECT_FALSE(*store.Get(KeyOf(row), value)) << row << " after a gap";
    return rows;
  }

  int KeptFiles() const {
    std::error_code error;
    int files = 0;
    for ([[maybe_unused]] const auto& file : fs::directory_iterator(fs::path(directory_) / "damaged-logs", error)) {
      ++files;
    }
    return files;
  }

  // Opening refuses if it is strict. If not it keeps the log, goes back to before the damage, and goes on from there.
  void ExpectDropsTheEnd() {
    const auto refused = Open(true);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is damaged; restore the directory from a copy"), std::string::npos)
        << refused.error().message;
    testing::internal::CaptureStderr();
    {
      const auto store = Open();
      ASSERT_TRUE(store) << store.error().message;
      const int rows = RowsOf(**store);
      EXPECT_GT(rows, kRows / 4);
      EXPECT_LT(rows, kRows * 3 / 4);
      WriteBatch batch;
      batch.Put("later", "1");
      ASSERT_TRUE((*store)->Commit(std::move(batch)));
    }
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("damaged-logs/"), std::string::npos) << log;
    EXPECT_NE(log.find("dropped_bytes="), std::string::npos) << log;
    EXPECT_EQ(KeptFiles(), 1);
    testing::internal::CaptureStderr();
    const auto again = Open(true);
    ASSERT_TRUE(again) << again.error().message;
    std::string value;
    EXPECT_TRUE(*(*again)->Get("later", value));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  }

  std::string directory_;
  const pid_t parent_ = getpid();
};

TEST_F(DamageTest, ALogWithAWrongByteLosesTheWritesBehindIt) {
  WriteLog();
  const fs::path log = Largest(".log");
  Overwrite(log, fs::file_size(log) / 2, "\x01\x02\x03");
  ExpectDropsTheEnd();
}

// RocksDB itself passes over zeros, and would replay what follows them.
TEST_F(DamageTest, ALogWithABlockOfZerosLosesTheWritesBehindIt) {
  WriteLog();
  const fs::path log = Largest(".log");
  constexpr std::uintmax_t kBlock = 32 << 10;
  Overwrite(log, fs::file_size(log) / 2 / kBlock * kBlock, std::string(kBlock, '\0'));
  ExpectDropsTheEnd();
}

TEST_F(DamageTest, ATornEndIsNoDamage) {
  WriteLog();
  const fs::path log = Largest(".log");
  fs::resize_file(log, fs::file_size(log) - 10);
  const auto store = Open(true);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(RowsOf(**store), kRows - 1);
  EXPECT_EQ(KeptFiles(), 0);
}

// A table file with a wrong byte, wherever that is: opening fails, or reading does, or what is read is right.
TEST_F(DamageTest, ADamagedTableFileIsNeverReadWrong) {
  ASSERT_TRUE(WriteRows());
  const fs::path table = Largest(".sst");
  const std::uintmax_t size = fs::file_size(table);
  int noticed = 0;
  constexpr int kPlaces = 24;
  for (int i = 0; i < kPlaces; ++i) {
    const std::uintmax_t place = size * static_cast<std::uintmax_t>(i) / kPlaces + 7;
    std::fstream stream(table, std::ios::in | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(place));
    const char right = static_cast<char>(stream.get());
    Overwrite(table, place, std::string(1, static_cast<char>(right ^ 0x40)));
    bool is_noticed = false;
    if (const auto store = Open(); store) {
      for (int row = 0; row < kRows; ++row) {
        std::string value;
        const auto found = (*store)->Get(KeyOf(row), value);
        is_noticed = is_noticed || !found;
        EXPECT_TRUE(!found || (*found && value == ValueOf(row))) << "byte " << place << ", row " << row;
      }
    } else {
      is_noticed = true;
    }
    noticed += is_noticed ? 1 : 0;
    Overwrite(table, place, std::string(1, right));
  }
  EXPECT_GT(noticed, kPlaces / 2);
}

}  // namespace
}  // namespace dynarock
