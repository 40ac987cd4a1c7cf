// Mappings whose shards and streams are closed while they run.
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "engine/triggers/triggers_fixture.h"

namespace dynarock {
namespace {

constexpr std::chrono::hours kGeneration(5);  // more than a shard stays open

DeliveryOutcome Outcome(bool fails) {
  return {.ok = !fails, .error = fails ? "not yet" : "", .first_failed = {}, .state = {}};
}

class GenerationsTest : public EventSourcesTest {
 protected:
  GenerationsTest() {
    timing_.first_pause = std::chrono::milliseconds(5);
    timing_.longest_pause = std::chrono::milliseconds(40);
    timing_.look = std::chrono::milliseconds(50);
    Start();
  }

  void InsertAll(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) Insert(key);
  }

  // `keys` in their order, written in three generations of shards while the mapping runs.
  void WriteOverThreeGenerations(const std::vector<std::string>& keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Insert(keys[i]);
      if (i % (keys.size() / 3) == keys.size() / 3 - 1) clock_->Advance(kGeneration);
    }
  }

  std::string ResultOf(const std::string& uuid) { return sources_->Find(uuid)->last_result; }

  std::size_t CheckpointCount() { return records_.List(TriggerRecord::kCheckpoint)->size(); }
};

TEST_F(GenerationsTest, AnOpenLaneFollowsItsShardToTheChildren) {
  const auto keys = KeysOfOneShard(30);
  ASSERT_TRUE(sources_->Create(Mapping()));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Insert(keys[i]);
    ASSERT_TRUE(notes_.AwaitDone(i + 1)) << i;
    if (i % 10 == 9) clock_->Advance(kGeneration);
  }
  EXPECT_EQ(notes_.done_, keys);
}

TEST_F(GenerationsTest, AnIdleLaneFollowsWithoutAWrite) {
  const auto keys = KeysOfOneShard(2);
  ASSERT_TRUE(sources_->Create(Mapping()));
  Insert(keys[0]);
  ASSERT_TRUE(notes_.AwaitDone(1));
  for (int i = 0; i < 3; ++i) {
    clock_->Advance(kGeneration);
    std::this_thread::sleep_for(3 * timing_.look);
  }
  Insert(keys[1]);
  ASSERT_TRUE(notes_.AwaitDone(2));
  EXPECT_EQ(notes_.done_, keys);
}

TEST_F(GenerationsTest, SeveralLanesFollowInOrder) {
  EventSourceMapping mapping = Mapping();
  mapping.parallelization_factor = 3;
  mapping.batch_size = 2;
  ASSERT_TRUE(sources_->Create(mapping));
  std::map<std::string, std::vector<std::uint64_t>> seen;  // numbers by key
  notes_.SetAnswer([&](const EventBatch& batch) {
    for (const ChangeRecord& record : batch.records) seen[KeyOf(record)].push_back(record.number.value);
    return DeliveryOutcome{};
  });
  for (int round = 0; round < 9; ++round) {
    for (int i = 0; i < 10; ++i) Insert("k" + std::to_string(i));
    if (round % 3 == 2) clock_->Advance(kGeneration);
  }
  ASSERT_TRUE(notes_.AwaitDone(90));
  Start();  // all calls have ended
  ASSERT_EQ(seen.size(), 10u);
  for (const auto& [key, numbers] : seen) {
    EXPECT_EQ(numbers.size(), 9u) << key;
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << key;
  }
}

TEST_F(GenerationsTest, ABatchThatIsRetriedComesBeforeTheChildren) {
  const auto keys = KeysOfOneShard(12);
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 2;
  std::atomic<bool> fails = true;
  notes_.SetAnswer([&](const EventBatch&) { return Outcome(fails); });
  const std::string uuid = sources_->Create(mapping)->mapping.uuid;
  WriteOverThreeGenerations(keys);
  ASSERT_TRUE(notes_.Await([](NotingDelivery& notes) { return notes.calls_.size() >= 3; }));
  ASSERT_TRUE(Await([&] { return ResultOf(uuid) == "PROBLEM: Function call failed"; }));
  const auto status = *sources_->Find(uuid);
  ASSERT_TRUE(status.stall);
  EXPECT_EQ(status.stall->error, "not yet");
  EXPECT_GE(status.stall->attempts, 1);
  EXPECT_GE(status.stall->since.value, 1'700'000'000'000);
  EXPECT_LE(status.stall->since, clock_->Now());
  const auto position = *sources_->PositionOf(uuid);
  EXPECT_EQ(position.records_behind, 12);
  EXPECT_EQ(position.milliseconds_behind, 3 * kGeneration / std::chrono::milliseconds(1));
  fails = false;
  ASSERT_TRUE(notes_.AwaitDone(12));
  EXPECT_EQ(notes_.done_, keys);
  ASSERT_TRUE(Await([&] { return ResultOf(uuid) == "OK"; }));
  ASSERT_TRUE(Await([&] { return sources_->PositionOf(uuid)->records_behind == 0; }));
}

