#include "engine/storage/store.h"

#include <malloc.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include "engine/base/log.h"
#include "engine/storage/counters.h"
#include "engine/storage/cursor_rep.h"
#include "engine/storage/dead_ranges.h"
#include "engine/storage/disk_space.h"
#include "engine/storage/key_encoding.h"
#include "engine/storage/log_files.h"
#include "engine/storage/log_recovery.h"
#include "engine/storage/store_directory.h"
#include "engine/storage/store_environment.h"
#include "engine/storage/store_options.h"
#include "engine/storage/tombstones.h"
#include "engine/storage/write_room.h"

namespace dynarock {
namespace {

rocksdb::Slice ToSlice(std::string_view view) {
  return {view.data(), view.size()};
}

ApiError StorageError(const rocksdb::Status& status) {
  return InternalError("storage: " + status.ToString());
}

constexpr std::chrono::milliseconds kWaitStep{1};
constexpr std::size_t kUsualBatchSize = 4 << 10;  // bytes, so that most batches are one allocation

}  // namespace

struct WriteBatch::Rep {
  rocksdb::WriteBatch batch{kUsualBatchSize};  // of all but changes
  std::vector<std::pair<std::string, std::string>> changes;
  std::vector<std::pair<std::string, std::string>> trimmed;  // ranges of changes
};

WriteBatch::WriteBatch() : rep_(std::make_unique<Rep>()) {}
WriteBatch::~WriteBatch() = default;
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch& WriteBatch::operator=(WriteBatch&&) noexcept = default;

// Adding to a batch in memory can't fail; Commit reports what the store makes of it.
void WriteBatch::Put(std::string_view key, std::string_view value) {
  if (IsChangeKey(key)) {
    rep_->changes.emplace_back(key, value);
    return;
  }
  static_cast<void>(rep_->batch.Put(ToSlice(key), ToSlice(value)));
}
void WriteBatch::Delete(std::string_view key) {
  static_cast<void>(rep_->batch.Delete(ToSlice(key)));
}
void WriteBatch::DeleteRange(std::string_view begin, std::string_view end) {
  if (IsChangeKey(begin)) {
    rep_->trimmed.emplace_back(begin, end);
    return;
  }
  static_cast<void>(rep_->batch.DeleteRange(ToSlice(begin), ToSlice(end)));
}
void WriteBatch::AddCounters(std::string_view key, const std::vector<CounterDelta>& deltas) {
  static_cast<void>(rep_->batch.Merge(ToSlice(key), EncodeCounters(SumByIndex(deltas))));
}
bool WriteBatch::empty() const {
  return rep_->batch.Count() == 0 && rep_->changes.empty() && rep_->trimmed.empty();
}

std::size_t WriteBatch::size() const {
  return rep_->batch.GetDataSize();
}

Snapshot::~Snapshot() {
  static_cast<rocksdb::DB*>(const_cast<void*>(db_))  // NOLINT: the header names no RocksDB type
      ->ReleaseSnapshot(static_cast<const rocksdb::Snapshot*>(snapshot_));
}

struct Store::Rep {
  std::optional<StoreDirectory> directory;  // locked until the database is closed
  std::unique_ptr<LogFiles> log;            // null in memory
  std::unique_ptr<rocksdb::Env> environment;
  bool in_memory = false;
  std::shared_ptr<WriteRoom> room = std::make_shared<WriteRoom>();
  TombstoneRemoval removal;
  mutable DeadRanges dead;
  std::shared_ptr<rocksdb::WalFilter> replay;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::ColumnFamilyHandle* rows = nullptr;
  rocksdb::ColumnFamilyHandle* changes = nullptr;
  rocksdb::WriteOptions write_options;
  bool sync = false;
  mutable std::atomic<rocksdb::SequenceNumber> logged = 0;  // up to this one all is in the log
  mutable OnceUntilCleared failing;
  std::unique_ptr<DiskSpace> disk;  // null in memory

  rocksdb::ColumnFamilyHandle* FamilyOf(std::string_view key) const { return IsChangeKey(key) ? changes : rows; }

  // Waits for room for `longest_wait` at most.
  Result<void> Write(rocksdb::WriteBatch& batch, std::chrono::milliseconds longest_wait) const {
    if (disk && disk->IsShort()) return Noted(rocksdb::Status::NoSpace("the disk is nearly full; make room on it"));
    const DeadRanges::Announcement announcement(dead, batch);
    rocksdb::WriteOptions options = write_options;
    options.no_slowdown = longest_wait != CommitOptions::kAsLongAsItTakes;
    rocksdb::Status status = db->Write(options, &batch);
    if (!status.IsIncomplete()) return Noted(status);
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (status.IsIncomplete() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(kWaitStep);
      status = db->Write(options, &batch);
    }
    return Noted(status);
  }

