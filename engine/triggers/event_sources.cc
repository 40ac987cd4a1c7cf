#include "engine/triggers/event_sources.h"

#include <algorithm>
#include <exception>
#include <set>

#include "engine/base/log.h"
#include "engine/base/uuid.h"

namespace dynarock {
namespace {

constexpr std::int64_t kPruneEvery = 60'000;  // milliseconds of the database's clock

bool SameButTimes(EventSourceMapping a, const EventSourceMapping& b) {
  a.created = b.created;
  a.modified = b.modified;
  return EncodeMapping(a) == EncodeMapping(b);
}

ApiError IsConfigured(const std::string& uuid) {
  return ValidationError("The event source mapping " + uuid + " is in the file of triggers: change it there.");
}

// What is wrong with the stream that the mapping reads, "" for nothing. Source: Lambda's words for a function's
// failure, "PROBLEM: Function call failed"; those for streams are a guess.
std::string StreamProblemOf(Database& database, const EventSourceMapping& mapping) {
  const std::vector<StreamPtr> streams = StreamsOf(database, mapping);
  if (streams.empty()) return "PROBLEM: Stream not found";
  return streams.back()->enabled() ? "" : "PROBLEM: Stream is disabled";
}

}  // namespace

EventSources::EventSources(Database& database, TriggerRecords& records, EventDelivery& delivery,
                           TriggerThreads& threads, LaneTiming timing)
    : database_(database), records_(records), delivery_(delivery), threads_(threads), timing_(timing) {}

EventSources::~EventSources() {
  RequestStop();
  Join();
}

Result<void> EventSources::Start() {
  TRY(const auto records, records_.List(TriggerRecord::kMapping));
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [uuid, record] : records) {
      Result<EventSourceMapping> mapping = DecodeMapping(record);
      if (mapping) {
        entries_[uuid].mapping = std::move(*mapping);
      } else {
        Log(LogLevel::kError, "an event source mapping is passed over",
            {{"uuid", uuid}, {"error", std::string_view(mapping.error().message)}});
      }
    }
  }
  {
    const std::lock_guard lock(manager_mutex_);
    started_ = true;
  }
  StartManager();
  return {};
}

// The manager runs from the first mapping on.
void EventSources::StartManager() {
  {
    const std::lock_guard lock(mutex_);
    if (entries_.empty()) return;
  }
  const std::lock_guard lock(manager_mutex_);
  if (!started_ || stopping_ || manager_) return;
  manager_ = threads_.managers.Add(database_.scope(), [this] { return std::optional(Manage()); }, {});
}

ApiError EventSources::NotFound() const {
  return {ErrorCode::kResourceNotFound, "The resource you requested does not exist.", {}};
}

EventSources::Entry* EventSources::FindEntry(const std::string& uuid) {
  const auto found = entries_.find(uuid);
  return found == entries_.end() || found->second.removed ? nullptr : &found->second;
}

// Requires: the lock.
MappingStatus EventSources::StatusOf(const Entry& entry) const {
  const std::optional<Stall> stall = entry.running ? entry.running->LongestStall() : std::nullopt;
  return {entry.mapping, ResultOf(entry, stall), log_.CountsOf(entry.mapping.uuid), stall};
}

std::string EventSources::ResultOf(const Entry& entry, const std::optional<Stall>& stall) const {
  if (std::string problem = StreamProblemOf(database_, entry.mapping); !problem.empty()) return problem;
  if (std::string problem = delivery_.ProblemOf(entry.mapping); !problem.empty()) return problem;
  if (!entry.problem.empty()) return "PROBLEM: " + entry.problem;
  if (stall) return stall->of_function ? "PROBLEM: Function call failed" : "PROBLEM: " + stall->error;
  return log_.LastResultOf(entry.mapping.uuid);
}

// Requires: the lock.
Result<void> EventSources::CheckNew(const EventSourceMapping& mapping) const {
  for (const auto& [uuid, entry] : entries_) {
    if (entry.removed || entry.mapping.event_source_arn != mapping.event_source_arn ||
        entry.mapping.function_name != mapping.function_name) {
      continue;
    }
    return ApiError{
        ErrorCode::kResourceInUse,
        "The event source arn (\" " + mapping.event_source_arn + " \") and function (\" " + mapping.function_name +
            " \") provided mapping already exists. Please update or delete the existing mapping with UUID " + uuid,
        {}};
  }
  return {};
}

Result<MappingStatus> EventSources::Create(EventSourceMapping mapping) {
  // A plain name is a table's.
  if (!mapping.event_source_arn.starts_with("arn:")) {
    mapping.event_source_arn = TableArn(database_.identity(), mapping.event_source_arn);
  }
  if (StreamsOf(database_, mapping).empty()) {
    return ValidationError("Stream not found: " + mapping.event_source_arn);
  }
  mapping.uuid = NewUuid();
  mapping.created = mapping.modified = database_.clock().Now();
  {
    const std::lock_guard lock(mutex_);
    TRY_VOID(CheckNew(mapping));
    if (mapping.starting_position == StartingPosition::kLatest) {
      TRY_VOID(EventSource::SkipToLatest(database_, records_, mapping));
    }
    TRY_VOID(records_.Put(TriggerRecord::kMapping, mapping.uuid, EncodeMapping(mapping)));
    entries_[mapping.uuid].mapping = mapping;
  }
  StartManager();
  WakeManager();
  return Find(mapping.uuid);
}

