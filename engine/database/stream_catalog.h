// The streams of one account and region, in memory and in the store.
#pragma once

#include <map>
#include <shared_mutex>
#include <vector>

#include "engine/database/first_use.h"
#include "engine/database/shared_store.h"
#include "engine/database/stream.h"

namespace dynarock {

// Thread-safe. A stream outlives its table and its being switched off by 24 hours.
class StreamCatalog {
 public:
  // Of `scope`, with no stream yet.
  StreamCatalog(SharedStore& shared, std::string scope)
      : store_(*shared.store), ids_(shared.stream_ids), signal_(shared.signal), scope_(std::move(scope)) {}

  // Reads all streams of the scope from the store, and the last numbers that they gave out; not those whose records
  // are damaged, which the log names. Errors: kInternal. Requires: nobody else knows the catalog yet.
  Result<void> Load();

  // Comes with the first stream.
  FirstUse& first_stream() { return first_stream_; }
  bool is_empty() const;

  // The stream that records the changes of `table`, or null.
  StreamPtr EnabledOf(TableId table) const;
  // The newest stream of `table`, enabled or not; null if there is none that is remembered at `now`.
  StreamPtr LatestOf(TableId table, EpochMillis now) const;
  // Null if there is no such stream, or none that is remembered at `now`.
  StreamPtr Find(StreamId stream, EpochMillis now) const;
  StreamPtr Find(std::string_view table_name, std::string_view label, EpochMillis now) const;
  // All that are remembered at `now`, by table name, then by label.
  std::vector<StreamPtr> List(EpochMillis now) const;

  // Gives the table a new stream, whose record goes to `batch`. If the batch is not committed: Discard.
  // Requires: the table's gate is held alone, or nobody knows the table; it has no enabled stream.
  Result<StreamPtr> Enable(const TableDefinition& table, StreamViewType view, EpochMillis now, WriteBatch& batch);
  void Discard(const StreamPtr& stream);
  // Closes the table's stream, if one is enabled; its record goes to `batch`. Requires: the table's gate is held alone.
  void Disable(TableId table, EpochMillis now, WriteBatch& batch);

  // Opens new shards where that is due. Whoever writes or reads calls it first. Errors: kInternal.
  Result<void> Roll(Stream& stream, EpochMillis now);
  // Rolls all streams and removes what nobody can read any more. Errors: kInternal, once all have had their turn.
  Result<void> Trim(EpochMillis now);

  // Also of the streams of the store's other databases.
  ChangeSignal& signal() { return signal_; }

 private:
  EpochMillis FreeLabel(std::string_view table_name, EpochMillis now) const;
  Result<void> Forget(const StreamPtr& stream);

  Store& store_;
  IdSequence& ids_;
  ChangeSignal& signal_;
  const std::string scope_;
  mutable std::shared_mutex mutex_;
  std::map<StreamId, StreamPtr> streams_;
  std::map<TableId, StreamPtr> latest_;
  FirstUse first_stream_;
};

}  // namespace dynarock
