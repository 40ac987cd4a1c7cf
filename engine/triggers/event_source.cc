#include "engine/triggers/event_source.h"

#include "engine/base/guarded.h"

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
                         EventSourceMapping mapping, std::function<void()> lane_ended)
    : database_(database),
      delivery_(delivery),
      log_(log),
      mapping_(std::move(mapping)),
      lane_ended_(std::move(lane_ended)),
      checkpoints_(records, mapping_.uuid) {}

EventSource::~EventSource() {
  RequestStop();
  for (const auto& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

Result<void> EventSource::Refresh() {
  // A later stream of the table waits until the earlier one is done, so that an item's changes stay in order.
  for (const StreamPtr& stream : StreamsOf(database_, mapping_)) {
    TRY(const bool done, StartLanes(stream));
    if (!done) break;
  }
  return {};
}

// Whether all shards of the stream are done.
Result<bool> EventSource::StartLanes(const StreamPtr& stream) {
  TRY(const std::vector<Shard> shards, Shards(database_, *stream));
  std::set<std::string> unfinished;
  for (const Shard& shard : shards) {
    TRY(const bool finished, checkpoints_.Finished(shard.id, mapping_.parallelization_factor));
    if (finished) continue;
    unfinished.insert(shard.id);
    if (shard.parent_id && unfinished.contains(*shard.parent_id)) continue;
    StartShard(stream, shard);
  }
  return unfinished.empty();
}

void EventSource::StartShard(const StreamPtr& stream, const Shard& shard) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || !started_.insert(std::to_string(stream->id().value) + "/" + shard.id).second) return;
  std::erase_if(lanes_, [](const auto& lane) { return lane->ended.load(); });
  for (std::int64_t i = 0; i < mapping_.parallelization_factor; ++i) {
    auto lane = std::make_unique<RunningLane>();
    lane->stream = stream->id();
    lane->lane = std::make_unique<ShardLane>(LaneSurroundings{database_, checkpoints_, delivery_, log_, mapping_},
                                             stream, shard, i);
    lane->thread = std::jthread([this, running = lane.get()](const std::stop_token& stop) {
      running->lane->Run(stop);
      running->ended = true;
      Guarded("the end of a trigger's lane", lane_ended_);
    });
    lanes_.push_back(std::move(lane));
  }
}

bool EventSource::Wake(StreamId stream) {
  const std::lock_guard lock(mutex_);
  bool found = false;
  for (const auto& lane : lanes_) {
    if (lane->stream != stream) continue;
    lane->lane->Wake();
    found = true;
  }
  return found;
}

void EventSource::RequestStop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const auto& lane : lanes_) lane->thread.request_stop();
}

bool EventSource::Ended() const {
  const std::lock_guard lock(mutex_);
  for (const auto& lane : lanes_) {
    if (!lane->ended) return false;
  }
  return true;
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
