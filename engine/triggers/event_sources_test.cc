#include "engine/triggers/event_sources.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <set>

#include "engine/storage/record_encoding.h"
#include "engine/triggers/triggers_fixture.h"

namespace dynarock {
namespace {

// The function "hangs" does not answer before `end`.
class HangingDelivery final : public EventDelivery {
 public:
  HangingDelivery(NotingDelivery& notes, std::shared_future<void> end) : notes_(notes), end_(std::move(end)) {}
  Result<Filter> FilterOf(const EventSourceMapping&, const StreamDefinition&, const std::string&) override {
    return Filter();
  }
  std::string ProblemOf(const EventSourceMapping&) override { return ""; }
  DeliveryOutcome Deliver(const EventBatch& batch) override {
    if (batch.mapping.function_name == "hangs") end_.wait();
    return notes_.Deliver(batch);
  }
  void Discard(const EventBatch&, DiscardReason, int, bool) override {}

 private:
  NotingDelivery& notes_;
  const std::shared_future<void> end_;
};

TEST_F(EventSourcesTest, DeliversAllInOrderWithinTheBatchSize) {
  const auto keys = KeysOfOneShard(10);
  for (const auto& key : keys) Insert(key);
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 3;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(10));
  EXPECT_EQ(notes_.done_, keys);
  for (const Call& call : notes_.calls_) EXPECT_LE(call.size(), 3u);
  Insert("late");
  EXPECT_TRUE(notes_.AwaitDone(11));
}

TEST_F(EventSourcesTest, LatestPassesOverWhatIsThere) {
  Insert("old");
  EventSourceMapping mapping = Mapping();
  mapping.starting_position = StartingPosition::kLatest;
  ASSERT_TRUE(sources_->Create(mapping));
  Insert("new");
  ASSERT_TRUE(notes_.AwaitDone(1));
  EXPECT_EQ(notes_.done_.front(), "new");
}

TEST_F(EventSourcesTest, ChildrenBeginWhenTheirParentIsDone) {
  const auto keys = KeysOfOneShard(30);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Insert(keys[i]);
    if (i % 10 == 9) clock_->Advance(std::chrono::hours(5));
  }
  ASSERT_TRUE(sources_->Create(Mapping()));
  ASSERT_TRUE(notes_.AwaitDone(30));
  EXPECT_EQ(notes_.done_, keys);
}

TEST_F(EventSourcesTest, FailedBatchComesAgainBeforeLaterOnes) {
  const auto keys = KeysOfOneShard(4);
  for (const auto& key : keys) Insert(key);
  int tries = 0;
  notes_.answer = [&](const EventBatch&) {
    return DeliveryOutcome{.ok = ++tries > 2, .error = "not yet", .first_failed = {}, .state = {}};
  };
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 2;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(4));
  EXPECT_EQ(notes_.done_, keys);
  EXPECT_EQ(notes_.calls_[0], notes_.calls_[1]);
  EXPECT_EQ(notes_.calls_[0], notes_.calls_[2]);
}

TEST_F(EventSourcesTest, RetriesEndWithTheBatchGivenUp) {
  const auto keys = KeysOfOneShard(2);
  for (const auto& key : keys) Insert(key);
  notes_.answer = [&](const EventBatch& batch) { return FailOn(batch, keys[0]); };
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 1;
  mapping.maximum_retry_attempts = 1;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(1));
  EXPECT_EQ(notes_.done_.front(), keys[1]);
  EXPECT_EQ(notes_.discarded_[keys[0]], std::pair(DiscardReason::kRetryAttemptsExhausted, 2));
  EXPECT_EQ(notes_.calls_.size(), 3u);
}

TEST_F(EventSourcesTest, BisectingLeavesOnlyThePoisonBehind) {
  const auto keys = KeysOfOneShard(8);
  for (const auto& key : keys) Insert(key);
  notes_.answer = [&](const EventBatch& batch) { return FailOn(batch, keys[5]); };
  EventSourceMapping mapping = Mapping();
  mapping.bisect_on_error = true;
  mapping.maximum_retry_attempts = 0;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(7));
  EXPECT_EQ(notes_.discarded_.size(), 1u);
  EXPECT_TRUE(notes_.discarded_.contains(keys[5]));
  std::vector<std::string> good = keys;
  good.erase(good.begin() + 5);
  EXPECT_EQ(notes_.done_, good);
}