  // Writes the log as far as it is visible. Errors: TimedOut if it stalls and `patience` has an end.
  rocksdb::Status WriteLog(bool syncs, LogFiles::Patience patience) const {
    const rocksdb::SequenceNumber visible = db->GetLatestSequenceNumber();
    rocksdb::Status status = db->FlushWAL(false);
    if (status.ok()) {
      status = log->Write(syncs, patience);
      if (!status.ok() && !status.IsTimedOut()) static_cast<void>(db->FlushWAL(false));  // so RocksDB learns of it
    }
    if (status.ok()) NoteLogged(visible);
    return status;
  }

  void NoteLogged(rocksdb::SequenceNumber visible) const {
    rocksdb::SequenceNumber before = logged.load();
    while (before < visible && !logged.compare_exchange_weak(before, visible)) {
    }
  }

  // The status of a write as a result. A disk that is full fails every write and is logged once, until one succeeds.
  Result<void> Noted(const rocksdb::Status& status) const {
    if (status.ok()) {
      if (failing.Clear()) Log(LogLevel::kInfo, "writes succeed again");
      return {};
    }
    const std::string text = status.ToString();
    if (failing.Begins(text)) Log(LogLevel::kError, "writes fail", {{"error", text}});
    return StorageError(status);
  }
};

Store::Store(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& store_options) {
  auto rep = std::make_unique<Rep>();
  rocksdb::Options options = RowOptions();
  RecoveryOptions recovery{.strict = store_options.strict_recovery};
  std::string path = "/dynarock";
  rep->in_memory = store_options.in_memory;
  if (!rep->in_memory) rep->log = std::make_unique<LogFiles>(store_options.log_fault);
  rep->environment = StoreEnvironment(rep->log.get());
  options.env = rep->environment.get();
  if (store_options.in_memory) {
    rep->write_options.disableWAL = true;
  } else {
    TRY(rep->directory, StoreDirectory::Claim(store_options.directory));
    path = rep->directory->database_path();
    rep->sync = store_options.sync;
    rep->disk = std::make_unique<DiskSpace>(store_options.directory);
    options.manual_wal_flush = true;
    recovery.kept_directory = (std::filesystem::path(path).parent_path() / "damaged-logs").string();
  }
  options.listeners = {rep->room};
  options.max_write_buffer_number = WriteRoom::kMostBuffers;
  rocksdb::ColumnFamilyOptions changes = ChangeOptions(options);
  for (rocksdb::ColumnFamilyOptions* family : {static_cast<rocksdb::ColumnFamilyOptions*>(&options), &changes}) {
    family->compaction_options_universal = MergesAfterOpening(family->compaction_options_universal);
  }
  static_cast<void>(rep->environment->CreateDirIfMissing(path));
  TRY(OpenedDatabase opened,
      OpenAndReplay(options, path, {{rocksdb::kDefaultColumnFamilyName, options}, {kChangesFamily, changes}},
                    recovery));
  rep->replay = std::move(opened.replay);
  rep->db = std::move(opened.db);
  rep->logged = rep->db->GetLatestSequenceNumber();
  rep->families = std::move(opened.families);
  rep->rows = rep->families[0];
  rep->changes = rep->families[1];
  rep->room->Watch(*rep->db, rep->families);
  return std::unique_ptr<Store>(new Store(std::move(rep)));
}

Store::~Store() {
  rep_->removal.Stop();
  rep_->room->Leave();
  if (!rep_->in_memory) {
    const rocksdb::Status status = rep_->db->Flush(rocksdb::FlushOptions(), rep_->families);
    if (!status.ok()) Log(LogLevel::kError, "the data could not be flushed at the end", {{"error", status.ToString()}});
  }
  rocksdb::CancelAllBackgroundWork(rep_->db.get(), true);  // listeners and merges know the families
  for (rocksdb::ColumnFamilyHandle* family : rep_->families) {
    static_cast<void>(rep_->db->DestroyColumnFamilyHandle(family));
  }
  static_cast<void>(rep_->db->Close());
}

namespace {

Result<bool> GetWith(rocksdb::DB& db, const rocksdb::ReadOptions& options, std::string_view key, std::string& value) {
  const rocksdb::Status status = db.Get(options, db.DefaultColumnFamily(), ToSlice(key), &value);
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return StorageError(status);
}

}  // namespace

Result<bool> Store::Get(std::string_view key, std::string& value) const {
  return GetWith(*rep_->db, rocksdb::ReadOptions(), key, value);
}

Result<bool> Store::Get(std::string_view key, const Snapshot& snapshot, std::string& value) const {
  rocksdb::ReadOptions options;
  options.snapshot = static_cast<const rocksdb::Snapshot*>(snapshot.snapshot_);
  return GetWith(*rep_->db, options, key, value);
}

Result<std::vector<std::optional<std::string>>> Store::MultiGet(std::span<const std::string> keys) const {
  std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> found(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  rep_->db->MultiGet(rocksdb::ReadOptions(), rep_->db->DefaultColumnFamily(), keys.size(), slices.data(), found.data(),
                     statuses.data());
  std::vector<std::optional<std::string>> values(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].ok()) {
      values[i].emplace(found[i].data(), found[i].size());
    } else if (!statuses[i].IsNotFound()) {
      return StorageError(statuses[i]);
    }
  }
  return values;
}

