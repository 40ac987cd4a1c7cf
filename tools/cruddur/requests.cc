#include "tools/cruddur/requests.h"

#include "protocol/json_members.h"
#include "tools/cruddur/row.h"

namespace dynarock::cruddur {
namespace {

// {"S": text} as the member `name`.
void WriteStringAttribute(JsonWriter& writer, const char* name, const std::string& text) {
  WriteKey(writer, name);
  writer.StartObject();
  WriteMember(writer, "S", text);
  writer.EndObject();
}

}  // namespace

std::string CreateMessagesTableRequest() {
  return R"({
    "TableName": "cruddur-messages",
    "AttributeDefinitions": [
      {"AttributeName": "message_group_uuid", "AttributeType": "S"},
      {"AttributeName": "pk", "AttributeType": "S"},
      {"AttributeName": "sk", "AttributeType": "S"}
    ],
    "KeySchema": [
      {"AttributeName": "pk", "KeyType": "HASH"},
      {"AttributeName": "sk", "KeyType": "RANGE"}
    ],
    "GlobalSecondaryIndexes": [{
      "IndexName": "message-group-sk-index",
      "KeySchema": [
        {"AttributeName": "message_group_uuid", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"}
      ],
      "Projection": {"ProjectionType": "ALL"},
      "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    }],
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
  })";
}

std::string TableRequest(const std::string& table) {
  return WrittenObject([&](JsonWriter& writer) { WriteMember(writer, "TableName", table); });
}

std::string ListTablesRequest(const std::string& start) {
  return WrittenObject([&](JsonWriter& writer) {
    if (!start.empty()) WriteMember(writer, "ExclusiveStartTableName", start);
  });
}

std::string PutItemRequest(const rapidjson::Value& item) {
  return WrittenObject([&](JsonWriter& writer) {
    WriteMember(writer, "TableName", kMessagesTable);
    WriteKey(writer, "Item");
    item.Accept(writer);
  });
}

std::string BatchPutRequest(const rapidjson::Value& items) {
  return WrittenObject([&](JsonWriter& writer) {
    WriteKey(writer, "RequestItems");
    writer.StartObject();
    WriteKey(writer, kMessagesTable);
    writer.StartArray();
    for (const rapidjson::Value& item : items.GetArray()) {
      writer.StartObject();
      WriteKey(writer, "PutRequest");
      writer.StartObject();
      WriteKey(writer, "Item");
      item.Accept(writer);
      writer.EndObject();
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  });
}

std::string EnableStreamRequest() {
  return R"({"TableName": "cruddur-messages",
             "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}})";
}

std::string ScanRequest(const rapidjson::Value* start) {
  return WrittenObject([&](JsonWriter& writer) {
    WriteMember(writer, "TableName", kMessagesTable);
    if (start == nullptr) return;
    WriteKey(writer, "ExclusiveStartKey");
    start->Accept(writer);
  });
}

std::string NewestOfYearRequest(const std::string& partition_key, const std::string& year, int limit) {
  return WrittenObject([&](JsonWriter& writer) {
    WriteMember(writer, "TableName", kMessagesTable);
    WriteMember(writer, "KeyConditionExpression", "pk = :pk AND begins_with(sk,:year)");
    WriteKey(writer, "ExpressionAttributeValues");
    writer.StartObject();
    WriteStringAttribute(writer, ":pk", partition_key);
    WriteStringAttribute(writer, ":year", year);
    writer.EndObject();
    WriteKey(writer, "ScanIndexForward");
    writer.Bool(false);
    WriteMember(writer, "Limit", limit);
    WriteMember(writer, "ReturnConsumedCapacity", "TOTAL");
  });
}

}  // namespace dynarock::cruddur
