#include "tools/cruddur/stream_function.h"

#include "protocol/json.h"

namespace dynarock {
namespace {

constexpr std::string_view kMessagePrefix = "MSG#";
constexpr std::string_view kGroupIndex = "message-group-sk-index";

// The text of {"S": "..."} in member `name`; "" if it is none.
std::string StringAttribute(const Json* item, std::string_view name) {
  const Json* value = item != nullptr && item->IsObject() ? FindField(*item, name) : nullptr;
  const Json* text = value != nullptr && value->IsObject() ? FindField(*value, "S") : nullptr;
  return text != nullptr && text->IsString() ? std::string(TextOf(*text)) : "";
}

const Json* ObjectOf(const Json& object, std::string_view name) {
  const Json* member = FindField(object, name);
  return member != nullptr && member->IsObject() ? member : nullptr;
}

// "cruddur-messages" of "arn:aws:dynamodb:region:account:table/cruddur-messages/stream/..."
std::string TableOf(const Json& record) {
  const Json* arn = FindField(record, "eventSourceARN");
  std::string_view text = arn != nullptr && arn->IsString() ? TextOf(*arn) : "";
  text.remove_prefix(std::min(text.find("table/") + 6, text.size()));
  return std::string(text.substr(0, text.find('/')));
}

void WriteStringAttribute(JsonWriter& out, std::string_view name, std::string_view text) {
  WriteKey(out, name);
  out.StartObject();
  WriteMember(out, "S", text);
  out.EndObject();
}

std::string GroupQuery(const std::string& table, const std::string& group, const Json* start) {
  return WrittenObject([&](JsonWriter& out) {
    WriteMember(out, "TableName", table);
    WriteMember(out, "IndexName", kGroupIndex);
    WriteMember(out, "KeyConditionExpression", "message_group_uuid = :group");
    WriteKey(out, "ExpressionAttributeValues");
    out.StartObject();
    WriteStringAttribute(out, ":group", group);
    out.EndObject();
    if (start == nullptr) return;
    WriteKey(out, "ExclusiveStartKey");
    start->Accept(out);
  });
}

// The group row `row` with another time and text: its old place is deleted and its new one put, both or neither.
std::string MoveRow(const std::string& table, const Json& row, const std::string& sk, const std::string& message) {
  return WrittenObject([&](JsonWriter& out) {
    WriteKey(out, "TransactItems");
    out.StartArray();
    const std::string old_sk = StringAttribute(&row, "sk");
    if (old_sk != sk) {
      out.StartObject();
      WriteKey(out, "Delete");
      out.StartObject();
      WriteMember(out, "TableName", table);
      WriteKey(out, "Key");
      out.StartObject();
      WriteStringAttribute(out, "pk", StringAttribute(&row, "pk"));
      WriteStringAttribute(out, "sk", old_sk);
      out.EndObject();
      out.EndObject();
      out.EndObject();
    }
    out.StartObject();
    WriteKey(out, "Put");
    out.StartObject();
    WriteMember(out, "TableName", table);
    WriteKey(out, "Item");
    out.StartObject();
    for (const auto& [name, value] : row.GetObject()) {
      if (TextOf(name) == "sk" || TextOf(name) == "message") continue;
      WriteKey(out, TextOf(name));
      value.Accept(out);
    }
    WriteStringAttribute(out, "sk", sk);
    WriteStringAttribute(out, "message", message);
    out.EndObject();
    out.EndObject();
    out.EndObject();
    out.EndArray();
  });
}

class CruddurFunction final : public FunctionRunner {
 public:
  explicit CruddurFunction(ApiCall call) : call_(std::move(call)) {}

  InvocationResult Invoke(const Invocation& invocation) override {
    std::string text = invocation.payload;
    JsonReader reader;
    const Json* event = reader.Parse(text);
    const Json* records = event != nullptr && event->IsObject() ? FindField(*event, "Records") : nullptr;
    if (records == nullptr || !records->IsArray()) {
      return FailedInvocation("ValueError", "The event has no list of Records.");
    }
    for (const Json& record : records->GetArray()) {
      if (const Result<void> done = record.IsObject() ? Take(record) : Result<void>(); !done) {
        return FailedInvocation("DynamoDbError", done.error().message);
      }
    }
    return {.payload = "null", .function_error = {}, .log_tail = {}};
  }

  void Stop() override {}

 private:
  Result<void> Take(const Json& record) {
    const Json* name = FindField(record, "eventName");
    const Json* change = ObjectOf(record, "dynamodb");
    if (change == nullptr || (name != nullptr && name->IsString() && TextOf(*name) == "REMOVE")) return {};
    const Json* keys = ObjectOf(*change, "Keys");
    const std::string pk = StringAttribute(keys, "pk");
    if (!pk.starts_with(kMessagePrefix)) return {};
    const std::string group = pk.substr(kMessagePrefix.size());
    return MoveGroup(TableOf(record), group, StringAttribute(keys, "sk"),
                     StringAttribute(ObjectOf(*change, "NewImage"), "message"));
  }

  Result<void> MoveGroup(const std::string& table, const std::string& group, const std::string& sk,
                         const std::string& message) {
    // All rows are read first: those that move would be met again.
    std::vector<std::string> moves;
    std::string page;
    JsonReader reader;
    const Json* start = nullptr;
    do {
      TRY(page, call_("Query", GroupQuery(table, group, start)));
      const Json* reply = reader.Parse(page);
      if (reply == nullptr) return InternalError("The query's reply is not JSON.");
      for (const Json& row : FindField(*reply, "Items")->GetArray()) {
        // Records may come twice, and two writers' messages in another order than their times: lists move on only.
        if (StringAttribute(&row, "sk") <= sk) moves.push_back(MoveRow(table, row, sk, message));
      }
      start = FindField(*reply, "LastEvaluatedKey");
    } while (start != nullptr);
    for (const std::string& move : moves) TRY_VOID(call_("TransactWriteItems", move));
    return {};
  }

  const ApiCall call_;
};

}  // namespace

std::unique_ptr<FunctionRunner> MakeCruddurFunction(ApiCall call) {
  return std::make_unique<CruddurFunction>(std::move(call));
}

}  // namespace dynarock