Result<void> Store::Commit(WriteBatch batch, const CommitOptions& options) {
  rocksdb::WriteBatch& all = batch.rep_->batch;
  for (const auto& [key, value] : batch.rep_->changes) static_cast<void>(all.Put(rep_->changes, key, value));
  for (const auto& [begin, end] : batch.rep_->trimmed) static_cast<void>(all.DeleteRange(rep_->changes, begin, end));
  TRY_VOID(rep_->Write(all, options.longest_wait));
  UnloggedCommits own;
  UnloggedCommits& unlogged = options.log_later ? *options.log_later : own;
  ++unlogged.count_;
  return options.log_later ? Result<void>() : LogCommits(own);
}

bool Store::HasRoom() const {
  return rep_->room->Has();
}

bool Store::HasUnlogged() const {
  return !rep_->in_memory && rep_->db->GetLatestSequenceNumber() > rep_->logged.load(std::memory_order_acquire);
}

Result<void> Store::LogCommits(UnloggedCommits& own) const {
  if (std::exchange(own.count_, 0) == 0) {
    static_cast<void>(LogCommits());
    return {};
  }
  if (!HasUnlogged()) return {};
  return rep_->Noted(rep_->WriteLog(rep_->sync, LogFiles::Patience::kUnlimited));
}

bool Store::LogCommits() const {
  if (!HasUnlogged()) return true;
  const rocksdb::Status status = rep_->WriteLog(rep_->sync, LogFiles::Patience::kUntilItStalls);
  return status.ok() && rep_->Noted(status).has_value();  // a failure is for writers to report
}

Result<void> Store::GiveBack(std::string_view begin, std::string_view end) {
  // Files go at once, so the deletion must last, even if the machine dies.
  if (!rep_->in_memory) {
    const rocksdb::Status logged = rep_->WriteLog(true, LogFiles::Patience::kUnlimited);
    if (!logged.ok()) return StorageError(logged);
  }
  rocksdb::ColumnFamilyHandle* family = rep_->FamilyOf(begin);
  const rocksdb::Slice first = ToSlice(begin), last = ToSlice(end);
  rocksdb::Status status = rocksdb::DeleteFilesInRange(rep_->db.get(), family, &first, &last, false);
  // Other files have keys of the range beside others: once the deletion is in a file, they are merged with it.
  rocksdb::FlushOptions options;
  options.wait = false;
  if (status.ok()) status = rep_->db->Flush(options, family);
  if (!status.ok()) return StorageError(status);
  return {};
}

void Store::TrimMemory() {
  if (rep_->in_memory) malloc_trim(0);
}

Result<void> Store::Compact() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (rocksdb::ColumnFamilyHandle* family : rep_->families) {
    const rocksdb::Status status = rep_->db->CompactRange(options, family, nullptr, nullptr);
    if (!status.ok()) return StorageError(status);
  }
  return {};
}

std::vector<std::pair<std::string, std::uint64_t>> Store::Properties() const {
  std::vector<std::pair<std::string, std::uint64_t>> properties;
  for (const char* name :
       {"rocksdb.cur-size-all-mem-tables", "rocksdb.total-sst-files-size", "rocksdb.live-sst-files-size",
        "rocksdb.estimate-num-keys", "rocksdb.estimate-pending-compaction-bytes", "rocksdb.num-running-compactions",
        "rocksdb.num-running-flushes", "rocksdb.num-snapshots", "rocksdb.actual-delayed-write-rate",
        "rocksdb.is-write-stopped", "rocksdb.background-errors"}) {
    std::uint64_t value = 0;
    if (rep_->db->GetIntProperty(name, &value)) properties.emplace_back(name, value);
  }
  properties.emplace_back("rocksdb.internal-delete-skipped-count", rep_->removal.noted());
  return properties;
}

std::unique_ptr<Snapshot> Store::TakeSnapshot() const {
  const DeadRanges::Moment moment = rep_->dead.Now(*rep_->db);
  auto snapshot = std::unique_ptr<Snapshot>(new Snapshot(rep_->db.get(), rep_->db->GetSnapshot()));
  snapshot->puts_before_ = moment.announced;
  return snapshot;
}

Cursor Store::Walk(std::string_view begin, std::string_view end, const Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  DeadRanges::Moment moment;
  if (snapshot) {
    options.snapshot = static_cast<const rocksdb::Snapshot*>(snapshot->snapshot_);
    moment = {.announced = snapshot->puts_before_, .sequence = options.snapshot->GetSequenceNumber()};
  } else {
    moment = rep_->dead.Now(*rep_->db);
  }
  return Cursor(std::make_unique<Cursor::Rep>(
      Cursor::Rep::Origin{*rep_->db, rep_->FamilyOf(begin), rep_->removal, rep_->dead}, moment, begin, end, options));
}

}  // namespace dynarock
