#include "engine/database/stream_catalog.h"

#include <algorithm>

#include "engine/base/log.h"

namespace dynarock {
namespace {

// The greatest number among the changes of the newest generation; a new generation begins behind all numbers before it.
Result<SequenceNumber> LastNumber(const Store& store, const StreamRecord& stream) {
  SequenceNumber last;
  for (std::uint8_t shard = 0; shard < stream.definition.shards; ++shard) {
    const std::string begin = ShardPrefix(stream.definition.id, {stream.life.generations.back().number, shard});
    Cursor cursor = store.Walk(begin, PrefixEnd(begin));
    cursor.SeekToLast();
    if (cursor.Valid()) last = std::max(last, SequenceNumber{SequenceNumberOfKey(cursor.key())});
    TRY_VOID(cursor.status());
  }
  return last;
}

}  // namespace

Result<void> StreamCatalog::Load() {
  const std::string begin = StreamsPrefix(scope_);
  Cursor cursor = store_.Walk(begin, PrefixEnd(begin));
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    Result<StreamRecord> record = DecodeStream(cursor.value());
    if (!record) {
      Log(LogLevel::kError, "stream is skipped", {{"database", scope_}, {"error", record.error().message}});
      continue;
    }
    TRY(const SequenceNumber last, LastNumber(store_, *record));
    auto stream = std::make_shared<Stream>(std::move(record->definition), std::move(record->life), last,
                                           std::string(cursor.key()));
    streams_.emplace(stream->id(), stream);
    latest_[stream->definition().table] = stream;  // ids grow, so the last is the newest
  }
  if (!streams_.empty()) first_stream_.Come();
  return cursor.status();
}

bool StreamCatalog::is_empty() const {
  const std::shared_lock lock(mutex_);
  return streams_.empty();
}

StreamPtr StreamCatalog::EnabledOf(TableId table) const {
  const std::shared_lock lock(mutex_);
  const auto found = latest_.find(table);
  return found != latest_.end() && found->second->enabled() ? found->second : nullptr;
}

StreamPtr StreamCatalog::LatestOf(TableId table, EpochMillis now) const {
  const std::shared_lock lock(mutex_);
  const auto found = latest_.find(table);
  return found != latest_.end() && !found->second->Forgotten(now) ? found->second : nullptr;
}

StreamPtr StreamCatalog::Find(StreamId stream, EpochMillis now) const {
  const std::shared_lock lock(mutex_);
  const auto found = streams_.find(stream);
  return found != streams_.end() && !found->second->Forgotten(now) ? found->second : nullptr;
}

StreamPtr StreamCatalog::Find(std::string_view table_name, std::string_view label, EpochMillis now) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [id, stream] : streams_) {
    if (stream->definition().table_name != table_name || stream->Label() != label) continue;
    return stream->Forgotten(now) ? nullptr : stream;
  }
  return nullptr;
}

std::vector<StreamPtr> StreamCatalog::List(EpochMillis now) const {
  std::vector<StreamPtr> streams;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, stream] : streams_) {
      if (!stream->Forgotten(now)) streams.push_back(stream);
    }
  }
  std::sort(streams.begin(), streams.end(), [](const StreamPtr& a, const StreamPtr& b) {
    return std::tie(a->definition().table_name, a->definition().created) <
           std::tie(b->definition().table_name, b->definition().created);
  });
  return streams;
}

EpochMillis StreamCatalog::FreeLabel(std::string_view table_name, EpochMillis now) const {
  for (const auto& [id, stream] : streams_) {
    if (stream->definition().table_name == table_name) now = std::max(now, {stream->definition().created.value + 1});
  }
  return now;
}

Result<StreamPtr> StreamCatalog::Enable(const TableDefinition& table, StreamViewType view, EpochMillis now,
                                        WriteBatch& batch) {
  first_stream_.Come();
  StreamDefinition definition;
  TRY(definition.id.value, ids_.Take());
  const std::unique_lock lock(mutex_);  // readers need it, so no commit is waited for with it
  definition.table = table.id;
  definition.table_name = table.name;
  definition.keys = table.keys;
  definition.view = view;
  definition.created = FreeLabel(table.name, now);
  definition.shards = PartitionsOf(table);
  StreamLife life{{{1, FirstNumberAt(definition.created), std::nullopt}}, std::nullopt};
  std::string key = StreamKey(scope_, definition.id);
  batch.Put(key, EncodeStream(definition, life));
  auto stream = std::make_shared<Stream>(std::move(definition), std::move(life), SequenceNumber{}, std::move(key));
  streams_.emplace(stream->id(), stream);
  latest_[table.id] = stream;
  return stream;
}

void StreamCatalog::Discard(const StreamPtr& stream) {
  const std::unique_lock lock(mutex_);
  streams_.erase(stream->id());
  const auto latest = latest_.find(stream->definition().table);
  if (latest == latest_.end() || latest->second != stream) return;
  latest_.erase(latest);
  // The one before it is the newest again.
  for (const auto& [id, other] : streams_) {
    if (other->definition().table == stream->definition().table) latest_[other->definition().table] = other;
  }
}

void StreamCatalog::Disable(TableId table, EpochMillis now, WriteBatch& batch) {
  const StreamPtr stream = EnabledOf(table);
  if (!stream) return;
  stream->Disable(now, batch);
  signal_.Notify(stream->id());
}

Result<void> StreamCatalog::Roll(Stream& stream, EpochMillis now) {
  if (!stream.RollDue(now)) return {};
  TRY_VOID(stream.Roll(store_, now));
  signal_.Notify(stream.id());
  return {};
}

Result<void> StreamCatalog::Trim(EpochMillis now) {
  std::vector<StreamPtr> streams;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& entry : streams_) streams.push_back(entry.second);
  }
  Result<void> all;
  for (const StreamPtr& stream : streams) {
    Result<void> one = stream->Forgotten(now) ? Forget(stream) : Roll(*stream, now);
    if (!one && all) all = std::move(one);
  }
  return all;
}

Result<void> StreamCatalog::Forget(const StreamPtr& stream) {
  WriteBatch batch;
  batch.Delete(StreamKey(scope_, stream->id()));
  const std::string begin = ChangesPrefix(stream->id());
  batch.DeleteRange(begin, PrefixEnd(begin));
  TRY_VOID(store_.Commit(std::move(batch), {.longest_wait = CommitOptions::kCallWait}));
  Discard(stream);
  return {};
}

}  // namespace dynarock
