// Days of a table's life, compared with a naive model: a mapping of the table delivers each record that was written to
// one of its streams, in order, unless the function failed until the record was a day old. For other lives than those
// of each run: --gtest_shuffle --gtest_repeat=100.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <stdexcept>

#include "engine/triggers/triggers_fixture.h"

namespace dynarock {
namespace {

constexpr std::int64_t kDay = 24 * 3'600'000;  // milliseconds

struct AgingCase {
  unsigned seed;
  std::int64_t batch_size;
  std::int64_t factor;
  bool bisect;
};

class AgingTest : public EventSourcesTest, public testing::WithParamInterface<AgingCase> {
 protected:
  struct Written {
    std::string key;
    EpochMillis time;
  };

  AgingTest()
      : random_(GetParam().seed + 1000 * static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed())) {
    timing_.first_pause = timing_.longest_pause = std::chrono::milliseconds(2);
    timing_.look = std::chrono::milliseconds(20);
    Start();
    notes_.SetAnswer([this](const EventBatch& batch) { return Answer(batch); });
  }
  ~AgingTest() override { sources_.reset(); }

  // Called while the notes are locked.
  DeliveryOutcome Answer(const EventBatch& batch) {
    if (throws_) throw std::runtime_error("a handler's exception");
    if (fails_) return {.ok = false, .error = "failing", .first_failed = {}, .state = {}};
    for (const std::string& key : NotingDelivery::KeysOf(batch)) {
      if (delivered_.insert(key).second) order_.push_back(key);
    }
    return {};
  }

  int Below(int limit) { return std::uniform_int_distribution(0, limit - 1)(random_); }

  void Write() {
    for (int count = 1 + Below(8); count > 0; --count) {
      const std::string key = "r" + std::to_string(next_key_++);
      Insert(key);
      if (stream_is_on_) written_.push_back({key, clock_->Now()});
    }
  }

  bool IsDue(const Written& record) { return clock_->Now().value - record.time.value < kDay; }

  // Waits for all records that are not too old.
  void Settle() {
    const auto all_delivered = [&](NotingDelivery&) {
      return std::all_of(written_.begin(), written_.end(),
                         [&](const Written& record) { return delivered_.contains(record.key) || !IsDue(record); });
    };
    EXPECT_TRUE(notes_.Await(all_delivered)) << "a record did not come; step " << step_;
  }

  // No record gets too old while the function works.
  void Advance() {
    const std::chrono::minutes by(Below(10) == 0 ? Below(26 * 60) : Below(200));
    if (!fails_) Settle();
    clock_->Advance(by);
    if (Below(2) == 0) {
      ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
    }
  }

  void SwitchStream() {
    if (stream_is_on_) {
      StreamOff();
    } else {
      StreamOn();
    }
    stream_is_on_ = !stream_is_on_;
  }

  void MakeTableAnew() {
    DropTable();
    MakeTable();
    stream_is_on_ = Below(3) > 0;
    if (stream_is_on_) StreamOn();
  }

  void Step() {
    const int choice = Below(100);
    if (choice < 55) return Write();
    if (choice < 75) return Advance();
    if (choice < 82) return SwitchStream();
    if (choice < 86) return MakeTableAnew();
    if (choice < 92) fails_ = !fails_;
    if (choice >= 92 && choice < 96) throws_ = !throws_;
    if (choice >= 96) Start();
  }

  // In each shard place, records come in the order in which they were written.
  void CheckOrder() {
    std::map<std::string, std::size_t> rank;
    for (std::size_t i = 0; i < written_.size(); ++i) rank[written_[i].key] = i;
    std::map<int, std::size_t> last;
    for (const std::string& key : order_) {
      ASSERT_TRUE(rank.contains(key)) << key << " was written to no stream";
      const std::string item = ItemWithKey(key);
      const int place = HashByteOfRow(*BaseRowKey(*table_, ItemView(item))) / 64;
      if (last.contains(place)) {
        EXPECT_LT(last[place], rank[key]) << key;
      }
      last[place] = rank[key];
    }
  }

  std::mt19937 random_;
  std::atomic<bool> fails_ = false, throws_ = false;
  bool stream_is_on_ = true;
  int next_key_ = 0, step_ = 0;
  std::vector<Written> written_;
  std::set<std::string> delivered_;  // these two with the notes' lock
  std::vector<std::string> order_;
};

TEST_P(AgingTest, DeliversWhatTheModelSays) {
  EventSourceMapping mapping = TableMapping();
  mapping.batch_size = GetParam().batch_size;
  mapping.parallelization_factor = GetParam().factor;
  mapping.bisect_on_error = GetParam().bisect;
  const auto created = sources_->Create(mapping);
  ASSERT_TRUE(created);
  for (step_ = 0; step_ < 250 && !HasFailure(); ++step_) {
    // An exception is not counted as an attempt, so a record may not grow old while it is thrown.
    if (throws_ && Below(2) == 0) throws_ = false;
    Step();
    if (throws_) fails_ = true;
  }
  fails_ = throws_ = false;
  Settle();
  if (GetParam().factor == 1) CheckOrder();
  // A last look at what people see.
  if (!stream_is_on_) SwitchStream();
  Write();
  Settle();
  EXPECT_TRUE(Await([&] { return sources_->PositionOf(created->mapping.uuid)->records_behind == 0; }));
  EXPECT_EQ(sources_->Find(created->mapping.uuid)->last_result, "OK");
  clock_->Advance(std::chrono::hours(25));
  EXPECT_TRUE(Await([&] {
    clock_->Advance(std::chrono::minutes(2));
    EXPECT_TRUE(database_->streams().Trim(clock_->Now()));
    // Two generations of four shards: the open one, and its parent.
    return records_.List(TriggerRecord::kCheckpoint)->size() <= 8u * static_cast<std::size_t>(GetParam().factor);
  }));
}

INSTANTIATE_TEST_SUITE_P(Lives, AgingTest,
                         testing::Values(AgingCase{1, 100, 1, false}, AgingCase{2, 3, 1, true},
                                         AgingCase{3, 1, 1, false}, AgingCase{4, 10, 4, false},
                                         AgingCase{5, 2, 3, true}, AgingCase{6, 5, 1, false}));

}  // namespace
}  // namespace dynarock
