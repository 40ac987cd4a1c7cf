#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "protocol/attribute_value.h"
#include "protocol/codec/batches.h"
#include "protocol/codec/items.h"
#include "protocol/codec/partiql.h"
#include "protocol/codec/reads.h"
#include "protocol/codec/settings.h"
#include "protocol/codec/streams.h"
#include "protocol/codec/tables.h"
#include "protocol/codec/tags.h"
#include "protocol/codec/transactions.h"
#include "protocol/dispatcher.h"
#include "protocol/found_fields.h"
#include "protocol/json_members.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

std::string RoundTrip(std::string text) {
  JsonReader reader;
  const Json* json = reader.Parse(text);
  if (!json) return "no JSON";
  const EncodedItem item = DecodeItem(*json);
  if (item.error) return item.error->message;
  return WrittenJson([&](JsonWriter& out) { WriteItem(out, item.view()); });
}

TEST(AttributeValue, AllTypesRoundTrip) {
  const std::string text =
      R"({"b":{"B":"AAH/"},"bo":{"BOOL":false},"bs":{"BS":["AA==","AQ=="]},"l":{"L":[{"S":"x"},{"N":"-1.5"}]},)"
      R"("m":{"M":{"a":{"NULL":true},"b":{"M":{}}}},"n":{"N":"100"},"ns":{"NS":["1","2","10"]},"s":{"S":"é\n\""},)"
      R"("ss":{"SS":["a","b"]},"e":{"L":[]}})";
  std::string sorted = text;
  const std::string e = R"(,"e":{"L":[]})";
  sorted.erase(sorted.find(e), e.size());
  sorted.insert(sorted.find(R"("l":)"), e.substr(1) + ",");
  EXPECT_EQ(RoundTrip(text), sorted);
}