TEST_F(EventSourcesTest, ReportedFailureMovesTheCheckpointThere) {
  const auto keys = KeysOfOneShard(5);
  for (const auto& key : keys) Insert(key);
  notes_.answer = [&](const EventBatch& batch) {
    DeliveryOutcome outcome;
    if (batch.records.size() == 5) outcome.first_failed = batch.records[3].number;
    return outcome;
  };
  EventSourceMapping mapping = Mapping();
  mapping.report_batch_item_failures = true;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(2));
  EXPECT_EQ(notes_.calls_.back(), Call(keys.begin() + 3, keys.end()));
}

TEST_F(EventSourcesTest, RecordsThatAreTooOldAreGivenUpUncalled) {
  const auto keys = KeysOfOneShard(2);
  Insert(keys[0]);
  clock_->Advance(std::chrono::seconds(100));
  Insert(keys[1]);
  EventSourceMapping mapping = Mapping();
  mapping.maximum_record_age = 60;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(1));
  EXPECT_EQ(notes_.calls_, (std::vector<Call>{{keys[1]}}));
  EXPECT_EQ(notes_.discarded_[keys[0]], std::pair(DiscardReason::kRecordAgeExceeded, 0));
}

TEST_F(EventSourcesTest, FilteredRecordsAreNotDelivered) {
  for (const char* key : {"yes1", "no1", "yes2", "no2"}) Insert(key);
  EventSourceMapping mapping = Mapping();
  mapping.filters = {"yes"};
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(2));
  EXPECT_EQ(std::set<std::string>(notes_.done_.begin(), notes_.done_.end()), (std::set<std::string>{"yes1", "yes2"}));
}

TEST_F(EventSourcesTest, LanesKeepTheOrderOfAKey) {
  EventSourceMapping mapping = Mapping();
  mapping.parallelization_factor = 4;
  mapping.batch_size = 1;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) Insert("k" + std::to_string(i));
  }
  std::map<std::string, SequenceNumber> last;
  bool in_order = true;
  notes_.answer = [&](const EventBatch& batch) {
    for (const ChangeRecord& record : batch.records) {
      in_order = in_order && last[KeyOf(record)] < record.number;
      last[KeyOf(record)] = record.number;
    }
    return DeliveryOutcome{};
  };
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(50));
  EXPECT_TRUE(in_order);
}

TEST_F(EventSourcesTest, GoesOnWhereItWasBehindARestart) {
  const auto keys = KeysOfOneShard(6);
  for (std::size_t i = 0; i < 3; ++i) Insert(keys[i]);
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 1;
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(3));
  Start();  // waits for calls under way, and with them for their checkpoints
  for (std::size_t i = 3; i < 6; ++i) Insert(keys[i]);
  ASSERT_TRUE(notes_.AwaitDone(6));
  EXPECT_EQ(notes_.done_, keys);
}

TEST_F(EventSourcesTest, ChangedFactorLosesNothing) {
  const auto keys = KeysOfOneShard(6);
  for (std::size_t i = 0; i < 3; ++i) Insert(keys[i]);
  const auto created = sources_->Create(Mapping());
  ASSERT_TRUE(created);
  ASSERT_TRUE(notes_.AwaitDone(3));
  ASSERT_TRUE(sources_->Update(created->mapping.uuid, [](EventSourceMapping& mapping) -> Result<void> {
    mapping.parallelization_factor = 3;
    return {};
  }));
  for (std::size_t i = 3; i < 6; ++i) Insert(keys[i]);
  ASSERT_TRUE(notes_.AwaitDone(6));
  EXPECT_EQ(std::set<std::string>(notes_.done_.begin(), notes_.done_.end()),
            std::set<std::string>(keys.begin(), keys.end()));
}

