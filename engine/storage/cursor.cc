#include <algorithm>

#include "engine/storage/cursor_rep.h"

namespace dynarock {
namespace {

rocksdb::Slice ToSlice(std::string_view view) {
  return {view.data(), view.size()};
}
std::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// The key that follows `key` in the order of keys.
std::string After(std::string_view key) {
  return std::string(key) + '\0';
}

}  // namespace

Cursor::Rep::Rep(const Origin& from, const DeadRanges::Moment& at, std::string_view first, std::string_view last,
                 rocksdb::ReadOptions options)
    : origin(from), moment(at), begin(first), end(last), begin_slice(begin), end_slice(end) {
  options.iterate_lower_bound = &begin_slice;
  options.iterate_upper_bound = &end_slice;
  iterator.reset(origin.db.NewIterator(options, origin.family));
}

Cursor::Rep::~Rep() {
  iterator.reset();
  origin.removal.Note(origin.db, origin.family, TombstonesSkipped() - skipped_before);
}

void Cursor::Rep::Forward(std::string_view key) {
  const std::uint64_t before = TombstonesSkipped();
  std::string live;
  if (origin.dead.IsWatching()) live = key;
  const bool passes = origin.dead.PassForward(moment, live);
  iterator->Seek(passes ? ToSlice(std::min<std::string_view>(live, end)) : ToSlice(key));
  const std::uint64_t skipped = TombstonesSkipped() - before;
  if (skipped < DeadRanges::kFew || !iterator->status().ok()) return;
  const std::string_view found = iterator->Valid() ? ToView(iterator->key()) : std::string_view(end);
  origin.dead.Learn(moment, std::max<std::string_view>(key, begin), found, skipped,
                    origin.db.GetLatestSequenceNumber());
}

void Cursor::Rep::Backward(std::string_view limit) {
  const std::uint64_t before = TombstonesSkipped();
  std::string dead;
  if (origin.dead.IsWatching()) dead = limit;
  const bool passes = origin.dead.PassBackward(moment, dead);
  if (passes) {
    iterator->SeekForPrev(ToSlice(std::max<std::string_view>(dead, begin)));
  } else if (limit == end) {
    iterator->SeekToLast();
  } else {
    iterator->SeekForPrev(ToSlice(limit));
    if (iterator->Valid() && ToView(iterator->key()) == limit) iterator->Prev();
  }
  const std::uint64_t skipped = TombstonesSkipped() - before;
  if (skipped < DeadRanges::kFew || !iterator->status().ok()) return;
  const std::string found = iterator->Valid() ? After(ToView(iterator->key())) : begin;
  origin.dead.Learn(moment, found, limit, skipped, origin.db.GetLatestSequenceNumber());
}

Cursor::Cursor(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;
bool Cursor::Valid() const {
  return rep_->iterator->Valid();
}
void Cursor::Seek(std::string_view key) {
  rep_->Forward(key);
}
void Cursor::SeekForPrev(std::string_view key) {
  rep_->Backward(key < rep_->end ? After(key) : rep_->end);
}
void Cursor::SeekToFirst() {
  rep_->Forward(rep_->begin);
}
void Cursor::SeekToLast() {
  rep_->Backward(rep_->end);
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
  if (!status.ok()) return ApiError(InternalError("storage: " + status.ToString()));
  return {};
}

}  // namespace dynarock
