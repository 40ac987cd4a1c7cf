// schema-load, list-tables, drop and scan.
#include <chrono>
#include <thread>
#include <vector>

#include "tools/client/command_error.h"
#include "tools/cruddur/commands.h"
#include "tools/cruddur/dynamodb_client.h"
#include "tools/cruddur/plain_item.h"
#include "tools/cruddur/requests.h"
#include "tools/cruddur/row.h"

namespace dynarock::cruddur {
namespace {

constexpr const char* kNotFound = "ResourceNotFoundException";

void WriteJson(std::ostream& out, const rapidjson::Value& value) {
  out << PrettyJson([&](PrettyJsonWriter& writer) { value.Accept(writer); }) << "\n";
}

std::string TableStatus(const rapidjson::Value& reply) {
  const rapidjson::Value* table = FindMember(reply, "Table");
  if (table == nullptr || !table->IsObject()) return {};
  const rapidjson::Value* status = FindMember(*table, "TableStatus");
  return status != nullptr && status->IsString() ? status->GetString() : "";
}

// Asks `is_done` again and again until it says yes.
template <typename Condition>
void WaitUntil(const std::string& what, Condition is_done) {
  constexpr int kTries = 300;
  constexpr std::chrono::milliseconds kPause(100);
  for (int i = 0; i < kTries; ++i) {
    if (is_done()) return;
    std::this_thread::sleep_for(kPause);
  }
  throw CommandError(what + " after 30 seconds: check the database's log.");
}

std::vector<std::string> TableNames(DynamoDbClient& client) {
  std::vector<std::string> names;
  std::string start;
  do {
    const rapidjson::Document reply = client.Call("ListTables", ListTablesRequest(start));
    if (const rapidjson::Value* page = ArrayMember(reply, "TableNames")) {
      for (const rapidjson::Value& name : page->GetArray()) names.emplace_back(name.GetString());
    }
    const rapidjson::Value* last = FindMember(reply, "LastEvaluatedTableName");
    start = last != nullptr && last->IsString() ? last->GetString() : "";
  } while (!start.empty());
  return names;
}

// Gives each item of the table to `use`, page by page.
template <typename Use>
void ForEachItem(DynamoDbClient& client, Use use) {
  rapidjson::Document page;
  const rapidjson::Value* start = nullptr;
  do {
    page = client.Call("Scan", ScanRequest(start));
    if (const rapidjson::Value* items = ArrayMember(page, "Items")) {
      for (const rapidjson::Value& item : items->GetArray()) use(item);
    }
    start = FindMember(page, "LastEvaluatedKey");
  } while (start != nullptr);
}

}  // namespace

void SchemaLoad(const CommandSettings& settings, std::ostream& out) {
  DynamoDbClient client(settings.endpoint, settings.region);
  try {
    client.Call("CreateTable", CreateMessagesTableRequest());
  } catch (const ServiceError& error) {
    if (error.type() != "ResourceInUseException") throw;
    throw CommandError(std::string("The table ") + kMessagesTable +
                       " exists already: remove it first with `dynarock cruddur drop`.");
  }
  rapidjson::Document reply;
  WaitUntil(std::string("The table ") + kMessagesTable + " is not active", [&] {
    reply = client.Call("DescribeTable", TableRequest(kMessagesTable));
    return TableStatus(reply) == "ACTIVE";
  });
  if (settings.json) return WriteJson(out, reply["Table"]);
  out << "Created the table " << kMessagesTable << " with the index " << kMessageGroupIndex << ".\n";
}

void ListTables(const CommandSettings& settings, std::ostream& out) {
  DynamoDbClient client(settings.endpoint, settings.region);
  const std::vector<std::string> names = TableNames(client);
  if (settings.json) {
    rapidjson::Document array(rapidjson::kArrayType);
    for (const std::string& name : names) {
      array.PushBack(rapidjson::StringRef(name.data(), name.size()), array.GetAllocator());
    }
    return WriteJson(out, array);
  }
  for (const std::string& name : names) out << name << "\n";
  if (names.empty()) out << "No tables yet: create one with `dynarock cruddur schema-load`.\n";
}

void EnableStream(const CommandSettings& settings, std::ostream& out) {
  DynamoDbClient client(settings.endpoint, settings.region);
  const rapidjson::Document before = client.Call("DescribeTable", TableRequest(kMessagesTable));
  const bool had_one = before["Table"].HasMember("StreamSpecification");
  if (!had_one) client.Call("UpdateTable", EnableStreamRequest());
  const rapidjson::Document reply = client.Call("DescribeTable", TableRequest(kMessagesTable));
  const rapidjson::Value* arn = FindMember(reply["Table"], "LatestStreamArn");
  if (arn == nullptr || !arn->IsString()) throw CommandError("The table has no stream yet: try again in a moment.");
  if (settings.json) return WriteJson(out, *arn);
  out << "The table " << kMessagesTable << (had_one ? " has" : " now has") << " the stream " << arn->GetString()
      << ".\n";
}

void Drop(const CommandSettings& settings, const std::string& table, std::ostream& out) {
  DynamoDbClient client(settings.endpoint, settings.region);
  rapidjson::Document reply;
  try {
    reply = client.Call("DeleteTable", TableRequest(table));
  } catch (const ServiceError& error) {
    if (error.type() != kNotFound) throw;
    throw CommandError("There is no table " + table + " to drop: see `dynarock cruddur list-tables`.");
  }
  WaitUntil("The table " + table + " is still there", [&] {
    try {
      client.Call("DescribeTable", TableRequest(table));
      return false;
    } catch (const ServiceError& error) {
      if (error.type() != kNotFound) throw;
      return true;
    }
  });
  if (settings.json) return WriteJson(out, reply);
  out << "Dropped the table " << table << ".\n";
}

void Scan(const CommandSettings& settings, std::ostream& out) {
  DynamoDbClient client(settings.endpoint, settings.region);
  if (settings.json) {
    out << PrettyJson([&](PrettyJsonWriter& writer) {
      writer.StartArray();
      ForEachItem(client, [&](const rapidjson::Value& item) { WritePlainItem(writer, item); });
      writer.EndArray();
    }) << "\n";
    return;
  }
  std::size_t count = 0;
  ForEachItem(client, [&](const rapidjson::Value& item) {
    ++count;
    out << StringAttribute(item, "pk") << "  " << StringAttribute(item, "sk") << "  "
        << StringAttribute(item, "user_handle") << "  " << StringAttribute(item, "message") << "\n";
  });
  out << count << " rows\n";
}

}  // namespace dynarock::cruddur
