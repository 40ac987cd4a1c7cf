#include "engine/streams/change_log.h"

namespace dynarock {
namespace {

// Items of one partition key are in one shard, so a shard keeps their order.
std::uint8_t ShardOf(const Stream& stream, std::string_view row_key) {
  return static_cast<std::uint8_t>(HashByteOfRow(row_key) * stream.definition().shards / 256);
}

}  // namespace

void ChangeLog::Add(TableId table, std::string_view row_key, const Change& change) {
  StreamPtr stream = database_.streams().EnabledOf(table);
  if (!stream) return;
  std::string record = EncodeChange(stream->definition(), change);
  const std::uint8_t shard = ShardOf(*stream, row_key);
  pending_.push_back({std::move(stream), shard, std::move(record), std::nullopt});
}

Result<void> ChangeLog::Commit(WriteBatch& batch, const std::function<Result<void>()>& commit) {
  if (pending_.empty()) return commit();
  Result<void> committed;
  try {
    committed = AddTo(batch);
    if (committed) committed = commit();
  } catch (...) {
    Announce();
    throw;
  }
  Announce();
  return committed;
}

Result<void> ChangeLog::AddTo(WriteBatch& batch) {
  const EpochMillis now = database_.clock().Now();
  for (Pending& change : pending_) {
    TRY_VOID(database_.streams().Roll(*change.stream, now));
    const ChangePlace place = change.stream->Take(now);
    change.number = place.number;
    batch.Put(ChangeKey(change.stream->id(), {place.generation, change.shard}, place.number.value), change.record);
  }
  return {};
}

void ChangeLog::Announce() {
  for (const Pending& change : pending_) {
    if (!change.number) continue;
    change.stream->Settle(*change.number);
    database_.streams().signal().Notify(change.stream->id());
  }
  pending_.clear();
}

}  // namespace dynarock
