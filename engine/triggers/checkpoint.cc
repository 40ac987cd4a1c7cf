#include "engine/triggers/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "engine/base/log.h"
#include "engine/database/record_fields.h"

namespace dynarock {

template <class Record, Of<Checkpoint> Value>
void Fields(Record& record, Value& checkpoint) {
  record.Integer(1, checkpoint.next.value);
  record.Integer(2, checkpoint.finished);
  record.Time(3, checkpoint.window_start);
  record.Text(4, checkpoint.window_state);
}

namespace {

// "uuid/shard/lane"; shard ids have no slash. Nullopt if there is no number of a lane.
std::optional<std::int64_t> LaneOf(std::string_view id) {
  const std::string_view digits = id.substr(id.rfind('/') + 1);
  std::int64_t lane = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), lane);
  if (error != std::errc() || end != digits.data() + digits.size() || lane < 0) return std::nullopt;
  return lane;
}

// Nullopt for a record that is damaged, which the log names: its lane begins where its shard does.
std::optional<Checkpoint> Decode(const std::string& id, std::string_view bytes) {
  std::optional<Checkpoint> checkpoint = DecodeRecord<Checkpoint>(bytes);
  if (checkpoint && LaneOf(id)) return checkpoint;
  Log(LogLevel::kError, "checkpoint is skipped: its record is damaged", {{"checkpoint", id}});
  return std::nullopt;
}

std::string_view ShardOf(std::string_view id) {
  const std::size_t first = id.find('/'), last = id.rfind('/');
  return id.substr(first + 1, last - first - 1);
}

}  // namespace

std::string Checkpoints::IdOf(const std::string& shard_id, std::int64_t lane) const {
  return mapping_uuid_ + "/" + shard_id + "/" + std::to_string(lane);
}

Result<void> Checkpoints::Save(const std::string& shard_id, std::int64_t lane, const Checkpoint& checkpoint) {
  return records_.Put(TriggerRecord::kCheckpoint, IdOf(shard_id, lane), EncodeRecord(checkpoint));
}

Result<std::map<std::int64_t, Checkpoint>> Checkpoints::Of(const std::string& shard_id) const {
  TRY(const auto records, records_.List(TriggerRecord::kCheckpoint, mapping_uuid_ + "/" + shard_id + "/"));
  std::map<std::int64_t, Checkpoint> found;
  for (const auto& [id, bytes] : records) {
    if (auto checkpoint = Decode(id, bytes)) found[*LaneOf(id)] = std::move(*checkpoint);
  }
  return found;
}

Result<void> Checkpoints::Replace(const std::string& shard_id, const std::map<std::int64_t, Checkpoint>& lanes) {
  std::vector<std::pair<std::string, std::string>> records;
  for (const auto& [lane, checkpoint] : lanes) records.emplace_back(IdOf(shard_id, lane), EncodeRecord(checkpoint));
  return records_.Replace(TriggerRecord::kCheckpoint, mapping_uuid_ + "/" + shard_id + "/", records);
}

Result<std::map<std::int64_t, Checkpoint>> Checkpoints::Begin(const std::string& shard_id, std::int64_t lanes,
                                                              SequenceNumber start) {
  TRY(auto found, Of(shard_id));
  std::vector<std::pair<std::string, std::string>> records;
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    const auto [entry, is_new] = found.try_emplace(lane, Checkpoint{start, false, {}, {}});
    if (is_new) records.emplace_back(IdOf(shard_id, lane), EncodeRecord(entry->second));
  }
  if (!records.empty()) TRY_VOID(records_.PutAll(TriggerRecord::kCheckpoint, records));
  return found;
}

Result<void> Checkpoints::Recut(std::int64_t lanes) {
  TRY(const auto records, records_.List(TriggerRecord::kCheckpoint, mapping_uuid_ + "/"));
  std::map<std::string, std::vector<Checkpoint>> shards;
  for (const auto& [id, bytes] : records) {
    if (auto checkpoint = Decode(id, bytes)) shards[std::string(ShardOf(id))].push_back(std::move(*checkpoint));
  }
  for (const auto& [shard_id, found] : shards) {
    if (static_cast<std::int64_t>(found.size()) == lanes) continue;
    Checkpoint slowest = found.front();
    for (const Checkpoint& checkpoint : found) {
      slowest.finished = slowest.finished && checkpoint.finished;
      slowest.next = std::min(slowest.next, checkpoint.next);
    }
    std::map<std::int64_t, Checkpoint> cut;
    for (std::int64_t lane = 0; lane < lanes; ++lane) cut[lane] = slowest;
    TRY_VOID(Replace(shard_id, cut));
  }
  return {};
}

Result<void> Checkpoints::Prune(TriggerRecords& records, const std::function<Result<std::set<std::string>>()>& live) {
  TRY(const auto found, records.List(TriggerRecord::kCheckpoint));
  if (found.empty()) return {};
  TRY(const std::set<std::string> shards, live());
  for (const auto& [id, bytes] : found) {
    if (!shards.contains(std::string(ShardOf(id)))) TRY_VOID(records.Remove(TriggerRecord::kCheckpoint, id));
  }
  return {};
}

Result<void> Checkpoints::RemoveAll() {
  return records_.RemoveAll(TriggerRecord::kCheckpoint, mapping_uuid_ + "/");
}

}  // namespace dynarock
