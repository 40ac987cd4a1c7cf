// All event source mappings of this server: kept, changed, and run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/triggers/event_source.h"
#include "engine/triggers/trigger_position.h"

namespace dynarock {

struct MappingStatus {
  EventSourceMapping mapping;
  // Lambda's LastProcessingResult: "OK", "No records processed", or "PROBLEM: ..." for one that does not get on.
  std::string last_result;
  InvocationCounts counts;
  std::optional<Stall> stall;
};

// Threads that the mappings of all databases share.
struct TriggerThreads {
  TaskPool lanes{PoolSize{}};                 // read streams and call functions, so they wait for these
  TaskPool managers{PoolSize{.threads = 2}};  // look after mappings, and wait for nobody
};

// Thread-safe. Nothing here waits for a function but Join and the destructor.
class EventSources {
 public:
  // Requires: `threads` outlives it.
  EventSources(Database& database, TriggerRecords& records, EventDelivery& delivery, TriggerThreads& threads,
               LaneTiming timing = {});
  ~EventSources();

  // Reads the stored mappings and begins to run them. A record that can't be read is logged and passed over. It takes
  // no thread before there is a mapping. Errors: kInternal.
  Result<void> Start();

  // Gives the mapping its uuid and times, and stores it.
  // Errors: kResourceNotFound if there is no such stream or table; kResourceInUse if there is such a mapping.
  Result<MappingStatus> Create(EventSourceMapping mapping);
  // Applies `change`, stores the mapping and runs it anew once calls under way have ended.
  // Errors: kResourceNotFound; those of `change`; kValidation for a mapping of the file of triggers.
  Result<MappingStatus> Update(const std::string& uuid, const std::function<Result<void>(EventSourceMapping&)>& change);
  // Errors: as those of Update.
  Result<void> Remove(const std::string& uuid);
  // Delivers all that the stream still has, once more. Errors: kResourceNotFound.
  Result<void> Replay(const std::string& uuid);
  // Pauses or resumes any mapping; one of the file until the server ends. Errors: kResourceNotFound.
  Result<void> SetEnabled(const std::string& uuid, bool enabled);

  // Replaces the mappings of the file of triggers; those that stay as they were go on undisturbed.
  Result<void> ReplaceConfigured(std::vector<EventSourceMapping> mappings);

  // Errors: kResourceNotFound, in Lambda's words.
  Result<MappingStatus> Find(const std::string& uuid) const;
  std::vector<MappingStatus> List() const;  // by uuid
  // How far a mapping has come. Errors: kResourceNotFound, kInternal.
  Result<TriggerPosition> PositionOf(const std::string& uuid) const;

  // Whether no mapping runs, and none is there but those of the file of triggers.
  bool IsIdle() const;
  // Removes where mappings of the file of triggers began and how far they came. Requires: IsIdle, and no stream.
  // Errors: kInternal.
  Result<void> ForgetStarts();

  InvocationLog& log() { return log_; }

  // No new calls from here on. Call it before functions are stopped, so that their end does not count as a failure.
  void RequestStop();
  // Waits for calls under way.
  void Join();

 private:
  struct Entry {
    EventSourceMapping mapping;
    std::unique_ptr<EventSource> running;
    bool restart = false;  // `running` is to end, and to start anew if the mapping is enabled
    bool removed = false;
    bool replay = false;  // checkpoints go when `running` has ended
    std::string problem;  // why its lanes could not be looked after the last time
  };

  void StartManager();
  TaskPool::Pause Manage();
  void TendAll();
  Result<void> Tend(Entry& entry);
  Result<void> ForgetGoneShards();
  void WakeManager();
  void OnNews(StreamId stream);
  ApiError NotFound() const;
  Result<void> CheckNew(const EventSourceMapping& mapping) const;
  Result<void> SettleStart(const EventSourceMapping& mapping);
  MappingStatus StatusOf(const Entry& entry) const;
  std::string ResultOf(const Entry& entry, const std::optional<Stall>& stall) const;
  Entry* FindEntry(const std::string& uuid);

  Database& database_;
  TriggerRecords& records_;
  EventDelivery& delivery_;
  TriggerThreads& threads_;
  const LaneTiming timing_;
  InvocationLog log_;
  mutable std::mutex mutex_;  // entries
  std::map<std::string, Entry> entries_;
  std::shared_mutex running_mutex_;  // who runs, for the writers' news
  std::vector<EventSource*> running_;
  std::optional<EpochMillis> pruned_;  // when checkpoints of gone shards were last looked for
  std::unique_ptr<ChangeSignal::Subscription> subscription_;
  std::mutex manager_mutex_;
  bool started_ = false;
  bool stopping_ = false;
  TaskPool::TaskPtr manager_;  // null before the first mapping
};

}  // namespace dynarock
