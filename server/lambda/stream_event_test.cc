#include "server/lambda/stream_event.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"
#include "engine/streams/stream_operations.h"

namespace dynarock {
namespace {

constexpr std::int64_t kNoon = 1'795'262'400'000;  // 2026-11-21T12:00:00Z

class StreamEventTest : public testing::Test {
 protected:
  StreamEventTest() {
    for (int i = 0; i < 3; ++i) {
      ChangeRecord record;
      record.number = {FirstNumberAt({kNoon + 1000 * i}).value};
      record.keys = ItemOf({{"pk", TextValue("k" + std::to_string(i))}});
      record.event_id = "id" + std::to_string(i);
      record.new_image = record.keys;
      records_.push_back(record);
    }
    stream_.view = StreamViewType::kNewImage;
  }

  EventBatch Batch() const {
    return {.mapping = mapping_,
            .stream = stream_,
            .stream_arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/t/stream/s",
            .shard_id = "shard",
            .records = records_,
            .window = window_};
  }

  std::string NumberOf(std::size_t i) const { return SequenceNumberText(records_[i].number); }

  EventSourceMapping mapping_;
  StreamDefinition stream_;
  std::vector<ChangeRecord> records_;
  std::optional<TumblingWindow> window_;
};

TEST_F(StreamEventTest, HasTheRecordsInOrder) {
  const JsonText text(EventOf(Batch()));
  const Json& records = (*text.json())["Records"];
  ASSERT_EQ(records.Size(), 3u);
  for (rapidjson::SizeType i = 0; i < 3; ++i) {
    EXPECT_EQ(TextOf(records[i]["eventName"]), "INSERT");
    EXPECT_EQ(TextOf(records[i]["awsRegion"]), "eu-west-1");
    EXPECT_EQ(TextOf(records[i]["eventSourceARN"]), Batch().stream_arn);
    EXPECT_EQ(TextOf(records[i]["dynamodb"]["Keys"]["pk"]["S"]), "k" + std::to_string(i));
    EXPECT_EQ(TextOf(records[i]["dynamodb"]["SequenceNumber"]), NumberOf(i));
  }
  EXPECT_FALSE(text.json()->HasMember("window"));
}

TEST_F(StreamEventTest, HasTheWindowWhereThereIsOne) {
  window_ = TumblingWindow{{kNoon}, {kNoon + 30'000}, "", true};
  const JsonText first(EventOf(Batch()));
  const Json& event = *first.json();
  EXPECT_EQ(TextOf(event["window"]["start"]), "2026-11-21T12:00:00Z");
  EXPECT_EQ(TextOf(event["window"]["end"]), "2026-11-21T12:00:30Z");
  EXPECT_TRUE(event["state"].ObjectEmpty());
  EXPECT_TRUE(event["isFinalInvokeForWindow"].GetBool());
  window_->state = R"({"sum":7})";
  EXPECT_EQ((*JsonText(EventOf(Batch())).json())["state"]["sum"].GetInt(), 7);
}

TEST_F(StreamEventTest, ADiscardedBatchSaysWhereItsRecordsAre) {
  const auto discarded = [&](DiscardReason reason, int attempts, bool failed) {
    return DiscardedEventOf(Batch(), reason, attempts, "arn:f", failed, {kNoon + 5});
  };
  const JsonText text(discarded(DiscardReason::kRetryAttemptsExhausted, 3, true));
  const Json& event = *text.json();
  EXPECT_EQ(TextOf(event["requestContext"]["condition"]), "RetryAttemptsExhausted");
  EXPECT_EQ(event["requestContext"]["approximateInvokeCount"].GetInt(), 3);
  EXPECT_EQ(TextOf(event["responseContext"]["functionError"]), "Unhandled");
  EXPECT_EQ(TextOf(event["timestamp"]), "2026-11-21T12:00:00.005Z");
  const Json& info = event["DDBStreamBatchInfo"];
  EXPECT_EQ(TextOf(info["startSequenceNumber"]), NumberOf(0));
  EXPECT_EQ(TextOf(info["endSequenceNumber"]), NumberOf(2));
  EXPECT_EQ(TextOf(info["approximateArrivalOfLastRecord"]), "2026-11-21T12:00:02Z");
  EXPECT_EQ(info["batchSize"].GetInt(), 3);
  const JsonText answered(discarded(DiscardReason::kRecordAgeExceeded, 1, false));
  EXPECT_EQ(TextOf((*answered.json())["requestContext"]["condition"]), "RecordAgeExceeded");
  EXPECT_TRUE((*answered.json())["responseContext"]["functionError"].IsNull());
  const JsonText uncalled(discarded(DiscardReason::kRecordAgeExceeded, 0, false));
  EXPECT_FALSE((*uncalled.json())["responseContext"].HasMember("functionError"));
}

TEST_F(StreamEventTest, WithoutReportsEveryAnswerIsSuccess) {
  for (const char* answer : {"", "null", "[]", "{", R"({"batchItemFailures":[{"itemIdentifier":"x"}]})"}) {
    const DeliveryOutcome outcome = OutcomeOf(Batch(), answer);
    EXPECT_TRUE(outcome.ok) << answer;
    EXPECT_FALSE(outcome.first_failed) << answer;
  }
}

TEST_F(StreamEventTest, ReportsNameTheFirstFailure) {
  mapping_.report_batch_item_failures = true;
  const auto failures = [](const std::string& list) { return R"({"batchItemFailures":[)" + list + "]}"; };
  const auto item = [](const std::string& number) { return R"({"itemIdentifier":")" + number + "\"}"; };
  for (const std::string& answer :
       {std::string("null"), std::string("{}"), failures(""), std::string(R"({"batchItemFailures":null})")}) {
    const DeliveryOutcome outcome = OutcomeOf(Batch(), answer);
    EXPECT_TRUE(outcome.ok && !outcome.first_failed) << answer;
  }
  const DeliveryOutcome one = OutcomeOf(Batch(), failures(item(NumberOf(2)) + "," + item(NumberOf(1))));
  EXPECT_TRUE(one.ok);
  EXPECT_EQ(one.first_failed, records_[1].number);
  for (const std::string& answer :
       {failures("{}"), failures("7"), failures("null"), failures(item("")), failures(item("7")),
        failures(R"({"itemIdentifier":null})"), failures(R"({"itemIdentifier":7})"),
        failures(item(NumberOf(0)) + "," + item("unknown")), std::string(R"({"batchItemFailures":{}})")}) {
    const DeliveryOutcome outcome = OutcomeOf(Batch(), answer);
    EXPECT_FALSE(outcome.ok) << answer;
    EXPECT_TRUE(outcome.error.starts_with("batchItemFailures ")) << outcome.error;
  }
}

TEST_F(StreamEventTest, TakesTheStateOfAWindow) {
  EXPECT_EQ(OutcomeOf(Batch(), R"({"state":{"a":1}})").state, "");
  window_ = TumblingWindow{};
  EXPECT_EQ(OutcomeOf(Batch(), R"({"state":{"a":[1,"\u0001"]}})").state, R"({"a":[1,"\u0001"]})");
  for (const char* answer : {"null", "{}", R"({"state":7})", R"({"state":null})"}) {
    EXPECT_EQ(OutcomeOf(Batch(), answer).state, "") << answer;
  }
}

}  // namespace
}  // namespace dynarock
