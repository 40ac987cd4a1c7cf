#include "engine/streams/change_record.h"

#include "engine/storage/digest.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {
namespace {

// Fields of the record, never used again for something else.
enum ChangeField : std::uint32_t { kEvent = 1, kOrigin = 2, kKeys = 3, kNewImage = 4, kOldImage = 5 };

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
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const char c : Sha256(name).substr(0, kBytes)) {
    id += kDigits[static_cast<unsigned char>(c) >> 4];
    id += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return id;
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
  RecordWriter record;
  record.Bytes(kEvent, std::string(1, static_cast<char>(EventOf(change))));
  if (change.origin != WriteOrigin::kClient) record.Bytes(kOrigin, std::string(1, static_cast<char>(change.origin)));
  // An image has the keys in it.
  if (!with_new && !with_old) {
    record.Bytes(kKeys, KeysOf(stream, change.new_item.empty() ? change.old_item : change.new_item));
  }
  if (with_new) record.Bytes(kNewImage, change.new_item.bytes());
  if (with_old) record.Bytes(kOldImage, change.old_item.bytes());
  return record.Take();
}

Result<ChangeRecord> DecodeChange(const StreamDefinition& stream, SequenceNumber number, std::string_view value) {
  ChangeRecord change;
  change.number = number;
  RecordReader record(value);
  while (record.Next()) {
    const std::string_view bytes = record.bytes();
    if (record.field() == kEvent && !bytes.empty()) change.event = static_cast<ChangeEvent>(bytes[0]);
    if (record.field() == kOrigin && !bytes.empty()) change.origin = static_cast<WriteOrigin>(bytes[0]);
    if (record.field() == kKeys) change.keys = bytes;
    if (record.field() == kNewImage) change.new_image = bytes;
    if (record.field() == kOldImage) change.old_image = bytes;
  }
  const auto is_short = [](const std::optional<std::string>& image) {
    return image && image->size() < ItemView::kHeaderSize;
  };
  if (record.torn() || is_short(change.new_image) || is_short(change.old_image)) {
    return InternalError("a change in a stream is torn");
  }
  if (change.keys.empty() && (change.new_image || change.old_image)) {
    change.keys = KeysOf(stream, ItemView(change.new_image ? *change.new_image : *change.old_image));
  }
  if (change.keys.size() < ItemView::kHeaderSize) return InternalError("a change in a stream is torn");
  change.event_id = EventId(stream, number);
  return change;
}

}  // namespace dynarock
