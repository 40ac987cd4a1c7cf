// A shard iterator: a place in a shard, as text that clients hand back. It says when it was made, and expires.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/database/stream.h"

namespace dynarock {

struct ShardIterator {
  std::string stream_arn;
  ShardPlace place;
  SequenceNumber from;  // of the first change that it reads
  EpochMillis made;
};

// "<stream ARN>|1|<hexadecimal digits>"; the form before the last bar is AWS's.
std::string ShardIteratorText(const ShardIterator& iterator);
// nullopt if the text is not one of ShardIteratorText.
std::optional<ShardIterator> ParseShardIterator(std::string_view text);

}  // namespace dynarock
