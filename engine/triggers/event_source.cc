#include "engine/triggers/event_source.h"

#include <algorithm>
#include <exception>
#include <set>

namespace dynarock {

std::vector<StreamPtr> StreamsOf(Database& database, const EventSourceMapping& mapping) {
  const std::string& arn = mapping.event_source_arn;
  if (arn.find("/stream/") != std::string::npos) {
    StreamPtr stream = FindStream(database, arn);
    if (!stream) return {};
    return {std::move(stream)};
  }
  std::vector<StreamPtr> streams = database.streams().List(database.clock().Now());
  std::erase_if(streams, [&](const StreamPtr& stream) { return stream->definition().table_name != TableNameOf(arn); });
  return streams;
}

EventSource::EventSource(Database& database, TriggerRecords& records, EventDelivery& delivery, InvocationLog& log,
                         EventSourceMapping mapping, const LaneTiming& timing, TaskPool& pool,
                         std::function<void()> lane_ended)
    : database_(database),
      delivery_(delivery),
      log_(log),
      mapping_(std::move(mapping)),
      timing_(timing),
      pool_(pool),
      group_(database.scope() + "/" + mapping_.function_name),
      lane_ended_(std::move(lane_ended)),
      checkpoints_(records, mapping_.uuid) {}

EventSource::~EventSource() {
  RequestStop();
  for (const auto& [name, lane] : lanes_) pool_.Join(lane.task);
}

Result<void> EventSource::Refresh() {
  // A later stream of the table waits until the earlier one is done, so that an item's changes stay in order.
  for (const StreamPtr& stream : StreamsOf(database_, mapping_)) {
    TRY(const bool done, StartLanes(stream));
    if (!done) break;
  }
  return {};
}

// Whether all shards of the stream are done, and no more can come.
Result<bool> EventSource::StartLanes(const StreamPtr& stream) {
  TRY(const std::vector<Shard> shards, Shards(database_, *stream));
  std::set<std::string> unfinished;
  for (const Shard& shard : shards) {
    TRY(const auto lanes, checkpoints_.Of(shard.id));
    const bool is_done = !lanes.empty() && std::all_of(lanes.begin(), lanes.end(),
                                                       [](const auto& entry) { return entry.second.finished; });
    if (is_done) continue;
    unfinished.insert(shard.id);
    if (shard.parent_id && unfinished.contains(*shard.parent_id)) continue;
    TRY_VOID(StartShard(stream, shard));
  }
  return unfinished.empty();
}

// The lanes of the shard that do not run, after those that have ended are dropped.
std::vector<std::int64_t> EventSource::IdleLanes(const StreamPtr& stream, const Shard& shard) {
  const std::lock_guard lock(mutex_);
  std::erase_if(lanes_, [this](const auto& entry) {
    if (!entry.second.HasEnded()) return false;
    pool_.Join(entry.second.task);  // its last words, which wait for nobody
    return true;
  });
  std::vector<std::int64_t> idle;
  for (std::int64_t i = 0; i < mapping_.parallelization_factor; ++i) {
    if (!lanes_.contains({stream->id(), shard.id, i})) idle.push_back(i);
  }
  return idle;
}

Result<void> EventSource::StartShard(const StreamPtr& stream, const Shard& shard) {
  const std::vector<std::int64_t> idle = IdleLanes(stream, shard);
  if (idle.empty()) return {};
  // Read when it is certain that their lanes do not run: else a lane that ends meanwhile would be started once more
  // from where it was before. Without the lock, which writers take to wake lanes.
  TRY(const auto checkpoints, checkpoints_.Begin(shard.id, mapping_.parallelization_factor, shard.start));
  const std::lock_guard lock(mutex_);
  for (const std::int64_t number : idle) {
    const Checkpoint& checkpoint = checkpoints.at(number);
    if (checkpoint.finished || stopping_) continue;
    try {
      TRY_VOID(StartLane(stream, shard, number, checkpoint));
    } catch (const std::exception& error) {  // no thread, no memory: the next look tries again
      return InternalError(std::string("could not start a lane: ") + error.what());
    }
  }
  return {};
}

// Requires: the lock; no such lane runs.
Result<void> EventSource::StartLane(const StreamPtr& stream, const Shard& shard, std::int64_t number,
                                    const Checkpoint& checkpoint) {
  TRY(EventDelivery::Filter filter,
      delivery_.FilterOf(mapping_, stream->definition(), StreamArn(database_.identity(), *stream)));
  auto lane = std::make_unique<ShardLane>(LaneSurroundings{database_, checkpoints_, delivery_, log_, mapping_, timing_},
                                          stream, shard, number, checkpoint, std::move(filter));
  TaskPool::TaskPtr task = pool_.Add(
      group_, [lane = lane.get()] { return lane->Step(); }, lane_ended_);
  lanes_[{stream->id(), shard.id, number}] = {stream->id(), shard.id, std::move(lane), std::move(task)};
  return {};
}

bool EventSource::Wake(StreamId stream) {
  const std::lock_guard lock(mutex_);
  bool found = false;
  for (const auto& [name, lane] : lanes_) {
    if (lane.stream != stream) continue;
    pool_.Wake(lane.task);
    found = true;
  }
  return found;
}

void EventSource::RequestStop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const auto& [name, lane] : lanes_) {
    lane.lane->RequestStop();
    pool_.Stop(lane.task);
  }
}

bool EventSource::Ended() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& entry) { return entry.second.HasEnded(); });
}

std::map<std::string, SequenceNumber> EventSource::Positions() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, SequenceNumber> positions;
  for (const auto& [name, lane] : lanes_) {
    const SequenceNumber position = lane.lane->progress().position;
    const auto [found, is_first] = positions.try_emplace(lane.shard_id, position);
    if (!is_first) found->second = std::min(found->second, position);
  }
  return positions;
}

std::optional<Stall> EventSource::LongestStall() const {
  const std::lock_guard lock(mutex_);
  std::optional<Stall> longest;
  for (const auto& [name, lane] : lanes_) {
    const std::optional<Stall> stall = lane.lane->progress().stall;
    if (stall && !lane.HasEnded() && (!longest || stall->since < longest->since)) longest = stall;
  }
  return longest;
}

Result<void> EventSource::SkipToLatest(Database& database, TriggerRecords& records, const EventSourceMapping& mapping) {
  Checkpoints checkpoints(records, mapping.uuid);
  for (const StreamPtr& stream : StreamsOf(database, mapping)) {
    TRY(const std::vector<Shard> shards, Shards(database, *stream));
    for (const Shard& shard : shards) {
      Checkpoint checkpoint;
      TRY(checkpoint.next, LatestNumber(database, *stream, shard));
      checkpoint.finished = shard.end.has_value();
      for (std::int64_t lane = 0; lane < mapping.parallelization_factor; ++lane) {
        TRY_VOID(checkpoints.Save(shard.id, lane, checkpoint));
      }
    }
  }
  return {};
}

}  // namespace dynarock
