// patterns get-conversation and list-conversations: the two queries on which Cruddur stands.
#include <algorithm>
#include <chrono>
#include <sstream>
#include <vector>

#include "tools/cruddur/commands.h"
#include "tools/cruddur/dynamodb_client.h"
#include "tools/cruddur/message_time.h"
#include "tools/cruddur/plain_item.h"
#include "tools/cruddur/requests.h"
#include "tools/cruddur/row.h"
#include "tools/cruddur/transcript.h"

namespace dynarock::cruddur {
namespace {

using rapidjson::Value;

struct NewestRows {
  rapidjson::Document reply;        // owns what `items` points to
  std::vector<const Value*> items;  // newest first
  double consumed_capacity_units = 0;
};

NewestRows QueryNewest(const CommandSettings& settings, const std::string& partition_key, int year, int limit) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string digits = YearDigits(year == 0 ? YearOf(now) : std::chrono::year(year));
  DynamoDbClient client(settings.endpoint, settings.region);
  NewestRows rows;
  rows.reply = client.Call("Query", NewestOfYearRequest(partition_key, digits, limit));
  if (const Value* items = ArrayMember(rows.reply, "Items")) {
    for (const Value& item : items->GetArray()) rows.items.push_back(&item);
  }
  const Value* capacity = FindMember(rows.reply, "ConsumedCapacity");
  if (capacity != nullptr && capacity->IsObject()) {
    const Value* units = FindMember(*capacity, "CapacityUnits");
    if (units != nullptr && units->IsNumber()) rows.consumed_capacity_units = units->GetDouble();
  }
  return rows;
}

// {"consumed_capacity_units", "<name>": [plain items]} in the order of `rows.items`.
void WriteRowsJson(std::ostream& out, const char* name, const NewestRows& rows) {
  out << PrettyJson([&](PrettyJsonWriter& writer) {
    writer.StartObject();
    writer.Key("consumed_capacity_units");
    writer.Double(rows.consumed_capacity_units);
    writer.Key(name);
    writer.StartArray();
    for (const Value* item : rows.items) WritePlainItem(writer, *item);
    writer.EndArray();
    writer.EndObject();
  }) << "\n";
}

// E.g. "20 rows, 2 read capacity units".
std::string Cost(const NewestRows& rows) {
  std::ostringstream text;
  text << rows.items.size() << (rows.items.size() == 1 ? " row, " : " rows, ") << rows.consumed_capacity_units
       << " read capacity units";
  return text.str();
}

std::vector<TranscriptLine> Transcript(const NewestRows& rows) {
  std::vector<TranscriptLine> lines;
  for (const Value* item : rows.items) {
    lines.push_back(
        {StringAttribute(*item, "sk"), StringAttribute(*item, "user_display_name"), StringAttribute(*item, "message")});
  }
  return lines;
}

}  // namespace

void GetConversation(const CommandSettings& settings, const ConversationOptions& options, std::ostream& out) {
  NewestRows rows = QueryNewest(settings, MessagePartitionKey(options.group_uuid), options.year, options.limit);
  std::reverse(rows.items.begin(), rows.items.end());
  if (settings.json) return WriteRowsJson(out, "messages", rows);
  if (rows.items.empty()) {
    out << "No messages of that group in that year: write some with `dynarock cruddur seed`, or give --group or "
           "--year.\n";
    return;
  }
  out << "Newest messages of one conversation (" << Cost(rows) << ")\n\n";
  WriteTranscript(out, Transcript(rows), StdoutStyle());
}

void ListConversations(const CommandSettings& settings, const ConversationListOptions& options, std::ostream& out) {
  const std::string user_uuid =
      IsUuid(options.user) ? options.user : LoadUsers(options.users_url, {options.user}).front().uuid;
  const NewestRows rows = QueryNewest(settings, GroupPartitionKey(user_uuid), options.year, options.limit);
  if (settings.json) return WriteRowsJson(out, "conversations", rows);
  if (rows.items.empty()) {
    out << "No conversations of " << options.user << " in that year: write one with `dynarock cruddur seed`.\n";
    return;
  }
  out << "Conversations of " << options.user << ", newest first (" << Cost(rows) << ")\n\n";
  WriteTranscript(out, Transcript(rows), StdoutStyle());
}

}  // namespace dynarock::cruddur
