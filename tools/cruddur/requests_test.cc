#include "tools/cruddur/requests.h"

#include <gtest/gtest.h>

#include "tools/cruddur/plain_item.h"

namespace dynarock::cruddur {
namespace {

rapidjson::Document Parse(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  EXPECT_FALSE(document.HasParseError()) << json;
  return document;
}

std::string Plain(const std::string& item) {
  std::string text = PrettyJson([&](PrettyJsonWriter& writer) {
    writer.SetIndent(' ', 0);
    WritePlainItem(writer, Parse(item));
  });
  std::erase(text, '\n');
  return text;
}

TEST(Requests, CreatesTheTableOfTheCourse) {
  const rapidjson::Document request = Parse(CreateMessagesTableRequest());
  EXPECT_STREQ(request["TableName"].GetString(), "cruddur-messages");
  EXPECT_STREQ(request["BillingMode"].GetString(), "PROVISIONED");
  EXPECT_EQ(request["AttributeDefinitions"].Size(), 3U);
  EXPECT_STREQ(request["GlobalSecondaryIndexes"][0]["IndexName"].GetString(), "message-group-sk-index");
  EXPECT_FALSE(request.HasMember("StreamSpecification"));
}

TEST(Requests, NewestOfYear) {
  EXPECT_EQ(NewestOfYearRequest("GRP#u", "2026", 20),
            R"json({"TableName":"cruddur-messages","KeyConditionExpression":"pk = :pk AND begins_with(sk,:year)",)json"
            R"("ExpressionAttributeValues":{":pk":{"S":"GRP#u"},":year":{"S":"2026"}},)"
            R"("ScanIndexForward":false,"Limit":20,"ReturnConsumedCapacity":"TOTAL"})");
}

TEST(Requests, Pages) {
  EXPECT_EQ(ListTablesRequest(""), "{}");
  EXPECT_EQ(ListTablesRequest("t"), R"({"ExclusiveStartTableName":"t"})");
  EXPECT_EQ(ScanRequest(nullptr), R"({"TableName":"cruddur-messages"})");
  const rapidjson::Document key = Parse(R"({"pk":{"S":"a"}})");
  EXPECT_EQ(ScanRequest(&key), R"({"TableName":"cruddur-messages","ExclusiveStartKey":{"pk":{"S":"a"}}})");
  EXPECT_EQ(PutItemRequest(key), R"({"TableName":"cruddur-messages","Item":{"pk":{"S":"a"}}})");
  EXPECT_EQ(TableRequest("a\"b"), R"({"TableName":"a\"b"})");
}

TEST(PlainItem, DropsTypeTags) {
  EXPECT_EQ(Plain(R"({"s":{"S":"x"},"n":{"N":"1.50"},"b":{"BOOL":true},"z":{"NULL":true},"e":{"SS":["q"]},)"
                  R"("l":{"L":[{"N":"1"},{"S":"y"}]},"m":{"M":{"k":{"B":"AA=="}}},"o":{"NS":["1","2"]}})"),
            R"({"s": "x","n": 1.50,"b": true,"z": null,"e": ["q"],)"
            R"("l": [1,"y"],"m": {"k": "AA=="},"o": [1,2]})");
}

TEST(PlainItem, FindsStrings) {
  const rapidjson::Document item = Parse(R"({"s":{"S":"x"},"n":{"N":"1"},"odd":1})");
  EXPECT_EQ(StringAttribute(item, "s"), "x");
  EXPECT_EQ(StringAttribute(item, "n"), "");
  EXPECT_EQ(StringAttribute(item, "odd"), "");
  EXPECT_EQ(StringAttribute(item, "none"), "");
}

}  // namespace
}  // namespace dynarock::cruddur
