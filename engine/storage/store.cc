#include "engine/storage/store.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <optional>

#include "engine/base/log.h"
#include "engine/storage/counters.h"
#include "engine/storage/insert_hints.h"
#include "engine/storage/key_encoding.h"
#include "engine/storage/store_directory.h"
#include "engine/storage/store_environment.h"

namespace dynarock {
namespace {

rocksdb::Slice ToSlice(std::string_view view) {
  return {view.data(), view.size()};
}
std::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

ApiError StorageError(const rocksdb::Status& status) {
  return InternalError("storage: " + status.ToString());
}

// RocksDB's own log: only errors, to standard error, instead of LOG files.
class ErrorLogger final : public rocksdb::Logger {
 public:
  ErrorLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 1024> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);  // NOLINT: RocksDB's interface is printf's
    Log(LogLevel::kError, "rocksdb", {{"error", std::string_view(text.data())}});
  }
};

constexpr const char* kChangesFamily = "changes";
constexpr std::size_t kWriteBufferSize = 12 << 20;  // small: a crash replays at most some of these
constexpr std::size_t kChangesBufferSize = 4 << 20;
constexpr std::size_t kBlockSize = 2 << 10;
constexpr std::size_t kCompactionReadSize = 64 << 10;  // a file; instead of block by block
constexpr int kMaxOpenFiles = 512;