TEST_F(EventSourcesTest, TumblingWindowEndsWithAFinalCall) {
  EventSourceMapping mapping = Mapping();
  mapping.tumbling_window = 60;
  const auto keys = KeysOfOneShard(3);
  Insert(keys[0]);
  Insert(keys[1]);
  clock_->Advance(std::chrono::seconds(61));
  Insert(keys[2]);
  std::vector<std::string> seen;  // "keys state final"
  notes_.answer = [&](const EventBatch& batch) {
    seen.push_back(std::to_string(batch.records.size()) + " " + batch.window->state +
                   (batch.window->is_final ? " final" : ""));
    return DeliveryOutcome{
        .ok = true, .error = {}, .first_failed = {}, .state = "s" + std::to_string(batch.records.size())};
  };
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.AwaitDone(3));
  EXPECT_EQ(seen, (std::vector<std::string>{"2 ", "0 s2 final", "1 "}));
}

TEST_F(EventSourcesTest, MappingsAreChecked) {
  ASSERT_TRUE(sources_->Create(Mapping()));
  EXPECT_EQ(sources_->Create(Mapping()).error().code, ErrorCode::kResourceInUse);
  EventSourceMapping nowhere = Mapping();
  nowhere.event_source_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/none";
  EXPECT_EQ(sources_->Create(nowhere).error().code, ErrorCode::kValidation);
  EXPECT_EQ(sources_->Remove("no-uuid").error().code, ErrorCode::kResourceNotFound);
  for (const auto wrong : {0, 10'001}) {
    EventSourceMapping mapping = Mapping();
    mapping.batch_size = wrong;
    EXPECT_FALSE(CheckMapping(mapping)) << wrong;
  }
}

TEST_F(EventSourcesTest, DamagedRecordsAreSkipped) {
  const MappingStatus good = *sources_->Create(Mapping());
  Insert("first");
  ASSERT_TRUE(notes_.AwaitDone(1));
  sources_.reset();
  const std::string record = EncodeMapping(good.mapping);
  EventSourceMapping huge = good.mapping;
  huge.parallelization_factor = 1'000'000'000;
  const auto put = [&](TriggerRecord kind, const std::string& id, const std::string& bytes) {
    ASSERT_TRUE(records_.Put(kind, id, bytes));
  };
  put(TriggerRecord::kMapping, "torn", record.substr(0, record.size() - 1));
  put(TriggerRecord::kMapping, "empty", "");
  put(TriggerRecord::kMapping, "huge", EncodeMapping(huge));
  const auto checkpoints = records_.List(TriggerRecord::kCheckpoint, good.mapping.uuid + "/");
  for (const auto& [id, bytes] : *checkpoints) {
    put(TriggerRecord::kCheckpoint, id.substr(0, id.rfind('/')) + "/no-lane", bytes);
    put(TriggerRecord::kCheckpoint, id.substr(0, id.rfind('/')) + "/99999999999999999999", bytes);
  }
  Start();
  ASSERT_EQ(sources_->List().size(), 1U);
  EXPECT_EQ(sources_->List()[0].mapping.uuid, good.mapping.uuid);
  Insert("second");
  EXPECT_TRUE(notes_.AwaitDone(2));
}

TEST_F(EventSourcesTest, AnExceptionOfADeliveryIsNotTheEnd) {
  int calls = 0;
  notes_.answer = [&](const EventBatch&) -> DeliveryOutcome {
    if (++calls < 3) throw std::runtime_error("trouble of a delivery's own");
    return {};
  };
  ASSERT_TRUE(sources_->Create(Mapping()));
  Insert("a");
  EXPECT_TRUE(notes_.AwaitDone(1));
  EXPECT_EQ(notes_.done_.back(), "a");
}

TEST(EventSourceMappingTest, PatternsAreMeasuredInCharacters) {
  EventSourceMapping mapping;
  mapping.filters = {""};
  for (int i = 0; i < 4096; ++i) mapping.filters.front() += "é";
  EXPECT_TRUE(CheckMapping(mapping));
  mapping.filters.front() += "é";
  EXPECT_FALSE(CheckMapping(mapping));
  mapping.filters = {6, "{}"};
  EXPECT_FALSE(CheckMapping(mapping));
}

TEST(EventSourceMappingTest, RecordHoldsEverything) {
  EventSourceMapping mapping;
  mapping.uuid = "u";
  mapping.event_source_arn = "a";
  mapping.function_name = "f";
  mapping.starting_position = StartingPosition::kTrimHorizon;
  mapping.batch_size = 7;
  mapping.maximum_retry_attempts = 3;
  mapping.filters = {"{}", "{\"a\":[1]}"};
  mapping.bisect_on_error = true;
  mapping.on_failure = "file:///x";
  const std::string record = EncodeMapping(mapping);
  const auto decoded = DecodeMapping(record);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(EncodeMapping(*decoded), record);
  EXPECT_EQ(decoded->filters, mapping.filters);
  EXPECT_EQ(record.substr(0, 21), std::string("\1\1u\2\1a\3\1f\4\x8\0\0\0\0\0\0\0\0\5\x8", 21));
  RecordWriter unknown;
  unknown.Bytes(1000, "of a newer program");
  const auto newer = DecodeMapping(record + unknown.Take());
  ASSERT_TRUE(newer);
  EXPECT_EQ(EncodeMapping(*newer), record);
}

TEST(EventSourceMappingTest, TruncatedRecordsAreTorn) {
  EventSourceMapping mapping;
  mapping.uuid = "u";
  const std::string record = EncodeMapping(mapping);
  std::set<std::size_t> ends;  // of fields: later ones keep their defaults
  for (std::size_t at = 0; at < record.size(); at += 2 + static_cast<std::size_t>(record[at + 1])) ends.insert(at);
  ends.erase(0);
  for (std::size_t length = 0; length < record.size(); ++length) {
    EXPECT_EQ(DecodeMapping(std::string_view(record).substr(0, length)).has_value(), ends.contains(length)) << length;
  }
}

TEST_F(EventSourcesTest, CheckpointRecordsAreExact) {
  Checkpoints checkpoints(records_, "m");
  ASSERT_TRUE(checkpoints.Save("shard", 2, {.next = {7}, .finished = true, .window_start = {9}, .window_state = "{}"}));
  const auto stored = records_.List(TriggerRecord::kCheckpoint, "m/");
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ((*stored)[0].first, "m/shard/2");
  const std::string record("\1\x8\0\0\0\0\0\0\0\7\2\x8\0\0\0\0\0\0\0\1\3\x8\0\0\0\0\0\0\0\x9\4\2{}", 34);
  EXPECT_EQ((*stored)[0].second, record);
  for (std::size_t length = 1; length < record.size(); ++length) {
    if (length == 10 || length == 20 || length == 30) continue;  // between two fields
    ASSERT_TRUE(records_.Put(TriggerRecord::kCheckpoint, "m/shard/2", record.substr(0, length)));
    EXPECT_TRUE(checkpoints.Of("shard")->empty()) << length;
  }
}

// The numbers of threads of this process.
std::size_t ThreadCount() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

TEST_F(EventSourcesTest, ManyMappingsShareFewThreads) {
  constexpr std::size_t kMappings = 100;
  for (const char* key : {"a", "b", "c"}) Insert(key);
  const std::size_t before = ThreadCount();
  for (std::size_t i = 0; i < kMappings; ++i) {
    EventSourceMapping mapping = Mapping();
    mapping.function_name = "f" + std::to_string(i);
    mapping.parallelization_factor = 10;
    ASSERT_TRUE(sources_->Create(mapping));
  }
  EXPECT_TRUE(notes_.AwaitDone(3 * kMappings));
  EXPECT_LE(ThreadCount(), before + 64 + 2);
  Insert("late");
  EXPECT_TRUE(notes_.AwaitDone(4 * kMappings));
}

// A function that hangs holds its own lanes up, and those of no other.
TEST_F(EventSourcesTest, AFunctionThatHangsLeavesTheOthersTheirThreads) {
  std::promise<void> end;
  std::shared_future<void> ended = end.get_future().share();
  HangingDelivery delivery(notes_, ended);
  sources_ = std::make_unique<EventSources>(*database_, records_, delivery, threads_, timing_);
  ASSERT_TRUE(sources_->Start());
  for (int i = 0; i < 80; ++i) Insert("k" + std::to_string(i));
  for (const char* function : {"hangs", "works"}) {
    EventSourceMapping mapping = Mapping();
    mapping.function_name = function;
    mapping.batch_size = 1;
    mapping.parallelization_factor = 10;  // of each of four shards, so there are more lanes than half of the threads
    ASSERT_TRUE(sources_->Create(mapping));
  }
  EXPECT_TRUE(notes_.AwaitDone(80));
  end.set_value();
  EXPECT_TRUE(notes_.AwaitDone(160));
}

}  // namespace
}  // namespace dynarock
