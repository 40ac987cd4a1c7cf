#include "tools/cruddur/requests.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "tools/cruddur/row.h"

namespace dynarock::cruddur {
namespace {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteString(JsonWriter& writer, const char* name, const std::string& text) {
  writer.Key(name);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

// {"S": text} as the member `name`.
void WriteStringAttribute(JsonWriter& writer, const char* name, const std::string& text) {
  writer.Key(name);
  writer.StartObject();
  WriteString(writer, "S", text);
  writer.EndObject();
}

// One JSON object whose members `write` gives.
template <typename Write>
std::string Object(Write write) {
  rapidjson::StringBuffer json;
  JsonWriter writer(json);
  writer.StartObject();
  write(writer);
  writer.EndObject();
  return {json.GetString(), json.GetSize()};
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
  return Object([&](JsonWriter& writer) { WriteString(writer, "TableName", table); });
}

std::string ListTablesRequest(const std::string& start) {
  return Object([&](JsonWriter& writer) {
    if (!start.empty()) WriteString(writer, "ExclusiveStartTableName", start);
  });
}

std::string PutItemRequest(const rapidjson::Value& item) {
  return Object([&](JsonWriter& writer) {
    WriteString(writer, "TableName", kMessagesTable);
    writer.Key("Item");
    item.Accept(writer);
  });
}

std::string BatchPutRequest(const rapidjson::Value& items) {
  return Object([&](JsonWriter& writer) {
    writer.Key("RequestItems");
    writer.StartObject();
    writer.Key(kMessagesTable);
    writer.StartArray();
    for (const rapidjson::Value& item : items.GetArray()) {
      writer.StartObject();
      writer.Key("PutRequest");
      writer.StartObject();
      writer.Key("Item");
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
  return Object([&](JsonWriter& writer) {
    WriteString(writer, "TableName", kMessagesTable);
    if (start == nullptr) return;
    writer.Key("ExclusiveStartKey");
    start->Accept(writer);
  });
}

std::string NewestOfYearRequest(const std::string& partition_key, const std::string& year, int limit) {
  return Object([&](JsonWriter& writer) {
    WriteString(writer, "TableName", kMessagesTable);
    WriteString(writer, "KeyConditionExpression", "pk = :pk AND begins_with(sk,:year)");
    writer.Key("ExpressionAttributeValues");
    writer.StartObject();
    WriteStringAttribute(writer, ":pk", partition_key);
    WriteStringAttribute(writer, ":year", year);
    writer.EndObject();
    writer.Key("ScanIndexForward");
    writer.Bool(false);
    writer.Key("Limit");
    writer.Int(limit);
    WriteString(writer, "ReturnConsumedCapacity", "TOTAL");
  });
}

}  // namespace dynarock::cruddur
