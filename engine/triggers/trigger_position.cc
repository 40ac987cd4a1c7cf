#include "engine/triggers/trigger_position.h"

#include <algorithm>

#include "engine/streams/stream_reader.h"
#include "engine/triggers/event_source.h"

namespace dynarock {
namespace {

// Where the slowest lane of a shard is that no lane reads now.
SequenceNumber StoredPosition(const std::map<std::int64_t, Checkpoint>& lanes, SequenceNumber start) {
  if (lanes.empty()) return start;
  const auto slowest = std::min_element(lanes.begin(), lanes.end(),
                                        [](const auto& a, const auto& b) { return a.second.next < b.second.next; });
  return slowest->second.next;
}

// Adds the shard's records from `from` on. Errors: kInternal.
Result<void> AddBacklog(Database& database, const Stream& stream, ShardPlace place, SequenceNumber from,
                        TriggerPosition& position) {
  TRY(const Backlog backlog,
      BacklogOf(database, stream, place, from, static_cast<std::size_t>(kMostCounted - position.records_behind)));
  position.records_behind += static_cast<std::int64_t>(backlog.records);
  if (backlog.first) position.oldest = std::min(position.oldest.value_or(*backlog.first), *backlog.first);
  position.newest = std::max(position.newest.value_or(from), from);
  return {};
}

}  // namespace

Result<TriggerPosition> FindPosition(Database& database, TriggerRecords& records, const EventSourceMapping& mapping,
                                     const std::map<std::string, SequenceNumber>& running) {
  const Checkpoints checkpoints(records, mapping.uuid);
  TriggerPosition position;
  bool settled = false;  // the label is that of the oldest stream that is not done
  for (const StreamPtr& stream : StreamsOf(database, mapping)) {
    if (!settled) position.stream_label = stream->Label();
    TRY(const std::vector<Shard> shards, Shards(database, *stream));
    for (const Shard& shard : shards) {
      TRY(const auto lanes, checkpoints.Of(shard.id));
      if (!lanes.empty() && std::all_of(lanes.begin(), lanes.end(), [](const auto& e) { return e.second.finished; })) {
        continue;
      }
      settled = true;
      const auto found = running.find(shard.id);
      const SequenceNumber from = found != running.end() ? found->second : StoredPosition(lanes, shard.start);
      TRY_VOID(AddBacklog(database, *stream, shard.place, from, position));
    }
  }
  position.at_least = position.records_behind >= kMostCounted;
  if (position.oldest) {
    position.milliseconds_behind =
        std::max<std::int64_t>(0, database.clock().Now().value - TimeOf(*position.oldest).value);
  }
  return position;
}

}  // namespace dynarock
