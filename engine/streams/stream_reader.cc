#include "engine/streams/stream_reader.h"

#include <algorithm>
#include <cstdio>

#include "engine/base/log.h"
#include "engine/storage/digest.h"

namespace dynarock {
namespace {

// The time of opening and a hash whose first bits are the shard's place, so that ids sort as shards do.
std::string ShardId(const Stream& stream, SequenceNumber first, std::uint8_t shard) {
  std::string name = stream.definition().table_name;
  AppendBigEndian(name, static_cast<std::uint64_t>(stream.definition().created.value));
  AppendBigEndian(name, first.value);
  AppendBigEndian(name, shard);
  static_assert(kMostShards == 4, "two bits for the place");
  const std::uint32_t hash = ReadBigEndian<std::uint32_t>(Sha256(name).data()) >> 2 | std::uint32_t{shard} << 30;
  char id[40];
  std::snprintf(id, sizeof id, "shardId-%020lld-%08x", static_cast<long long>(TimeOf(first).value), hash);
  return id;
}

}  // namespace

StreamPtr FindStream(const Database& database, std::string_view stream_arn) {
  constexpr std::string_view kStream = "/stream/";
  const std::size_t place = stream_arn.rfind(kStream);
  if (place == std::string_view::npos) return nullptr;
  StreamPtr stream = database.streams().Find(TableNameOf(stream_arn.substr(0, place)),
                                             stream_arn.substr(place + kStream.size()), database.clock().Now());
  return stream && StreamArn(database.identity(), *stream) == stream_arn ? stream : nullptr;
}

ApiError TrimmedDataAccess() {
  return {ErrorCode::kTrimmedDataAccess, "The data you are trying to access has been trimmed", {}};
}

SequenceNumber TrimHorizon(const Database& database) {
  return FirstNumberAt({database.clock().Now().value - kStreamRetention + 1});
}

Result<std::vector<Shard>> Shards(Database& database, Stream& stream) {
  TRY_VOID(database.streams().Roll(stream, database.clock().Now()));
  const StreamLife life = stream.life();
  std::vector<Shard> shards;
  for (std::size_t i = 0; i < life.generations.size(); ++i) {
    const Generation& generation = life.generations[i];
    std::optional<SequenceNumber> end = life.end;
    if (i + 1 < life.generations.size()) end = SequenceNumber{life.generations[i + 1].first.value - 1};
    for (std::uint8_t place = 0; place < stream.definition().shards; ++place) {
      Shard shard{
          {generation.number, place}, ShardId(stream, generation.first, place), std::nullopt, generation.first, end};
      if (generation.parent_first) shard.parent_id = ShardId(stream, *generation.parent_first, place);
      shards.push_back(std::move(shard));
    }
  }
  return shards;
}

namespace {

template <class Is>
Result<std::optional<Shard>> FindWhere(Database& database, Stream& stream, Is is) {
  TRY(std::vector<Shard> shards, Shards(database, stream));
  const auto found = std::find_if(shards.begin(), shards.end(), is);
  if (found == shards.end()) return std::optional<Shard>();
  return std::optional<Shard>(std::move(*found));
}

}  // namespace

Result<std::optional<Shard>> FindShard(Database& database, Stream& stream, std::string_view shard_id) {
  return FindWhere(database, stream, [&](const Shard& shard) { return shard.id == shard_id; });
}

Result<std::optional<Shard>> FindShard(Database& database, Stream& stream, ShardPlace place) {
  return FindWhere(database, stream, [&](const Shard& shard) { return shard.place == place; });
}

Result<SequenceNumber> LatestNumber(Database& database, const Stream& stream, const Shard& shard) {
  const std::string end = ChangeKey(stream.id(), shard.place, stream.VisibleEnd().value);
  Cursor cursor = database.store().Walk(ShardPrefix(stream.id(), shard.place), end);
  cursor.SeekToLast();
  TRY_VOID(cursor.status());
  if (!cursor.Valid()) return shard.start;
  return SequenceNumber{SequenceNumberOfKey(cursor.key()) + 1};
}

Result<ChangePage> ReadShard(Database& database, const Stream& stream, const Shard& shard, SequenceNumber from,
                             const PageLimits& limits) {
  ChangePage page;
  page.next = std::max(from, shard.start);
  // Asked before the store: what becomes visible in between is of the next page.
  const SequenceNumber visible = stream.VisibleEnd();
  // A reader may act on a change, so it is read only once it can't be lost.
  if (!database.store().LogCommits()) return page;
  const SequenceNumber horizon = TrimHorizon(database);
  const std::string end = ChangeKey(stream.id(), shard.place, visible.value);
  Cursor cursor = database.store().Walk(ChangeKey(stream.id(), shard.place, page.next.value), end);
  std::size_t bytes = 0;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    const SequenceNumber number{SequenceNumberOfKey(cursor.key())};
    if (number < horizon) return TrimmedDataAccess();
    if (page.records.size() == limits.records) return page;
    Result<ChangeRecord> record = DecodeChange(stream.definition(), number, cursor.value());
    if (record) {
      bytes += record->size_bytes();
      if (bytes > limits.bytes && !page.records.empty()) return page;
      page.records.push_back(std::move(*record));
    } else {
      Log(LogLevel::kError, "change is skipped",
          {{"table", stream.definition().table_name}, {"error", record.error().message}});
    }
    page.next = {number.value + 1};
  }
  TRY_VOID(cursor.status());
  const std::optional<SequenceNumber> closed_at = stream.EndOf(shard.place.generation);
  page.at_end = closed_at && visible > *closed_at;
  return page;
}

Result<Backlog> BacklogOf(Database& database, const Stream& stream, ShardPlace place, SequenceNumber from,
                          std::size_t limit) {
  Backlog backlog;
  const SequenceNumber begin = std::max(from, TrimHorizon(database));
  const std::string end = ChangeKey(stream.id(), place, stream.VisibleEnd().value);
  Cursor cursor = database.store().Walk(ChangeKey(stream.id(), place, begin.value), end);
  for (cursor.SeekToFirst(); cursor.Valid() && backlog.records < limit; cursor.Next()) {
    if (!backlog.first) backlog.first = SequenceNumber{SequenceNumberOfKey(cursor.key())};
    ++backlog.records;
  }
  TRY_VOID(cursor.status());
  return backlog;
}

}  // namespace dynarock