Result<MappingStatus> EventSources::Update(const std::string& uuid,
                                           const std::function<Result<void>(EventSourceMapping&)>& change) {
  {
    EventSourceMapping changed;
    const std::lock_guard lock(mutex_);
    Entry* entry = FindEntry(uuid);
    if (entry == nullptr) return NotFound();
    if (entry->mapping.is_configured) return IsConfigured(uuid);
    changed = entry->mapping;
    TRY_VOID(change(changed));
    changed.modified = database_.clock().Now();
    TRY_VOID(records_.Put(TriggerRecord::kMapping, uuid, EncodeMapping(changed)));
    entry->mapping = std::move(changed);
    entry->restart = true;
  }
  WakeManager();
  return Find(uuid);
}

Result<void> EventSources::Remove(const std::string& uuid) {
  {
    const std::lock_guard lock(mutex_);
    Entry* entry = FindEntry(uuid);
    if (entry == nullptr) return NotFound();
    if (entry->mapping.is_configured) return IsConfigured(uuid);
    TRY_VOID(records_.Remove(TriggerRecord::kMapping, uuid));
    entry->removed = true;
  }
  WakeManager();
  return {};
}

Result<void> EventSources::Replay(const std::string& uuid) {
  {
    const std::lock_guard lock(mutex_);
    Entry* entry = FindEntry(uuid);
    if (entry == nullptr) return NotFound();
    entry->restart = entry->replay = true;
  }
  WakeManager();
  return {};
}

Result<void> EventSources::SetEnabled(const std::string& uuid, bool enabled) {
  {
    const std::lock_guard lock(mutex_);
    Entry* entry = FindEntry(uuid);
    if (entry == nullptr) return NotFound();
    entry->mapping.enabled = enabled;
    entry->mapping.modified = database_.clock().Now();
    entry->restart = true;
    if (!entry->mapping.is_configured) {
      TRY_VOID(records_.Put(TriggerRecord::kMapping, uuid, EncodeMapping(entry->mapping)));
    }
  }
  WakeManager();
  return {};
}

Result<void> EventSources::ReplaceConfigured(std::vector<EventSourceMapping> mappings) {
  {
    const std::lock_guard lock(mutex_);
    const auto stays = [&](const std::string& uuid) {
      return std::any_of(mappings.begin(), mappings.end(), [&](const auto& mapping) { return mapping.uuid == uuid; });
    };
    for (auto& [uuid, entry] : entries_) {
      if (entry.mapping.is_configured && !stays(uuid)) entry.removed = true;
    }
    for (EventSourceMapping& mapping : mappings) {
      mapping.is_configured = true;
      mapping.created = mapping.modified = database_.clock().Now();
      Entry& entry = entries_[mapping.uuid];
      const bool is_new = entry.mapping.uuid.empty();
      if (!is_new && !entry.removed && SameButTimes(mapping, entry.mapping)) continue;
      if (is_new) TRY_VOID(SettleStart(mapping));
      entry.mapping = std::move(mapping);
      entry.removed = false;
      entry.restart = !is_new;
    }
  }
  StartManager();
  WakeManager();
  return {};
}

// A mapping of the file that was known before the server's last end continues where it was, also if its streams have
// gone since then: what a later stream has is new to it.
Result<void> EventSources::SettleStart(const EventSourceMapping& mapping) {
  TRY(const auto settled, records_.List(TriggerRecord::kStart, mapping.uuid));
  if (!settled.empty()) return {};
  TRY(const auto known, records_.List(TriggerRecord::kCheckpoint, mapping.uuid + "/"));
  if (known.empty() && mapping.starting_position == StartingPosition::kLatest) {
    TRY_VOID(EventSource::SkipToLatest(database_, records_, mapping));
  }
  return records_.Put(TriggerRecord::kStart, mapping.uuid, "");
}

Result<MappingStatus> EventSources::Find(const std::string& uuid) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(uuid);
  if (found == entries_.end() || found->second.removed) return NotFound();
  return StatusOf(found->second);
}

Result<TriggerPosition> EventSources::PositionOf(const std::string& uuid) const {
  EventSourceMapping mapping;
  std::map<std::string, SequenceNumber> positions;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(uuid);
    if (found == entries_.end() || found->second.removed) return NotFound();
    mapping = found->second.mapping;
    if (found->second.running) positions = found->second.running->Positions();
  }
  return FindPosition(database_, records_, mapping, positions);
}

std::vector<MappingStatus> EventSources::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<MappingStatus> list;
  for (const auto& [uuid, entry] : entries_) {
    if (!entry.removed) list.push_back(StatusOf(entry));
  }
  return list;
}