TEST_F(GenerationsTest, ABatchThatIsSplitWhileItsShardClosesLosesOnlyThePoison) {
  const auto keys = KeysOfOneShard(16);
  for (std::size_t i = 0; i < 8; ++i) Insert(keys[i]);
  EventSourceMapping mapping = Mapping();
  mapping.bisect_on_error = true;
  mapping.maximum_retry_attempts = 3;
  notes_.SetAnswer([&](const EventBatch& batch) { return FailOn(batch, keys[5]); });
  ASSERT_TRUE(sources_->Create(mapping));
  ASSERT_TRUE(notes_.Await([](NotingDelivery& notes) { return !notes.calls_.empty(); }));
  clock_->Advance(kGeneration);
  for (std::size_t i = 8; i < 16; ++i) Insert(keys[i]);
  ASSERT_TRUE(notes_.AwaitDone(15));
  EXPECT_TRUE(notes_.discarded_.contains(keys[5]));
  EXPECT_EQ(notes_.discarded_.size(), 1u);
  std::vector<std::string> good = keys;
  good.erase(good.begin() + 5);
  EXPECT_EQ(notes_.done_, good);
}

TEST_F(GenerationsTest, RecordsOfADayAgoAreGivenUpAndTheNextDelivered) {
  const auto keys = KeysOfOneShard(3);
  std::atomic<bool> fails = true;
  notes_.SetAnswer([&](const EventBatch&) { return Outcome(fails); });
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 1;
  const std::string uuid = sources_->Create(mapping)->mapping.uuid;
  Insert(keys[0]);
  ASSERT_TRUE(notes_.Await([](NotingDelivery& notes) { return notes.calls_.size() >= 2; }));
  Insert(keys[1]);  // not read while the first is tried
  for (int hours = 0; hours < 30; hours += 5) {
    clock_->Advance(kGeneration);
    ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  }
  ASSERT_TRUE(notes_.Await([&](NotingDelivery& notes) { return notes.discarded_.contains(keys[0]); }));
  Insert(keys[2]);
  fails = false;
  ASSERT_TRUE(notes_.AwaitDone(1));
  EXPECT_EQ(notes_.done_, Call{keys[2]});
  EXPECT_EQ(notes_.discarded_[keys[0]].first, DiscardReason::kRecordAgeExceeded);
}

TEST_F(GenerationsTest, ARestartInTheMiddleGoesThroughTheGenerationsOnce) {
  const auto keys = KeysOfOneShard(30);
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 1;
  ASSERT_TRUE(sources_->Create(mapping));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Insert(keys[i]);
    if (i % 7 == 6) Start();
    if (i % 10 == 9) clock_->Advance(kGeneration);
  }
  ASSERT_TRUE(notes_.AwaitDone(30));
  EXPECT_EQ(notes_.done_, keys);
}

// A lane that never got past its first batch has as good a place as the others.
TEST_F(GenerationsTest, ARestartKeepsTheBatchOfALaneThatIsStuck) {
  EventSourceMapping mapping = Mapping();
  mapping.parallelization_factor = 4;
  mapping.batch_size = 1;
  const auto keys = KeysOfOneShard(12);
  std::atomic<bool> fails = true;
  notes_.SetAnswer([&](const EventBatch& batch) { return fails ? FailOn(batch, keys[0]) : DeliveryOutcome{}; });
  ASSERT_TRUE(sources_->Create(mapping));
  InsertAll(keys);
  ASSERT_TRUE(notes_.Await([](NotingDelivery& notes) { return notes.done_.size() >= 6; }));
  Start();
  fails = false;
  ASSERT_TRUE(notes_.AwaitDone(12));
  ASSERT_TRUE(notes_.Await([&](NotingDelivery& notes) {
    return std::find(notes.done_.begin(), notes.done_.end(), keys[0]) != notes.done_.end();
  }));
}

TEST_F(GenerationsTest, ATablesMappingFollowsItsStreams) {
  const auto keys = KeysOfOneShard(4);
  const std::string uuid = sources_->Create(TableMapping())->mapping.uuid;
  Insert(keys[0]);
  ASSERT_TRUE(notes_.AwaitDone(1));
  StreamOff();
  EXPECT_EQ(ResultOf(uuid), "PROBLEM: Stream is disabled");
  StreamOn();
  Insert(keys[1]);
  ASSERT_TRUE(notes_.AwaitDone(2));
  DropTable();
  EXPECT_EQ(ResultOf(uuid), "PROBLEM: Stream is disabled");
  MakeTable();
  StreamOn();
  Insert(keys[2]);
  ASSERT_TRUE(notes_.AwaitDone(3));
  EXPECT_EQ(ResultOf(uuid), "OK");
  EXPECT_EQ(sources_->PositionOf(uuid)->stream_label, stream_->Label());
  StreamOff();
  StreamOn();
  Start();
  Insert(keys[3]);
  ASSERT_TRUE(notes_.AwaitDone(4));
  EXPECT_EQ(notes_.done_, keys);
}

