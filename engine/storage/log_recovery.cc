#include "engine/storage/log_recovery.h"

#include <array>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

#include "engine/base/log.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLogExtension = ".log";
constexpr std::uint64_t kRecordHeader = 7;  // bytes: checksum, length, type

// The number in the name of a log file, 0 if it is another file.
std::uint64_t LogNumber(const fs::path& file) {
  std::uint64_t number = 0;
  const std::string name = file.stem().string();
  if (file.extension() == kLogExtension) std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

std::map<std::uint64_t, fs::path> LogFiles(const std::string& path) {
  std::map<std::uint64_t, fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (const std::uint64_t number = LogNumber(entry.path())) files.emplace(number, entry.path());
  }
  return files;
}

std::uint64_t SizeOf(const fs::path& file) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  return error ? 0 : size;
}

// Follows the replay of the log, record by record: their sequence numbers have no gaps. RocksDB by itself skips a block
// of zeros and replays what comes behind.
class LogReplay final : public rocksdb::WalFilter {
 public:
  // What becomes of records behind a gap: the database is not opened, or it is opened without them.
  enum class Gap { kRefuse, kDrop };
  explicit LogReplay(Gap gap) : gap_(gap) {}

  const char* Name() const override { return "dynarock.LogReplay"; }

  WalProcessingOption LogRecordFound(unsigned long long number, const std::string&,  // NOLINT: RocksDB's interface
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch*, bool*) override {
    std::uint64_t sequence = 0;
    std::memcpy(&sequence, batch.Data().data(), sizeof sequence);  // RocksDB writes it little endian
    if (next_ != 0 && sequence > next_) {
      return gap_ == Gap::kRefuse ? WalProcessingOption::kCorruptedRecord : WalProcessingOption::kStopReplay;
    }
    next_ = std::max(next_, sequence + batch.Count());
    replayed_[number] += batch.GetDataSize() + kRecordHeader;
    return WalProcessingOption::kContinueProcessing;
  }

  Gap gap() const { return gap_; }

  // Bytes of logs that were not replayed; logs older than the first replayed one are not needed any more.
  std::uint64_t DroppedOf(const std::map<std::uint64_t, std::uint64_t>& sizes) const {
    std::uint64_t dropped = 0;
    for (const auto& [number, size] : sizes) {
      if (!replayed_.empty() && number < replayed_.begin()->first) continue;
      const auto found = replayed_.find(number);
      const std::uint64_t replayed = found == replayed_.end() ? 0 : found->second;
      dropped += size > replayed ? size - replayed : 0;
    }
    return dropped;
  }

 private:
  const Gap gap_;
  std::uint64_t next_ = 0;                           // the sequence number that follows
  std::map<std::uint64_t, std::uint64_t> replayed_;  // bytes, by the log's number
};

// Hands errors on, and remembers the first log file that RocksDB reports as damaged.
class DamageLogger final : public rocksdb::Logger {
 public:
  explicit DamageLogger(std::shared_ptr<rocksdb::Logger> next)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), next_(std::move(next)) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level >= rocksdb::InfoLogLevel::ERROR_LEVEL) return next_->Logv(level, format, arguments);
    if (level != rocksdb::InfoLogLevel::WARN_LEVEL || std::strstr(format, "dropping %d bytes") == nullptr) return;
    std::array<char, 4096> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);  // NOLINT: RocksDB's interface is printf's
    const std::string_view line(text.data());
    const std::size_t end = line.find(kLogExtension);
    if (damaged_ == 0 && end != std::string_view::npos) {
      damaged_ = LogNumber(std::string(line.substr(0, end + kLogExtension.size())));
    }
  }

  std::uint64_t damaged() const { return damaged_; }

 private:
  const std::shared_ptr<rocksdb::Logger> next_;
  std::uint64_t damaged_ = 0;  // the log's number, 0 if none is
};

