// post: patterns C and D, a message to a conversation and a message that opens one.
#include <chrono>

#include "engine/base/uuid.h"
#include "tools/client/command_error.h"
#include "tools/cruddur/commands.h"
#include "tools/cruddur/dynamodb_client.h"
#include "tools/cruddur/message_time.h"
#include "tools/cruddur/plain_item.h"
#include "tools/cruddur/requests.h"
#include "tools/cruddur/row.h"

namespace dynarock::cruddur {
namespace {

MessageRow NewMessage(const std::string& group_uuid, const User& sender, const std::string& text) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return {group_uuid, MessageTimeMicros(now), NewUuid(), text, sender};
}

// D: my row of the new conversation, the other's, and the message, in one request.
std::string OpenConversation(DynamoDbClient& client, const std::vector<User>& users, const std::string& text) {
  const User& sender = users[0];
  const User& other = users[1];
  const MessageRow message = NewMessage(NewUuid(), sender, text);
  rapidjson::Document document;
  auto& allocator = document.GetAllocator();
  rapidjson::Value items(rapidjson::kArrayType);
  items.PushBack(GroupItem({sender.uuid, message.created_at, message.group_uuid, text, other}, allocator), allocator);
  items.PushBack(GroupItem({other.uuid, message.created_at, message.group_uuid, text, sender}, allocator), allocator);
  items.PushBack(MessageItem(message, allocator), allocator);
  client.Call("BatchWriteItem", BatchPutRequest(items));
  return message.group_uuid;
}

// C: the stream's function moves the conversation to the top of its members' lists.
void Reply(DynamoDbClient& client, const std::string& group_uuid, const User& sender, const std::string& text) {
  rapidjson::Document document;
  const MessageRow message = NewMessage(group_uuid, sender, text);
  client.Call("PutItem", PutItemRequest(MessageItem(message, document.GetAllocator())));
}

}  // namespace

void Post(const CommandSettings& settings, const PostOptions& options, std::ostream& out) {
  if (options.message.empty()) throw CommandError("The message is empty.");
  DynamoDbClient client(settings.endpoint, settings.region);
  std::string group_uuid = options.group_uuid;
  if (options.to.empty()) {
    Reply(client, group_uuid, LoadUsers(options.users_url, {options.from}).front(), options.message);
  } else {
    group_uuid = OpenConversation(client, LoadUsers(options.users_url, {options.from, options.to}), options.message);
  }
  if (settings.json) {
    out << "{\"message_group_uuid\": \"" << group_uuid << "\"}\n";
  } else {
    out << (options.to.empty() ? "Posted to" : "Opened") << " the conversation " << group_uuid << ".\n";
  }
}

}  // namespace dynarock::cruddur
