#include "engine/reads/page_reader.h"

#include <algorithm>

#include "engine/base/joined.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/reads/page_size.h"

namespace dynarock {
namespace {

// Of evaluating the filter, in units of CostOf; less than a tenth of a second.
constexpr std::size_t kMaxPageWork = 5'000'000;

class PageReader {
 public:
  PageReader(Database& database, const ReadTarget& target, const PageOptions& options)
      : database_(database), target_(target), options_(options) {
    if (options.projection) projection_.emplace(*options.projection);
    if (options.filter) filter_cost_ = CostOf(*options.filter);
    if (!options.count_only) response_.items.emplace();
  }

  // All of a page is read from one state; for a single cursor that goes without saying.
  Result<PageResponse> Read(std::span<const KeyRange> ranges) {
    if (options_.fetch_whole_items || ranges.size() > 1) snapshot_ = database_.store().TakeSnapshot();
    for (const KeyRange& range : RangesToRead(ranges)) {
      if (IsFull()) break;
      TRY_VOID(ReadRange(range));
    }
    TRY(const bool has_ended, HasEnded(ranges.back()));
    if (IsFull() && !has_ended) response_.last_evaluated_key = std::move(last_key_);
    response_.consumed_capacity = Consumed();
    return std::move(response_);
  }

 private:
  // Those from the one with the row to start after.
  std::span<const KeyRange> RangesToRead(std::span<const KeyRange> ranges) const {
    if (!options_.start_after || ranges.size() == 1) return ranges;
    const auto has_start = [&](const KeyRange& range) {
      return *options_.start_after >= range.begin && *options_.start_after < range.end;
    };
    return {std::find_if(ranges.begin(), ranges.end(), has_start), ranges.end()};
  }

  Result<void> ReadRange(const KeyRange& range) {
    const std::vector<std::string> partitions = LaterPartitions(range);
    auto next = partitions.begin();
    Cursor cursor = database_.store().Walk(range.begin, range.end, snapshot_.get());
    for (Start(cursor); cursor.Valid(); Advance(cursor)) {
      if (IsFull()) break;
      for (; next != partitions.end() && cursor.key() >= *next; ++next) Bill();
      TRY_VOID(Take(ItemView(cursor.value())));
    }
    has_more_ = cursor.Valid();
    TRY_VOID(cursor.status());
    is_first_range_ = false;
    if (!IsFull()) std::for_each(next, partitions.end(), [&](const std::string&) { Bill(); });
    Bill();
    return {};
  }

  // Where partitions of the table begin inside of the range, behind the row to start after. Nobody knows of those of
  // an index.
  std::vector<std::string> LaterPartitions(const KeyRange& range) const {
    std::vector<std::string> begins;
    if (target_.index || options_.return_consumed_capacity == ReturnConsumedCapacity::kNone) return begins;
    const std::string& start = options_.start_after && is_first_range_ ? *options_.start_after : range.begin;
    const std::uint32_t count = PartitionsOf(target_.table->definition());
    for (std::uint32_t i = 1; i < count; ++i) {
      std::string begin = target_.RowPrefix() + SegmentStart(i, count);
      if (begin > start && begin < range.end) begins.push_back(std::move(begin));
    }
    return begins;
  }

  void Bill() {
    read_units_ += ReadUnits(bytes_read_, options_.consistent);
    bytes_read_ = 0;
  }

  // Whether Limit stopped at the last row of the range and another of the partition follows: the service sees that one
  // and knows that it is done. What it sees behind a partition depends on where its nodes keep the next one; here
  // nothing. Observed: conformance/cases/query/range_end.case
  Result<bool> HasEnded(const KeyRange& range) const {
    if (!options_.partition || !IsFull() || has_more_ || !IsFullByLimit()) return false;
    const KeyRange& partition = *options_.partition;
    const KeyRange behind =
        options_.forward ? KeyRange{range.end, partition.end} : KeyRange{partition.begin, range.begin};
    if (behind.begin >= behind.end) return false;
    Cursor cursor = database_.store().Walk(behind.begin, behind.end, snapshot_.get());
    cursor.SeekToFirst();
    TRY_VOID(cursor.status());
    return cursor.Valid();
  }