rocksdb::Options MakeOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.info_log = std::make_shared<ErrorLogger>();
  options.merge_operator = CounterMergeOperator();
  options.write_buffer_size = kWriteBufferSize;
  options.max_write_buffer_number = 2;
  options.max_open_files = kMaxOpenFiles;
  options.max_background_jobs = 2;
  options.enable_write_thread_adaptive_yield = false;
  options.allow_concurrent_memtable_write = false;
  // Each of these shortens the opening; see README.md, "Opening".
  options.avoid_flush_during_recovery = true;
  options.max_file_opening_threads = 1;
  options.compaction_readahead_size = kCompactionReadSize;
  options.skip_stats_update_on_db_open = true;
  options.skip_checking_sst_file_sizes_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.compression = rocksdb::kNoCompression;  // see README.md, "Opening, memory, compaction"
  // Tiers instead of levels: a put costs a fifth less CPU, for the store's small write buffers make many small files.
  options.level0_file_num_compaction_trigger = 6;
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.compaction_options_universal.min_merge_width = 4;
  options.compaction_options_universal.size_ratio = 20;
  options.memtable_insert_with_hint_prefix_extractor = HintOfRow();
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.02;
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;  // the kernel has these pages
  table.block_size = kBlockSize;
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  table.checksum = rocksdb::kCRC32c;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Changes of streams are written once, read in their order, and deleted by the million: they are kept apart from the
// rows, merged seldom, and need no filters.
rocksdb::ColumnFamilyOptions ChangeOptions(const rocksdb::Options& rows) {
  rocksdb::ColumnFamilyOptions options(rows);
  options.write_buffer_size = kChangesBufferSize;
  options.memtable_insert_with_hint_prefix_extractor = HintOfChange();
  options.memtable_prefix_bloom_size_ratio = 0;
  options.level0_file_num_compaction_trigger = 16;
  options.level0_slowdown_writes_trigger = 40;
  options.level0_stop_writes_trigger = 60;
  options.compaction_options_universal.min_merge_width = 12;
  rocksdb::BlockBasedTableOptions table = *rows.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table.filter_policy.reset();
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinarySearch;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

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

struct Cursor::Rep {
  std::string begin, end;
  rocksdb::Slice begin_slice, end_slice;
  std::unique_ptr<rocksdb::Iterator> iterator;
};

Cursor::Cursor(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;
bool Cursor::Valid() const {
  return rep_->iterator->Valid();
}
void Cursor::Seek(std::string_view key) {
  rep_->iterator->Seek(ToSlice(key));
}
void Cursor::SeekForPrev(std::string_view key) {
  rep_->iterator->SeekForPrev(ToSlice(key));
}
void Cursor::SeekToFirst() {
  rep_->iterator->SeekToFirst();
}
void Cursor::SeekToLast() {
  rep_->iterator->SeekToLast();
}
void Cursor::Next() {
  rep_->iterator->Next();
}
void Cursor::Prev() {
  rep_->iterator->Prev();
}
std::string_view Cursor::key() const {
  return ToView(rep_->iterator->key());
}
std::string_view Cursor::value() const {
  return ToView(rep_->iterator->value());
}
Result<void> Cursor::status() const {
  const rocksdb::Status status = rep_->iterator->status();
  if (!status.ok()) return StorageError(status);
  return {};
}

namespace {

thread_local int log_later_depth = 0;

}  // namespace

LogLater::LogLater() {
  ++log_later_depth;
}
LogLater::~LogLater() {
  --log_later_depth;
}

struct Store::Rep {
  std::optional<StoreDirectory> directory;  // locked until the database is closed
  std::unique_ptr<rocksdb::Env> environment;
  bool in_memory = false;
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* rows = nullptr;
  rocksdb::ColumnFamilyHandle* changes = nullptr;
  rocksdb::WriteOptions write_options;
  bool sync = false;
  std::atomic<rocksdb::SequenceNumber> logged = 0;  // up to this one all is in the log

  rocksdb::ColumnFamilyHandle* FamilyOf(std::string_view key) const { return IsChangeKey(key) ? changes : rows; }
};

Store::Store(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& store_options) {
  auto rep = std::make_unique<Rep>();
  rocksdb::Options options = MakeOptions();
  std::string path = "/dynarock";
  rep->in_memory = store_options.in_memory;
  rep->environment = StoreEnvironment(store_options.in_memory);
  options.env = rep->environment.get();
  if (store_options.in_memory) {
    rep->write_options.disableWAL = true;
  } else {
    TRY(rep->directory, StoreDirectory::Claim(store_options.directory));
    path = rep->directory->database_path();
    rep->sync = store_options.sync;
    options.manual_wal_flush = true;
  }
  static_cast<void>(rep->environment->CreateDirIfMissing(path));
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  const rocksdb::Status status = rocksdb::DB::Open(
      options, path, {{rocksdb::kDefaultColumnFamilyName, options}, {kChangesFamily, ChangeOptions(options)}},
      &families, &db);
  if (!status.ok()) {
    return InternalError("Cannot open the store in " + path + ": " + status.ToString() +
                         "; restore it from a copy, or name another directory.");
  }
  rep->db.reset(db);
  rep->logged = db->GetLatestSequenceNumber();
  rep->rows = families[0];
  rep->changes = families[1];
  return std::unique_ptr<Store>(new Store(std::move(rep)));
}

Store::~Store() {
  if (!rep_->in_memory) {
    const rocksdb::Status status = rep_->db->Flush(rocksdb::FlushOptions(), {rep_->rows, rep_->changes});
    if (!status.ok()) Log(LogLevel::kError, "the data could not be flushed at the end", {{"error", status.ToString()}});
  }
  for (rocksdb::ColumnFamilyHandle* family : {rep_->rows, rep_->changes}) {
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

Result<std::vector<std::optional<std::string>>> Store::MultiGet(const std::vector<std::string>& keys) const {
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

Result<void> Store::Commit(WriteBatch batch) {
  rocksdb::WriteBatch& all = batch.rep_->batch;
  for (const auto& [key, value] : batch.rep_->changes) static_cast<void>(all.Put(rep_->changes, key, value));
  for (const auto& [begin, end] : batch.rep_->trimmed) static_cast<void>(all.DeleteRange(rep_->changes, begin, end));
  const rocksdb::Status status = rep_->db->Write(rep_->write_options, &all);
  if (!status.ok()) return StorageError(status);
  return log_later_depth > 0 ? Result<void>() : LogCommits();
}

bool Store::HasUnlogged() const {
  return !rep_->in_memory && rep_->db->GetLatestSequenceNumber() > rep_->logged.load(std::memory_order_acquire);
}

Result<void> Store::LogCommits() const {
  if (!HasUnlogged()) return {};
  const rocksdb::SequenceNumber visible = rep_->db->GetLatestSequenceNumber();
  const rocksdb::Status status = rep_->db->FlushWAL(rep_->sync);
  if (!status.ok()) return StorageError(status);
  rocksdb::SequenceNumber before = rep_->logged.load();
  while (before < visible && !rep_->logged.compare_exchange_weak(before, visible)) {
  }
  return {};
}

Result<void> Store::Compact() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (rocksdb::ColumnFamilyHandle* family : {rep_->rows, rep_->changes}) {
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
  return properties;
}

std::unique_ptr<Snapshot> Store::TakeSnapshot() const {
  return std::unique_ptr<Snapshot>(new Snapshot(rep_->db.get(), rep_->db->GetSnapshot()));
}

Cursor Store::Walk(std::string_view begin, std::string_view end, const Snapshot* snapshot) const {
  auto cursor = std::make_unique<Cursor::Rep>();
  cursor->begin = begin;
  cursor->end = end;
  cursor->begin_slice = cursor->begin;
  cursor->end_slice = cursor->end;
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &cursor->begin_slice;
  options.iterate_upper_bound = &cursor->end_slice;
  if (snapshot) options.snapshot = static_cast<const rocksdb::Snapshot*>(snapshot->snapshot_);
  cursor->iterator.reset(rep_->db->NewIterator(options, rep_->FamilyOf(begin)));
  return Cursor(std::move(cursor));
}

}  // namespace dynarock