TEST_F(GenerationsTest, AStreamsMappingEndsWithItsStream) {
  const auto keys = KeysOfOneShard(2);
  const std::string uuid = sources_->Create(Mapping())->mapping.uuid;
  Insert(keys[0]);
  ASSERT_TRUE(notes_.AwaitDone(1));
  StreamOff();
  EXPECT_EQ(ResultOf(uuid), "PROBLEM: Stream is disabled");
  clock_->Advance(std::chrono::hours(25));
  ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  EXPECT_EQ(ResultOf(uuid), "PROBLEM: Stream not found");
  StreamOn();
  EXPECT_EQ(ResultOf(uuid), "PROBLEM: Stream not found");
  ASSERT_TRUE(sources_->Create(Mapping()));  // of the new stream
  Insert(keys[1]);
  ASSERT_TRUE(notes_.AwaitDone(2));
}

TEST_F(GenerationsTest, CheckpointsOfGoneStreamsAreRemoved) {
  ASSERT_TRUE(sources_->Create(TableMapping()));
  Insert("a");
  ASSERT_TRUE(notes_.AwaitDone(1));
  EXPECT_GT(CheckpointCount(), 0u);
  StreamOff();
  clock_->Advance(std::chrono::hours(25));
  ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  // A lane may save its end after the others are removed: that goes a minute later.
  EXPECT_TRUE(Await([&] {
    clock_->Advance(std::chrono::minutes(2));
    return CheckpointCount() == 0;
  }));
}

TEST_F(GenerationsTest, AnExceptionStopsNoLane) {
  const auto keys = KeysOfOneShard(4);
  InsertAll(keys);
  int thrown = 0;
  notes_.SetAnswer([&](const EventBatch&) -> DeliveryOutcome {
    if (thrown++ < 3) throw std::runtime_error("out of order");
    return {};
  });
  EventSourceMapping mapping = Mapping();
  mapping.batch_size = 2;
  const std::string uuid = sources_->Create(mapping)->mapping.uuid;
  EXPECT_TRUE(Await([&] { return ResultOf(uuid) == "PROBLEM: out of order"; }));
  ASSERT_TRUE(notes_.AwaitDone(4));
  EXPECT_EQ(notes_.done_, keys);
}

TEST_F(GenerationsTest, AnInvalidPatternHoldsTheRecords) {
  EventSourceMapping mapping = Mapping();
  mapping.filters = {"invalid"};
  const std::string uuid = sources_->Create(mapping)->mapping.uuid;
  Insert("k1");
  EXPECT_TRUE(Await([&] { return ResultOf(uuid) == "PROBLEM: invalid pattern"; }));
  ASSERT_TRUE(sources_->Update(uuid, [](EventSourceMapping& changed) -> Result<void> {
    changed.filters = {"k"};
    return {};
  }));
  ASSERT_TRUE(notes_.AwaitDone(1));
}

TEST_F(GenerationsTest, AMissingFunctionIsShown) {
  notes_.problem = "PROBLEM: Function not found: f";
  const auto created = sources_->Create(Mapping());
  EXPECT_EQ(created->last_result, notes_.problem);
}

// The file's mapping was there before its stream: nothing of a later stream is old to it, also after a restart.
TEST_F(GenerationsTest, AConfiguredMappingLooksForTheLatestOnce) {
  EventSourceMapping mapping = TableMapping();
  mapping.event_source_arn = TableArn(database_->identity(), "chat");
  mapping.starting_position = StartingPosition::kLatest;
  mapping.uuid = "00000000-0000-4000-8000-000000000000";
  StreamOff();
  ASSERT_TRUE(sources_->ReplaceConfigured({mapping}));
  clock_->Advance(std::chrono::hours(25));
  ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  ASSERT_TRUE(Await([&] {
    clock_->Advance(std::chrono::minutes(2));
    return CheckpointCount() == 0;
  }));
  sources_.reset();  // the stream and its record come while no trigger runs
  StreamOn();
  Insert("first");
  sources_ = std::make_unique<EventSources>(*database_, records_, notes_, threads_, timing_);
  ASSERT_TRUE(sources_->ReplaceConfigured({mapping}));
  ASSERT_TRUE(sources_->Start());
  ASSERT_TRUE(notes_.AwaitDone(1));
}

TEST_F(GenerationsTest, FilteredRecordsMoveTheCheckpoint) {
  EventSourceMapping mapping = Mapping();
  mapping.filters = {"yes"};
  const std::string uuid = sources_->Create(mapping)->mapping.uuid;
  InsertAll({"no1", "no2", "no3"});
  EXPECT_TRUE(Await([&] { return sources_->PositionOf(uuid)->records_behind == 0; }));
  Checkpoints checkpoints(records_, uuid);
  EXPECT_TRUE(Await([&] {
    SequenceNumber most;
    const std::vector<Shard> shards = *Shards(*database_, *stream_);
    for (const Shard& shard : shards) most = std::max(most, checkpoints.Of(shard.id)->at(0).next);
    return most == stream_->VisibleEnd();
  }));
}

}  // namespace
}  // namespace dynarock
