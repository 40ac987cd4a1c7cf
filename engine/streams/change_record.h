// What a stream keeps of one change of an item.
#pragma once

#include <string>

#include "engine/database/stream.h"
#include "engine/item/item.h"

namespace dynarock {

// Who changed the item. A deletion by Time to Live tells it in its record (userIdentity).
enum class WriteOrigin { kClient, kTimeToLive };

enum class ChangeEvent { kInsert, kModify, kRemove };

// An item before and after a change; one of them may be empty, which is no item.
struct Change {
  ItemView old_item;
  ItemView new_item;
  WriteOrigin origin = WriteOrigin::kClient;
};

// A change as the stream's view type shows it.
struct ChangeRecord {
  SequenceNumber number;
  ChangeEvent event = ChangeEvent::kInsert;
  WriteOrigin origin = WriteOrigin::kClient;
  std::string keys;                      // item bytes
  std::optional<std::string> new_image;  // item bytes
  std::optional<std::string> old_image;  // item bytes
  std::string event_id;                  // 32 hexadecimal digits, different for all changes of all streams

  EpochMillis created() const { return TimeOf(number); }
  // Billed sizes of keys and images. Source: Developer Guide, the sample events of "Process DynamoDB records with
  // Lambda", whose SizeBytes are these sums.
  std::size_t size_bytes() const;
};

// The value of a change in the store; see engine/storage/README.md. Requires: the change changes something.
std::string EncodeChange(const StreamDefinition& stream, const Change& change);
// Errors: kInternal for a record that is torn.
Result<ChangeRecord> DecodeChange(const StreamDefinition& stream, SequenceNumber number, std::string_view value);

}  // namespace dynarock
