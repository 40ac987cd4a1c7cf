#include "engine/streams/change_record.h"

#include "engine/base/hex.h"
#include "engine/database/record_fields.h"
#include "engine/storage/digest.h"

namespace dynarock {

// A change as it is stored: without its number, which is in its key.
struct StoredChange {
  ChangeEvent event = ChangeEvent::kInsert;
  WriteOrigin origin = WriteOrigin::kClient;
  std::optional<std::string_view> keys;  // none beside an image, which has the keys in it
  std::optional<std::string_view> new_image;
  std::optional<std::string_view> old_image;
};

template <class Record, Of<StoredChange> Value>
void Fields(Record& record, Value& change) {
  record.Byte(1, change.event);
  record.Byte(2, change.origin);
  record.View(3, change.keys);
  record.View(4, change.new_image);
  record.View(5, change.old_image);
}

namespace {

bool IsKnown(const StoredChange& change) {
  return change.event <= ChangeEvent::kRemove && change.origin <= WriteOrigin::kTimeToLive;
}

std::string KeysOf(const StreamDefinition& stream, ItemView item) {
  return FilterItem(item, [&](std::string_view name) { return stream.keys.Find(name) != nullptr; });
}

bool ShowsNew(StreamViewType view) {
  return view == StreamViewType::kNewImage || view == StreamViewType::kNewAndOldImages;
}

bool ShowsOld(StreamViewType view) {
  return view == StreamViewType::kOldImage || view == StreamViewType::kNewAndOldImages;
}

ChangeEvent EventOf(const Change& change) {
  if (change.old_item.empty()) return ChangeEvent::kInsert;
  return change.new_item.empty() ? ChangeEvent::kRemove : ChangeEvent::kModify;
}

// Of the stream and the number, which together are never used again.
std::string EventId(const StreamDefinition& stream, SequenceNumber number) {
  std::string name = stream.table_name;
  AppendBigEndian(name, static_cast<std::uint64_t>(stream.created.value));
  AppendBigEndian(name, number.value);
  constexpr std::size_t kBytes = 16;
  return LowerHex(Sha256(name).substr(0, kBytes));
}

}  // namespace

std::size_t ChangeRecord::size_bytes() const {
  std::size_t size = ItemView(keys).billed_size();
  for (const auto* image : {&new_image, &old_image}) {
    if (*image) size += ItemView(**image).billed_size();
  }
  return size;
}

std::string EncodeChange(const StreamDefinition& stream, const Change& change) {
  const bool with_new = ShowsNew(stream.view) && !change.new_item.empty();
  const bool with_old = ShowsOld(stream.view) && !change.old_item.empty();
  StoredChange stored;
  stored.event = EventOf(change);
  stored.origin = change.origin;
  std::string keys;
  if (!with_new && !with_old) {
    keys = KeysOf(stream, change.new_item.empty() ? change.old_item : change.new_item);
    stored.keys = keys;
  }
  if (with_new) stored.new_image = change.new_item.bytes();
  if (with_old) stored.old_image = change.old_item.bytes();
  return EncodeRecord(stored);
}

Result<ChangeRecord> DecodeChange(const StreamDefinition& stream, SequenceNumber number, std::string_view value) {
  const std::optional<StoredChange> stored = DecodeRecord<StoredChange>(value);
  const auto is_short = [](const std::optional<std::string_view>& item) {
    return item && item->size() < ItemView::kHeaderSize;
  };
  const auto has_item = [&] { return stored->keys || stored->new_image || stored->old_image; };
  if (stored && !IsKnown(*stored)) return InternalError("a change in a stream is of a newer program");
  if (!stored || !has_item() || is_short(stored->keys) || is_short(stored->new_image) || is_short(stored->old_image)) {
    return InternalError("a change in a stream is torn");
  }
  ChangeRecord change;
  change.number = number;
  change.event = stored->event;
  change.origin = stored->origin;
  if (stored->new_image) change.new_image = *stored->new_image;
  if (stored->old_image) change.old_image = *stored->old_image;
  change.keys = stored->keys ? std::string(*stored->keys)
                             : KeysOf(stream, ItemView(stored->new_image ? *stored->new_image : *stored->old_image));
  change.event_id = EventId(stream, number);
  return change;
}

}  // namespace dynarock