  void Start(Cursor& cursor) const {
    if (!options_.start_after || !is_first_range_) {
      options_.forward ? cursor.SeekToFirst() : cursor.SeekToLast();
      return;
    }
    const std::string& after = *options_.start_after;
    options_.forward ? cursor.Seek(after) : cursor.SeekForPrev(after);
    if (cursor.Valid() && cursor.key() == after) Advance(cursor);
  }

  void Advance(Cursor& cursor) const { options_.forward ? cursor.Next() : cursor.Prev(); }

  bool IsFullByLimit() const {
    return page_bytes_ < kMaxPageSize && options_.limit && response_.scanned_count >= *options_.limit;
  }

  // A page may also end before its megabyte: with a filter that costs more than any of use does.
  bool IsFull() const { return page_bytes_ >= kMaxPageSize || work_ >= kMaxPageWork || IsFullByLimit(); }

  bool Matches(ItemView row) const { return !options_.filter || Evaluate(*options_.filter, row); }

  Result<void> Take(ItemView row) {
    bytes_read_ += row.billed_size();
    page_bytes_ += PageSize(*target_.table, row);
    work_ += filter_cost_ * (1 + row.bytes().size() / kReadUnit);
    ++response_.scanned_count;
    if (IsFull()) last_key_ = KeyOfItem(*target_.table, target_.index, row);
    if (!options_.fetch_whole_items) {
      if (Matches(row)) Add(row);
      return {};
    }
    std::string whole;
    TRY(const ItemView item, FetchWhole(row, whole));
    if (Matches(options_.filters_index_rows ? row : item)) Add(item);
    return {};
  }

  void Add(ItemView item) {
    ++response_.count;
    if (!response_.items) return;
    if (projection_) {
      const std::string projected = projection_->Apply(item);
      response_.items->Add(ItemView(projected));
    } else {
      response_.items->Add(item);
    }
  }

  Result<ItemView> FetchWhole(ItemView row, std::string& storage) {
    TRY(const std::string row_key, BaseRowKey(*target_.table, row));
    TRY(const bool found, database_.store().Get(row_key, *snapshot_, storage));
    if (!found) return InternalError("an index row has no item");
    table_units_ += ReadUnits(ItemView(storage).billed_size(), options_.consistent);
    return ItemView(storage);
  }

  std::optional<ConsumedCapacity> Consumed() const {
    UnitsByIndex units;
    units.table = target_.index ? table_units_ : read_units_;
    if (target_.index) units.indexes.emplace_back(target_.index, read_units_);
    return ToConsumedCapacity(options_.return_consumed_capacity, *target_.table, units);
  }

  Database& database_;
  const ReadTarget& target_;
  const PageOptions& options_;
  std::unique_ptr<Snapshot> snapshot_;
  std::optional<Projection> projection_;
  PageResponse response_;
  bool is_first_range_ = true;
  bool has_more_ = false;       // rows of the range behind those of the page
  std::size_t bytes_read_ = 0;  // of one range or partition, as billed
  std::size_t page_bytes_ = 0;  // as the page is measured
  double read_units_ = 0;       // of all ranges
  double table_units_ = 0;      // for items fetched from the table
  std::size_t filter_cost_ = 0;
  std::size_t work_ = 0;  // of the filter so far, in its units
  std::string last_key_;
};

}  // namespace

std::vector<std::string> ReadTarget::Lacks(const std::vector<Path>& paths) const {
  std::vector<std::string> missing;
  for (const Path& path : paths) {
    if (index && !table->Projects(*index, path.attribute)) missing.push_back(path.attribute);
  }
  return missing;
}

Result<void> ReadTarget::CheckGlobalIndexHas(const std::vector<Path>& paths) const {
  const std::vector<std::string> missing = Lacks(paths);
  if (!index || !index->is_global || missing.empty()) return {};
  return InvalidParameter("Global secondary index " + index->name + " does not project [" + Joined(missing) + "]");
}

Result<PageResponse> ReadPage(Database& database, const ReadTarget& target, std::span<const KeyRange> ranges,
                              const PageOptions& options) {
  return PageReader(database, target, options).Read(ranges);
}

}  // namespace dynarock
