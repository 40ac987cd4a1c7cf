#include "engine/triggers/event_sources.h"

#include <algorithm>

#include "engine/base/guarded.h"
#include "engine/base/log.h"
#include "engine/base/uuid.h"

namespace dynarock {
namespace {

constexpr std::chrono::seconds kLook(1);  // without news, for shards that time has opened

bool SameButTimes(EventSourceMapping a, const EventSourceMapping& b) {
  a.created = b.created;
  a.modified = b.modified;
  return EncodeMapping(a) == EncodeMapping(b);
}

ApiError IsConfigured(const std::string& uuid) {
  return ValidationError("The event source mapping " + uuid +
                         " stands in the server's file of triggers: change it there.");
}

}  // namespace

EventSources::EventSources(Database& database, TriggerRecords& records, EventDelivery& delivery)
    : database_(database), records_(records), delivery_(delivery) {}

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
        Log(LogLevel::kError, "mapping is skipped", {{"uuid", uuid}, {"error", mapping.error().message}});
      }
    }
  }
  {
    const std::lock_guard lock(manager_mutex_);
    is_started_ = true;
  }
  BeginManaging();
  return {};
}

// Starts the thread, unless it runs, or has nothing to do.
void EventSources::BeginManaging() {
  {
    const std::lock_guard lock(mutex_);
    if (entries_.empty()) return;
  }
  const std::lock_guard lock(manager_mutex_);
  if (!is_started_ || is_stopping_ || manager_.joinable()) return;
  manager_ = std::jthread([this](const std::stop_token& stop) { Manage(stop); });
}

ApiError EventSources::NotFound() const {
  return {ErrorCode::kResourceNotFound, "The resource you requested does not exist.", {}};
}

EventSources::Entry* EventSources::FindEntry(const std::string& uuid) {
  const auto found = entries_.find(uuid);
  return found == entries_.end() || found->second.removed ? nullptr : &found->second;
}

MappingStatus EventSources::StatusOf(const EventSourceMapping& mapping) const {
  return {mapping, log_.LastResultOf(mapping.uuid), log_.CountsOf(mapping.uuid)};
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
  BeginManaging();
  WakeManager();
  return StatusOf(mapping);
}

Result<MappingStatus> EventSources::Update(const std::string& uuid,
                                           const std::function<Result<void>(EventSourceMapping&)>& change) {
  EventSourceMapping changed;
  {
    const std::lock_guard lock(mutex_);
    Entry* entry = FindEntry(uuid);
    if (entry == nullptr) return NotFound();
    if (entry->mapping.is_configured) return IsConfigured(uuid);
    changed = entry->mapping;
    TRY_VOID(change(changed));
    changed.modified = database_.clock().Now();
    TRY_VOID(records_.Put(TriggerRecord::kMapping, uuid, EncodeMapping(changed)));
    entry->mapping = changed;
    entry->restart = true;
  }
  WakeManager();
  return StatusOf(changed);
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
      if (is_new && mapping.starting_position == StartingPosition::kLatest) {
        // A mapping that was known before the server's last end goes on where it was.
        TRY(const auto known, records_.List(TriggerRecord::kCheckpoint, mapping.uuid + "/"));
        if (known.empty()) TRY_VOID(EventSource::SkipToLatest(database_, records_, mapping));
      }
      entry.mapping = std::move(mapping);
      entry.removed = false;
      entry.restart = !is_new;
    }
  }
  BeginManaging();
  WakeManager();
  return {};
}

Result<MappingStatus> EventSources::Find(const std::string& uuid) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(uuid);
  if (found == entries_.end() || found->second.removed) return NotFound();
  return StatusOf(found->second.mapping);
}

std::vector<MappingStatus> EventSources::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<MappingStatus> list;
  for (const auto& [uuid, entry] : entries_) {
    if (!entry.removed) list.push_back(StatusOf(entry.mapping));
  }
  return list;
}

void EventSources::WakeManager() {
  {
    const std::lock_guard lock(wake_mutex_);
    wake_ = true;
  }
  woken_.notify_one();
}

// On a writer's thread: wakes the lanes, or the manager for a stream that nobody reads yet.
void EventSources::OnNews(StreamId stream) {
  const std::shared_lock lock(running_mutex_);
  bool known = false;
  for (EventSource* source : running_) known = source->Wake(stream) || known;
  if (!known && !running_.empty()) WakeManager();
}

void EventSources::Manage(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Guarded("event source mappings", [this] { TendAll(); });
    std::unique_lock lock(wake_mutex_);
    woken_.wait_for(lock, stop, kLook, [this] { return wake_; });
    wake_ = false;
  }
  subscription_.reset();
}

void EventSources::TendAll() {
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    Guarded("event source mapping", [&] { Tend(entry->second); });
    const bool gone = entry->second.removed && !entry->second.running;
    entry = gone ? entries_.erase(entry) : std::next(entry);
  }
  // Without mappings, writers have nobody to tell.
  if (entries_.empty()) {
    subscription_.reset();
  } else if (!subscription_) {
    subscription_ = database_.streams().signal().Subscribe([this](StreamId stream) { OnNews(stream); });
  }
}

// Ends, starts or goes on with one mapping. Requires: the lock.
void EventSources::Tend(Entry& entry) {
  const auto forget_running = [&] {
    const std::unique_lock lock(running_mutex_);
    std::erase(running_, entry.running.get());
  };
  if (entry.running && (entry.restart || entry.removed)) {
    forget_running();
    entry.running->RequestStop();
    if (!entry.running->Ended()) return;
    entry.running.reset();
  }
  Checkpoints checkpoints(records_, entry.mapping.uuid);
  if (entry.removed) {
    if (checkpoints.RemoveAll()) log_.Forget(entry.mapping.uuid);
    return;
  }
  if (entry.replay && checkpoints.RemoveAll()) entry.replay = false;
  entry.restart = false;
  if (!entry.mapping.enabled) return;
  if (!entry.running) {
    if (!checkpoints.Recut(entry.mapping.parallelization_factor)) return;
    entry.running =
        std::make_unique<EventSource>(database_, records_, delivery_, log_, entry.mapping, [this] { WakeManager(); });
    const std::unique_lock lock(running_mutex_);
    running_.push_back(entry.running.get());
  }
  // An error of the store: the next look tries again.
  static_cast<void>(entry.running->Refresh().has_value());
}

void EventSources::RequestStop() {
  {
    const std::lock_guard lock(manager_mutex_);
    is_stopping_ = true;
    manager_.request_stop();
  }
  const std::shared_lock lock(running_mutex_);
  for (EventSource* source : running_) source->RequestStop();
  log_.Stop();
}

void EventSources::Join() {
  std::jthread manager;
  {
    const std::lock_guard lock(manager_mutex_);
    manager.swap(manager_);
  }
  if (manager.joinable()) manager.join();
  const std::lock_guard lock(mutex_);
  {
    const std::unique_lock running_lock(running_mutex_);
    running_.clear();
  }
  entries_.clear();
}

}  // namespace dynarock