TEST(AttributeValue, Errors) {
  EXPECT_EQ(RoundTrip(R"({"a":{}})"),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  EXPECT_EQ(
      RoundTrip(R"({"a":{"S":"x","N":"1"}})"),
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  EXPECT_EQ(RoundTrip(R"({"a":{"SS":[]}})"),
            "One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(RoundTrip(R"({"a":{"NS":["1","1.0"]}})"),
            "One or more parameter values were invalid: Input collection contains duplicates.");
  EXPECT_EQ(RoundTrip(R"({"a":{"SS":["b","a","b"]}})"),
            "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\"] contains duplicates.");
  EXPECT_EQ(RoundTrip(R"({"a":{"NULL":false}})"),
            "One or more parameter values were invalid: Null attribute value types must have the value of true");
  EXPECT_EQ(RoundTrip(R"({"a":{"L":[{"N":"x"}]}})"), "The parameter cannot be converted to a numeric value: x");
}

TEST(AttributeValue, NestingLimit) {
  const auto nested = [](int levels) {
    std::string text = R"({"S":"x"})";
    for (int i = 1; i < levels; ++i) text = R"({"L":[)" + text + "]}";
    return R"({"a":)" + text + "}";
  };
  EXPECT_EQ(RoundTrip(nested(32)), nested(32));
  EXPECT_EQ(RoundTrip(nested(33)).substr(0, 14), "Nesting Levels");
  EXPECT_EQ(RoundTrip(nested(400)).substr(0, 14), "Nesting Levels");
}

// Whether FoundFields takes the structures in `shape`.
bool FieldsAreFew(const Shape& shape, std::set<const Shape*>& seen) {
  if (!seen.insert(&shape).second) return true;
  if (shape.fields.size() > FoundFields::kMostFields) return false;
  if (shape.element && !FieldsAreFew(*shape.element, seen)) return false;
  return std::all_of(shape.fields.begin(), shape.fields.end(),
                     [&](const Field& field) { return FieldsAreFew(*field.shape, seen); });
}

TEST(Shapes, FieldsAreFew) {
  std::set<const Shape*> seen;
  for (const auto family : {ItemOperations(), ReadOperations(), TableOperations(), TagOperations(), BatchOperations(),
                            TransactionOperations(), StatementOperations(), SettingOperations(), StreamOperations()}) {
    for (const Operation& operation : family) EXPECT_TRUE(FieldsAreFew(operation.request, seen)) << operation.name;
  }
}

TEST(Base64, StrictAndExact) {
  std::string problem;
  EXPECT_TRUE(CheckBase64("", problem));
  EXPECT_TRUE(CheckBase64("AQID", problem));
  EXPECT_FALSE(CheckBase64("AQI", problem));
  EXPECT_EQ(problem, "Base64 encoded length is expected a multiple of 4 bytes but found: 3");
  for (const char* bad : {"=+/=", "+/+=", "AQ=I", "A===", "A Q=", "AR=="})
    EXPECT_FALSE(CheckBase64(bad, problem)) << bad;
  for (const char* bytes : {"", "a", "ab", "abc", "abcd"}) {
    std::string text;
    AppendBase64(text, bytes);
    EXPECT_TRUE(CheckBase64(text, problem));
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
}

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest()
      : databases_(
            std::move(*Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>()))),
        dispatcher_(*databases_, {}) {}

  std::string Send(const std::string& operation, std::string body, int expected_status) {
    const Result<void> authentication;
    const std::string target = "DynamoDB_20120810." + operation;
    Call call{target, body, authentication};
    call.turn = turn_;
    const Reply reply = dispatcher_.Dispatch(call, scratch_);
    EXPECT_EQ(reply.status, expected_status) << reply.body;
    return std::string(reply.body);
  }

  std::unique_ptr<Databases> databases_;
  Dispatcher dispatcher_;
  Turn* turn_ = nullptr;  // of what is sent
  DispatchScratch scratch_;
};

TEST_F(DispatcherTest, UnknownOperationsAndBadBodies) {
  EXPECT_EQ(Send("FlyToTheMoon", "{}", 400), R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
  const std::string serialization = R"({"__type":"com.amazon.coral.service#SerializationException"})";
  for (const char* body : {"", "{", "[]", "\"x\"", "{\"TableName\":\"a\x80\"}", "{} x", "nul"}) {
    EXPECT_EQ(Send("ListTables", body, 400), serialization) << body;
  }
  EXPECT_EQ(Send("ListTables", "{}", 200), R"({"TableNames":[]})");
}

TEST_F(DispatcherTest, ControlCharactersAreNoJson) {
  for (char control = 0; control < 0x20; ++control) {
    for (const std::size_t before : {0, 5, 17, 40}) {
      const std::string name = std::string(before, 'a') + control + std::string(40, 'b');
      const std::string reply = Send("DescribeTable", R"({"TableName":")" + name + R"("})", 400);
      EXPECT_NE(reply.find("SerializationException"), std::string::npos) << int{control} << " behind " << before;
    }
  }
}

TEST(Json, EachControlCharacterIsEscaped) {
  for (char control = 0; control < 0x20; ++control) {
    for (const std::size_t before : {0, 5, 17, 40}) {
      const std::string text = std::string(before, '"') + control + std::string(40, '\\') + "\x7f\xc3\xa9";
      const JsonText written(WrittenObject([&](JsonWriter& out) { WriteMember(out, text, text); }));
      ASSERT_NE(written.json(), nullptr) << int{control} << " behind " << before;
      EXPECT_EQ(TextOf(written.json()->MemberBegin()->name), text);
      EXPECT_EQ(TextOf(written.json()->MemberBegin()->value), text);
    }
  }
}

TEST_F(DispatcherTest, DeepJsonIsRefused) {
  const std::string too_deep = R"({"__type":"com.amazon.coral.service#SerializationException","Message":)"
                               R"("The request is nested deeper than 4096 levels of JSON."})";
  EXPECT_EQ(Send("ListTables", std::string(16'000'000, '['), 400), too_deep);
  const auto put = [](int levels) {
    std::string body = R"({"TableName":"abc","Item":{"a":)";
    for (int i = 0; i < levels; ++i) body += R"({"L":[)";
    body += R"({"S":"x"})";
    for (int i = 0; i < levels; ++i) body += "]}";
    return body + "}}";
  };
  EXPECT_NE(Send("PutItem", put(400), 400).find("Nesting Levels"), std::string::npos);
  EXPECT_EQ(Send("PutItem", put(100'000), 400), too_deep);
}

constexpr std::string_view kItemX = R"({"TableName":"abc","Item":{"pk":{"S":"x"}}})";

class DispatcherTurnTest : public DispatcherTest {
 protected:
  DispatcherTurnTest() {
    Send("CreateTable",
         R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})",
         200);
    turn_ = &own_;
  }
  ~DispatcherTurnTest() override { EXPECT_TRUE(dispatcher_.Finish(own_)); }

  // Whether a call that does not belong to the turn finds the item.
  bool IsVisible() {
    turn_ = nullptr;
    const std::string reply = Send("GetItem", R"({"TableName":"abc","Key":{"pk":{"S":"x"}}})", 200);
    turn_ = &own_;
    return reply != "{}";
  }

  Turn own_{dispatcher_.store()};
};

TEST_F(DispatcherTurnTest, AWriteIsVisibleOnceItsTurnIsFinished) {
  Send("PutItem", std::string(kItemX), 200);
  EXPECT_FALSE(IsVisible());
  EXPECT_TRUE(dispatcher_.Finish(own_));
  EXPECT_TRUE(IsVisible());
}

TEST_F(DispatcherTurnTest, WritesOfSingleItemsJoin) {
  Send("PutItem", std::string(kItemX), 200);
  Send("PutItem", R"({"TableName":"abc","Item":{"pk":{"S":"y"}}})", 200);
  Send("UpdateItem", R"({"TableName":"abc","Key":{"pk":{"S":"z"}},"UpdateExpression":"SET a = b"})", 400);
  Send("DeleteItem", R"({"TableName":"abc","Key":{"pk":{"S":"w"}}})", 200);
  EXPECT_FALSE(IsVisible());
}

// A read must not wait for a commit.
TEST_F(DispatcherTurnTest, ReadsSeeTheStateBeforeTheTurnsWrites) {
  Send("PutItem", std::string(kItemX), 200);
  const std::size_t changes = own_.changes();
  EXPECT_EQ(Send("GetItem", R"({"TableName":"abc","Key":{"pk":{"S":"x"}}})", 200), "{}");
  EXPECT_EQ(Send("Scan", R"({"TableName":"abc","Select":"COUNT"})", 200), R"({"Count":0,"ScannedCount":0})");
  Send("ExecuteStatement", R"({"Statement":"SELECT * FROM abc"})", 200);
  for (const char* operation : {"Query", "BatchGetItem", "TransactGetItems", "DescribeTable"}) {
    Send(operation, "{}", 400);
    EXPECT_FALSE(IsVisible()) << operation;
  }
  EXPECT_EQ(own_.changes(), changes);
  Send("BatchWriteItem", R"({"RequestItems":{"abc":[{"PutRequest":{"Item":{"pk":{"S":"y"}}}}]}})", 200);
  EXPECT_GT(own_.changes(), changes);
}

TEST_F(DispatcherTurnTest, OperationsThatMayWrite) {
  EXPECT_FALSE(Dispatcher::MayWrite("DynamoDB_20120810.BatchGetItem", "insert"));
  EXPECT_TRUE(Dispatcher::MayWrite("DynamoDB_20120810.BatchWriteItem", ""));
  EXPECT_FALSE(Dispatcher::MayWrite("DynamoDB_20120810.ExecuteStatement", R"({"Statement":"SELECT * FROM t"})"));
  EXPECT_TRUE(Dispatcher::MayWrite("DynamoDB_20120810.BatchExecuteStatement", R"([{"Statement":"Insert INTO t"}])"));
  EXPECT_TRUE(Dispatcher::MayWrite("DynamoDB_20120810.ExecuteTransaction", R"([{"Statement":"SELECT * FROM t"}])"));
  EXPECT_TRUE(Dispatcher::MayWrite("DynamoDB_20120810.ExecuteStatement", R"({"Statement":"\u0044ELETE FROM t"})"));
}

// Whatever else a turn does, succeed or not, finds what it wrote committed.
TEST_F(DispatcherTurnTest, EverythingElseFindsTheTurnsWritesCommitted) {
  for (const char* operation : {"BatchWriteItem", "TransactWriteItems", "ExecuteStatement", "UpdateTable", "Unknown"}) {
    Send("PutItem", std::string(kItemX), 200);
    EXPECT_FALSE(IsVisible());
    Send(operation, R"({"Statement":"UPDATE"})", 400);
    EXPECT_TRUE(IsVisible()) << operation;
    Send("DeleteItem", R"({"TableName":"abc","Key":{"pk":{"S":"x"}}})", 200);
    EXPECT_TRUE(dispatcher_.Finish(own_));
  }
  Send("PutItem", std::string(kItemX), 200);
  EXPECT_EQ(Dispatcher::Join(&own_, nullptr), nullptr);  // work beside calls
  EXPECT_TRUE(IsVisible());
}

// Their writes do not wait in the turn: only the operations that say so join.
TEST_F(DispatcherTurnTest, WritesOfOtherOperationsAreVisibleAtOnce) {
  Send("ExecuteStatement", R"({"Statement":"INSERT INTO abc VALUE {'pk': 'x'}"})", 200);
  EXPECT_TRUE(IsVisible());
}

// Its message shows the whole value.
TEST_F(DispatcherTest, DeepestValuesAreShown) {
  std::string keys;
  for (int i = 0; i < 2000; ++i) keys += R"({"M":{"":)";
  keys += R"({"S":"x"})";
  for (int i = 0; i < 2000; ++i) keys += "}}";
  const std::string reply = Send("BatchGetItem", R"({"RequestItems":{"?":{"Keys":[{"pk":)" + keys + "}]}}}", 400);
  EXPECT_NE(reply.find("Map keys must satisfy constraint"), std::string::npos) << reply.substr(0, 500);
}

}  // namespace
}  // namespace dynarock
