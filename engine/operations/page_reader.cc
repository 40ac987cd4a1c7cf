#include "engine/operations/page_reader.h"

#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/operations/page_size.h"

namespace dynarock {
namespace {

class PageReader {
 public:
  PageReader(Database& database, const ReadTarget& target, const KeyRange& range, const PageOptions& options)
      : database_(database),
        target_(target),
        options_(options),
        snapshot_(options.fetch_whole_items ? database.store().TakeSnapshot() : nullptr),
        cursor_(database.store().Walk(range.begin, range.end, snapshot_.get())) {
    if (options.projection) projection_.emplace(*options.projection);
    if (!options.count_only) response_.items.emplace();
  }

  Result<PageResponse> Read() {
    for (Start(); cursor_.Valid(); Advance()) {
      if (IsFull()) break;
      TRY_VOID(Take(ItemView(cursor_.value())));
    }
    TRY_VOID(cursor_.status());
    if (IsFull()) response_.last_evaluated_key = std::move(last_key_);
    response_.consumed_capacity = Consumed();
    return std::move(response_);
  }

 private:
  void Start() {
    if (!options_.start_after) {
      options_.forward ? cursor_.SeekToFirst() : cursor_.SeekToLast();
      return;
    }
    const std::string& after = *options_.start_after;
    options_.forward ? cursor_.Seek(after) : cursor_.SeekForPrev(after);
    if (cursor_.Valid() && cursor_.key() == after) Advance();
  }

  void Advance() { options_.forward ? cursor_.Next() : cursor_.Prev(); }

  bool IsFull() const {
    return page_bytes_ >= kMaxPageSize || (options_.limit && response_.scanned_count >= *options_.limit);
  }

  Result<void> Take(ItemView row) {
    bytes_read_ += row.billed_size();
    page_bytes_ += PageSize(*target_.table, row);
    ++response_.scanned_count;
    if (IsFull()) last_key_ = KeyOfItem(*target_.table, target_.index, row);
    std::string whole;
    if (options_.fetch_whole_items) {
      TRY(row, FetchWhole(row, whole));
    }
    if (options_.filter && !Evaluate(*options_.filter, row)) return {};
    ++response_.count;
    if (!response_.items) return {};
    if (projection_) {
      const std::string projected = projection_->Apply(row);
      response_.items->Add(ItemView(projected));
    } else {
      response_.items->Add(row);
    }
    return {};
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
    const double read = ReadUnits(bytes_read_, options_.consistent);
    units.table = target_.index ? table_units_ : read;
    if (target_.index) units.indexes.emplace_back(target_.index, read);
    return ToConsumedCapacity(options_.return_consumed_capacity, *target_.table, units);
  }

  Database& database_;
  const ReadTarget& target_;
  const PageOptions& options_;
  std::unique_ptr<Snapshot> snapshot_;
  Cursor cursor_;
  std::optional<Projection> projection_;
  PageResponse response_;
  std::size_t bytes_read_ = 0;  // as billed
  std::size_t page_bytes_ = 0;  // as the page is measured
  double table_units_ = 0;      // for items fetched from the table
  std::string last_key_;
};

}  // namespace

Result<PageResponse> ReadPage(Database& database, const ReadTarget& target, const KeyRange& range,
                              const PageOptions& options) {
  return PageReader(database, target, range, options).Read();
}

}  // namespace dynarock