bool EventSources::IsIdle() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(entries_.begin(), entries_.end(), [](const auto& item) {
    const Entry& entry = item.second;
    return entry.mapping.is_configured && !entry.removed && (!entry.running || entry.running->Ended());
  });
}

Result<void> EventSources::ForgetStarts() {
  const std::lock_guard lock(mutex_);
  for (const auto& [uuid, entry] : entries_) {
    TRY_VOID(Checkpoints(records_, uuid).RemoveAll());
    TRY_VOID(records_.Remove(TriggerRecord::kStart, uuid));
  }
  return {};
}

void EventSources::WakeManager() {
  const std::lock_guard lock(manager_mutex_);
  if (manager_) threads_.managers.Wake(manager_);
}

// On a writer's thread: wakes the lanes, or the manager for a stream that nobody reads yet.
void EventSources::OnNews(StreamId stream) {
  const std::shared_lock lock(running_mutex_);
  bool known = false;
  for (EventSource* source : running_) known = source->Wake(stream) || known;
  if (!known && !running_.empty()) WakeManager();
}

TaskPool::Pause EventSources::Manage() {
  try {
    TendAll();
  } catch (const std::exception& error) {  // no memory, a damaged record: triggers must not stop for it
    Log(LogLevel::kError, "could not look after triggers", {{"error", error.what()}});
  }
  return {TaskPool::Clock::now() + timing_.look, true};
}

void EventSources::TendAll() {
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const Result<void> tended = Tend(entry->second);
    // An error of the store: the next look tries again.
    std::string problem = tended ? "" : tended.error().message;
    if (!problem.empty() && problem != entry->second.problem) {
      Log(LogLevel::kError, "trigger stuck",
          {{"function", entry->second.mapping.function_name}, {"uuid", entry->first}, {"error", problem}});
    }
    entry->second.problem = std::move(problem);
    const bool gone = entry->second.removed && !entry->second.running && tended;
    entry = gone ? entries_.erase(entry) : std::next(entry);
  }
  // Without mappings there is nothing that news could wake.
  if (entries_.empty()) {
    subscription_.reset();
  } else if (!subscription_) {
    subscription_ = database_.streams().signal().Subscribe([this](StreamId stream) { OnNews(stream); });
  }
  const EpochMillis now = database_.clock().Now();
  if (pruned_ && now.value - pruned_->value < kPruneEvery) return;
  if (ForgetGoneShards()) pruned_ = now;
}

// Checkpoints outlive the shards and streams that they are of only until here.
Result<void> EventSources::ForgetGoneShards() {
  return Checkpoints::Prune(records_, [this]() -> Result<std::set<std::string>> {
    std::set<std::string> live;
    for (const StreamPtr& stream : database_.streams().List(database_.clock().Now())) {
      TRY(const std::vector<Shard> shards, Shards(database_, *stream));
      for (const Shard& shard : shards) live.insert(shard.id);
    }
    return live;
  });
}

// Ends, starts or refreshes one mapping. Requires: the lock. Errors: kInternal.
Result<void> EventSources::Tend(Entry& entry) {
  const auto forget_running = [&] {
    const std::unique_lock lock(running_mutex_);
    std::erase(running_, entry.running.get());
  };
  if (entry.running && (entry.restart || entry.removed)) {
    forget_running();
    entry.running->RequestStop();
    if (!entry.running->Ended()) return {};
    entry.running.reset();
  }
  const std::string& uuid = entry.mapping.uuid;
  Checkpoints checkpoints(records_, uuid);
  if (entry.removed) {
    TRY_VOID(checkpoints.RemoveAll());
    TRY_VOID(records_.Remove(TriggerRecord::kStart, uuid));
    log_.Forget(uuid);
    return {};
  }
  if (entry.replay) {
    TRY_VOID(checkpoints.RemoveAll());
    entry.replay = false;
  }
  entry.restart = false;
  if (!entry.mapping.enabled) return {};
  if (!entry.running) {
    TRY_VOID(checkpoints.Recut(entry.mapping.parallelization_factor));
    entry.running = std::make_unique<EventSource>(database_, records_, delivery_, log_, entry.mapping, timing_,
                                                  threads_.lanes, [this] { WakeManager(); });
    const std::unique_lock lock(running_mutex_);
    running_.push_back(entry.running.get());
  }
  return entry.running->Refresh();
}

void EventSources::RequestStop() {
  {
    const std::lock_guard lock(manager_mutex_);
    stopping_ = true;
    if (manager_) threads_.managers.Stop(manager_);
  }
  const std::shared_lock lock(running_mutex_);
  for (EventSource* source : running_) source->RequestStop();
  log_.Stop();
}

void EventSources::Join() {
  if (manager_) threads_.managers.Join(manager_);
  subscription_.reset();
  const std::lock_guard lock(mutex_);
  {
    const std::unique_lock running_lock(running_mutex_);
    running_.clear();
  }
  entries_.clear();
}

}  // namespace dynarock
