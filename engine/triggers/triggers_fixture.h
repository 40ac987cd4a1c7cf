// A table with a stream, mappings that run on it, and a function that notes its calls: for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

#include "engine/database/item_key.h"
#include "engine/item/test_items.h"
#include "engine/streams/change_log.h"
#include "engine/triggers/event_sources.h"

namespace dynarock {

inline constexpr std::chrono::seconds kPatience(60);

inline std::string ItemWithKey(const std::string& pk) {
  return ItemOf({{"pk", TextValue(pk)}});
}

inline std::string KeyOf(const ChangeRecord& record) {
  return std::string(ItemView(record.keys).Find("pk")->payload());
}

using Call = std::vector<std::string>;  // the keys of a batch

// A function that notes its calls and answers as `answer` says.
class NotingDelivery final : public EventDelivery {
 public:
  Result<Filter> FilterOf(const EventSourceMapping& mapping, const StreamDefinition&, const std::string&) override {
    if (mapping.filters.empty()) return Filter();
    if (mapping.filters.front() == "invalid") return ValidationError("invalid pattern");
    return Filter(
        [prefix = mapping.filters.front()](const ChangeRecord& record) { return KeyOf(record).starts_with(prefix); });
  }

  std::string ProblemOf(const EventSourceMapping&) override { return problem; }

  DeliveryOutcome Deliver(const EventBatch& batch) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back(KeysOf(batch));
    changed_.notify_all();
    const DeliveryOutcome outcome = answer ? answer(batch) : DeliveryOutcome{};
    if (outcome.ok && !outcome.first_failed) {
      for (const std::string& key : calls_.back()) done_.push_back(key);
    }
    return outcome;
  }

  void Discard(const EventBatch& batch, DiscardReason reason, int attempts, bool) override {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : KeysOf(batch)) discarded_[key] = {reason, attempts};
    changed_.notify_all();
  }

  // Whether `condition` of the notes came true in time.
  bool Await(const std::function<bool(NotingDelivery&)>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return condition(*this); });
  }

  bool AwaitDone(std::size_t count) {
    return Await([count](NotingDelivery& notes) { return notes.done_.size() >= count; });
  }

  // While calls may be under way.
  void SetAnswer(std::function<DeliveryOutcome(const EventBatch&)> next) {
    const std::lock_guard lock(mutex_);
    answer = std::move(next);
  }

  static Call KeysOf(const EventBatch& batch) {
    Call keys;
    for (const ChangeRecord& record : batch.records) keys.push_back(KeyOf(record));
    return keys;
  }

  std::function<DeliveryOutcome(const EventBatch&)> answer;
  std::string problem;
  std::vector<Call> calls_;
  std::vector<std::string> done_;
  std::map<std::string, std::pair<DiscardReason, int>> discarded_;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

inline DeliveryOutcome FailOn(const EventBatch& batch, const std::string& poison) {
  const Call keys = NotingDelivery::KeysOf(batch);
  if (std::find(keys.begin(), keys.end(), poison) == keys.end()) return {};
  return {.ok = false, .error = "poison", .first_failed = {}, .state = {}};
}

class EventSourcesTest : public testing::Test {
 protected:
  EventSourcesTest()
      : database_(std::move(*Database::Open({.in_memory = true}, {}, clock_))),
        records_(database_->store(), database_->scope()) {
    MakeTable();
    StreamOn();
    Start();
  }
  ~EventSourcesTest() override { sources_.reset(); }

  void MakeTable() {
    TableDefinition definition;
    definition.name = "chat";
    definition.keys = {{{"pk", Type::kString}}, {}};
    definition.billing_mode = BillingMode::kPayPerRequest;
    table_ = *database_->catalog().Create(std::move(definition));
  }

  // As DeleteTable does.
  void DropTable() {
    ASSERT_TRUE(database_->catalog().Remove(table_, [&](const TableDefinition&, WriteBatch& batch) -> Result<void> {
      database_->streams().Disable(table_->id(), clock_->Now(), batch);
      return {};
    }));
  }

  void StreamOn() {
    WriteBatch batch;
    stream_ = *database_->streams().Enable(table_->definition(), StreamViewType::kKeysOnly, clock_->Now(), batch);
    EXPECT_TRUE(database_->store().Commit(std::move(batch)));
  }

  void StreamOff() {
    WriteBatch batch;
    database_->streams().Disable(table_->id(), clock_->Now(), batch);
    EXPECT_TRUE(database_->store().Commit(std::move(batch)));
  }

  // A server that begins to run triggers.
  void Start() {
    sources_.reset();
    sources_ = std::make_unique<EventSources>(*database_, records_, notes_, threads_, timing_);
    EXPECT_TRUE(sources_->Start());
  }

  void Insert(const std::string& pk) {
    ASSERT_TRUE(database_->streams().Roll(*stream_, clock_->Now()));
    WriteBatch batch;
    ChangeLog log(*database_);
    const std::string item = ItemWithKey(pk);
    const std::string row_key = *BaseRowKey(*table_, ItemView(item));
    log.Add(table_->id(), row_key, {ItemView(), ItemView(item)});
    ASSERT_TRUE(log.Commit(batch, [&] { return database_->store().Commit(std::move(batch)); }));
  }

  // Keys that all fall into one shard, so that one batch can hold them.
  std::vector<std::string> KeysOfOneShard(std::size_t count) const {
    std::vector<std::string> keys;
    for (int i = 0; keys.size() < count; ++i) {
      const std::string key = "k" + std::to_string(i);
      const std::string item = ItemWithKey(key);
      if (HashByteOfRow(*BaseRowKey(*table_, ItemView(item))) < 64) keys.push_back(key);
    }
    return keys;
  }

  EventSourceMapping Mapping() const {
    EventSourceMapping mapping;
    mapping.event_source_arn = StreamArn(database_->identity(), *stream_);
    mapping.function_name = "f";
    mapping.starting_position = StartingPosition::kTrimHorizon;
    return mapping;
  }

  // Of whatever stream the table has.
  EventSourceMapping TableMapping() const {
    EventSourceMapping mapping = Mapping();
    mapping.event_source_arn = "chat";
    return mapping;
  }

  // Whether `condition` came true in time.
  static bool Await(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }

  // Threads read it while a test moves it.
  std::shared_ptr<ShiftedClock> clock_ =
      std::make_shared<ShiftedClock>(std::make_shared<ManualClock>(EpochMillis{1'700'000'000'000}));
  std::unique_ptr<Database> database_;
  TriggerRecords records_;
  NotingDelivery notes_;
  LaneTiming timing_;
  TriggerThreads threads_;
  TablePtr table_;
  StreamPtr stream_;
  std::unique_ptr<EventSources> sources_;
};

}  // namespace dynarock
