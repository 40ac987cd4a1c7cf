// seed: the bundled conversation, row by row.
#include <chrono>

#include "tools/cruddur/commands.h"
#include "tools/cruddur/dynamodb_client.h"
#include "tools/cruddur/message_time.h"
#include "tools/cruddur/plain_item.h"
#include "tools/cruddur/requests.h"
#include "tools/cruddur/seed_rows.h"

namespace dynarock::cruddur {
namespace {

SeedRows RowsFor(const SeedOptions& options) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::chrono::year year = options.year == 0 ? YearOf(now) : std::chrono::year(options.year);
  const std::vector<ConversationLine> conversation = ParseConversation(BundledConversationLines());
  const std::vector<User> users = LoadUsers(options.users_url, Speakers(conversation));
  return BuildSeedRows(conversation, users, SeedTimes(conversation.size(), now, year));
}

void Put(DynamoDbClient& client, const rapidjson::Value& item) {
  client.Call("PutItem", PutItemRequest(item));
}

void WriteJsonSummary(std::ostream& out, const SeedRows& rows) {
  rapidjson::StringBuffer json;
  PrettyJsonWriter writer(json);
  writer.StartObject();
  writer.Key("message_group_uuid");
  writer.String(rows.messages.front().group_uuid.c_str());
  writer.Key("groups");
  writer.Uint64(rows.groups.size());
  writer.Key("messages");
  writer.Uint64(rows.messages.size());
  writer.Key("first");
  writer.String(rows.messages.front().created_at.c_str());
  writer.Key("last");
  writer.String(rows.messages.back().created_at.c_str());
  writer.EndObject();
  out << json.GetString() << "\n";
}

}  // namespace

void Seed(const CommandSettings& settings, const SeedOptions& options, std::ostream& out) {
  DynamoDbClient client(settings.endpoint, settings.region);
  const SeedRows rows = RowsFor(options);
  rapidjson::Document document;
  for (const GroupRow& row : rows.groups) Put(client, GroupItem(row, document.GetAllocator()));
  for (const MessageRow& row : rows.messages) Put(client, MessageItem(row, document.GetAllocator()));
  if (settings.json) return WriteJsonSummary(out, rows);
  const User& first = rows.messages.front().sender;
  const User& other = rows.groups.front().other == first ? rows.groups.back().other : rows.groups.front().other;
  out << "Wrote " << rows.groups.size() << " group rows and " << rows.messages.size() << " messages between "
      << first.display_name << " and " << other.display_name << ",\nfrom " << rows.messages.front().created_at << " to "
      << rows.messages.back().created_at << ".\n";
}

}  // namespace dynarock::cruddur
