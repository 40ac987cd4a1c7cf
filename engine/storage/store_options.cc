#include "engine/storage/store_options.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdarg>
#include <cstdio>

#include "engine/base/log.h"
#include "engine/storage/counters.h"
#include "engine/storage/insert_hints.h"
#include "engine/storage/tombstones.h"

namespace dynarock {
namespace {

// RocksDB's own log: only errors, to standard error, instead of LOG files.
class ErrorLogger final : public rocksdb::Logger {
 public:
  ErrorLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 1024> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);  // NOLINT: RocksDB's interface is printf's
    // The same trouble comes again each second, of another file or job.
    std::string kind(text.data());
    std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
    if (last_.Begins(kind)) Log(LogLevel::kError, "rocksdb", {{"error", std::string_view(text.data())}});
  }

 private:
  OnceUntilCleared last_;
};

constexpr std::size_t kWriteBufferSize = 12 << 20;  // small: a crash replays at most some of these
constexpr std::size_t kChangesBufferSize = 4 << 20;
constexpr std::size_t kBlockSize = 2 << 10;
constexpr std::size_t kCompactionReadSize = 64 << 10;  // a file; instead of block by block
constexpr int kMaxOpenFiles = 512;

// Writes never wait for a merge: one that each kill undoes would hold them up for good.
constexpr int kNoLimit = 1 << 20;

// More merges than one run at a time once files pile up, so that a long one does not hold up the short ones.
constexpr int kBackgroundJobs = 3;

constexpr unsigned kWidestMergeAfterOpening = 6;
constexpr unsigned kAnyAmplification = 1 << 20;  // percent

}  // namespace

rocksdb::Options RowOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.info_log = std::make_shared<ErrorLogger>();
  options.merge_operator = CounterMergeOperator();
  options.write_buffer_size = kWriteBufferSize;
  options.max_write_buffer_number = 3;
  options.max_open_files = kMaxOpenFiles;
  options.max_background_jobs = kBackgroundJobs;
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
  options.level0_slowdown_writes_trigger = kNoLimit;
  options.level0_stop_writes_trigger = kNoLimit;
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.compaction_options_universal.min_merge_width = 4;
  options.compaction_options_universal.size_ratio = 20;
  options.memtable_insert_with_hint_prefix_extractor = HintOfRow();
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.table_properties_collector_factories = {TombstoneCounting()};
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;  // the kernel has these pages
  table.block_size = kBlockSize;
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  table.checksum = rocksdb::kCRC32c;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ColumnFamilyOptions ChangeOptions(const rocksdb::Options& rows) {
  rocksdb::ColumnFamilyOptions options(rows);
  options.write_buffer_size = kChangesBufferSize;
  options.memtable_insert_with_hint_prefix_extractor = HintOfChange();
  options.memtable_prefix_bloom_size_ratio = 0;
  options.level0_file_num_compaction_trigger = 16;
  options.compaction_options_universal.min_merge_width = 12;
  rocksdb::BlockBasedTableOptions table = *rows.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table.filter_policy.reset();
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinarySearch;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::CompactionOptionsUniversal MergesAfterOpening(rocksdb::CompactionOptionsUniversal options) {
  options.max_merge_width = std::max(options.min_merge_width + 2, kWidestMergeAfterOpening);
  options.max_size_amplification_percent = kAnyAmplification;
  return options;
}

}  // namespace dynarock
