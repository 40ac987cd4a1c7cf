// What DynamoDB Local's wording has besides the cases in conformance/cases/local: member names and their order.
#include <gtest/gtest.h>

#include "protocol/dispatcher.h"
#include "protocol/java_hash_order.h"

namespace dynarock {
namespace {

TEST(JavaHashOrder, CodesOfStrings) {
  EXPECT_EQ(JavaHashCode(""), 0U);
  EXPECT_EQ(JavaHashCode("hello"), 99162322U);
  EXPECT_EQ(JavaHashCode("Aa"), JavaHashCode("BB"));
  EXPECT_EQ(JavaHashCode("é"), 0xe9U);
  EXPECT_EQ(JavaHashCode("😀"), 0xd83dU * 31 + 0xde00U);  // two UTF-16 code units
}

std::string Ordered(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::size_t place : HashMapOrder(names)) text += (text.empty() ? "" : " ") + std::string(names[place]);
  return text;
}

TEST(JavaHashOrder, IsThatOfTheBuckets) {
  EXPECT_EQ(Ordered({"prop1", "prop2", "prop3", "prop4", "prop5"}), "prop2 prop1 prop5 prop4 prop3");
  EXPECT_EQ(Ordered({"BB", "Aa"}), "BB Aa");
  EXPECT_EQ(Ordered({}), "");
}

TEST(JavaHashOrder, TheTableDoublesAtThreeQuarters) {
  std::vector<std::string_view> names = {"prop1", "prop2", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  EXPECT_EQ(Ordered(names).substr(0, 5), "prop2");
  names.push_back("k");  // with 32 buckets the two are in the upper half
  const std::string ordered = Ordered(names);
  EXPECT_LT(ordered.find("a "), ordered.find("prop2"));
}

class LocalWording : public testing::Test {
 protected:
  std::string Call(const std::string& target, std::string body) {
    const Result<void> authentication;
    const Reply reply = dispatcher_.Dispatch({target, body, authentication}, scratch_);
    return std::string(reply.body);
  }

  std::unique_ptr<Databases> databases_ = std::move(*Databases::Open(
      {.directory = "", .in_memory = true}, {.leniency = {.local = kDynamoDbLocal}}, std::make_shared<SystemClock>()));
  Dispatcher dispatcher_{*databases_, {.wording = Wording::kLocal}};
  DispatchScratch scratch_;
};

TEST_F(LocalWording, MessagesHaveACapitalLetter) {
  EXPECT_EQ(Call("DynamoDB_20120810.DescribeTable", R"({"TableName":"none"})"),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
            R"("Message":"Cannot do operations on a non-existent table"})");
}

TEST_F(LocalWording, AttributesComeInTheOrderOfAHashMap) {
  Call("DynamoDB_20120810.CreateTable",
       R"({"TableName":"table","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
       R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]})");
  Call("DynamoDB_20120810.PutItem",
       R"({"TableName":"table","Item":{"pk":{"S":"a"},"prop1":{"S":"1"},"prop2":{"S":"2"},"prop3":{"S":"3"}}})");
  const std::string item = R"({"prop2":{"S":"2"},"prop1":{"S":"1"},"pk":{"S":"a"},"prop3":{"S":"3"}})";
  EXPECT_EQ(Call("DynamoDB_20120810.GetItem", R"({"TableName":"table","Key":{"pk":{"S":"a"}}})"),
            R"({"Item":)" + item + "}");
  EXPECT_EQ(Call("DynamoDB_20120810.Scan", R"({"TableName":"table"})"),
            R"({"Items":[)" + item + R"(],"Count":1,"ScannedCount":1})");
}

}  // namespace
}  // namespace dynarock