rocksdb::Status Open(rocksdb::Options options, const std::string& path,
                     const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                     const std::shared_ptr<LogReplay>& replay, OpenedDatabase& opened) {
  opened.replay = replay;
  options.wal_filter = replay.get();
  options.wal_recovery_mode = replay->gap() == LogReplay::Gap::kRefuse
                                  ? rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords
                                  : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, path, families, &opened.families, &db);
  opened.db.reset(db);
  return status;
}

ApiError CannotOpen(const std::string& path, const rocksdb::Status& status) {
  return InternalError("Cannot open the store in " + path + ": " + status.ToString() +
                       "; restore it from a copy, or name another directory.");
}

// Keeps the damaged log and those behind it under `directory`, beside RocksDB's, which is about to delete them.
void KeepLogs(const std::map<std::uint64_t, fs::path>& files, std::uint64_t damaged, const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  for (auto file = files.lower_bound(damaged); file != files.end(); ++file) {
    const fs::path kept = directory / file->second.filename();
    fs::create_hard_link(file->second, kept, error);
    if (error && !fs::exists(kept)) fs::copy_file(file->second, kept, fs::copy_options::overwrite_existing, error);
    if (error && !fs::exists(kept)) {
      Log(LogLevel::kError, "damaged log file could not be kept",
          {{"file", file->second.string()}, {"error", error.message()}});
    }
  }
}

// Opens the database as it was before the damage, and keeps the files with what is dropped.
Result<OpenedDatabase> OpenDamaged(const rocksdb::Options& options, const std::string& path,
                                   const std::vector<rocksdb::ColumnFamilyDescriptor>& families, std::uint64_t damaged,
                                   const std::string& kept_directory) {
  const std::map<std::uint64_t, fs::path> files = LogFiles(path);
  std::map<std::uint64_t, std::uint64_t> sizes;
  for (const auto& [number, file] : files) sizes.emplace(number, SizeOf(file));
  KeepLogs(files, damaged, kept_directory);
  OpenedDatabase opened;
  const auto replay = std::make_shared<LogReplay>(LogReplay::Gap::kDrop);
  rocksdb::Status status = Open(options, path, families, replay, opened);
  // The damaged log goes, so that the next start does not find it again.
  if (status.ok()) status = opened.db->Flush(rocksdb::FlushOptions(), opened.families);
  if (!status.ok()) return CannotOpen(path, status);
  const auto file = files.find(damaged);
  const std::string name = file == files.end() ? "" : file->second.filename().string();
  Log(LogLevel::kError, "log file damaged, the writes after the damage are lost; keep the file",
      {{"file", (fs::path(kept_directory) / name).string()}, {"dropped_bytes", replay->DroppedOf(sizes)}});
  return opened;
}

}  // namespace

Result<OpenedDatabase> OpenAndReplay(rocksdb::Options options, const std::string& path,
                                     const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                                     const RecoveryOptions& recovery) {
  const auto logger = std::make_shared<DamageLogger>(options.info_log);
  rocksdb::Options watched = options;
  watched.info_log = logger;
  OpenedDatabase opened;
  const rocksdb::Status status =
      Open(watched, path, families, std::make_shared<LogReplay>(LogReplay::Gap::kRefuse), opened);
  if (status.ok()) {
    logger->SetInfoLogLevel(rocksdb::InfoLogLevel::ERROR_LEVEL);
    return opened;
  }
  if (logger->damaged() == 0 || recovery.kept_directory.empty()) return CannotOpen(path, status);
  opened = {};
  if (!recovery.strict) return OpenDamaged(options, path, families, logger->damaged(), recovery.kept_directory);
  const auto files = LogFiles(path);
  const auto file = files.find(logger->damaged());
  return InternalError("Cannot open the store in " + path + ": its log file " +
                       (file == files.end() ? "" : file->second.filename().string()) +
                       " is damaged; restore the directory from a copy, or start without --strict-recovery to lose the "
                       "writes after the damage.");
}

}  // namespace dynarock
