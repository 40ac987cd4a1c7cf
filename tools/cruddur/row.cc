#include "tools/cruddur/row.h"

namespace dynarock::cruddur {
namespace {

// Adds the attribute `name` = {"S": text} to `item`.
void AddString(rapidjson::Value& item, const char* name, const std::string& text, JsonAllocator& allocator) {
  rapidjson::Value attribute(rapidjson::kObjectType);
  attribute.AddMember("S", rapidjson::Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator),
                      allocator);
  item.AddMember(rapidjson::StringRef(name), attribute, allocator);
}

void AddUser(rapidjson::Value& item, const User& user, JsonAllocator& allocator) {
  AddString(item, "user_uuid", user.uuid, allocator);
  AddString(item, "user_display_name", user.display_name, allocator);
  AddString(item, "user_handle", user.handle, allocator);
}

}  // namespace

std::string MessagePartitionKey(const std::string& group_uuid) {
  return "MSG#" + group_uuid;
}

std::string GroupPartitionKey(const std::string& owner_uuid) {
  return "GRP#" + owner_uuid;
}

rapidjson::Value MessageItem(const MessageRow& row, JsonAllocator& allocator) {
  rapidjson::Value item(rapidjson::kObjectType);
  AddString(item, "pk", MessagePartitionKey(row.group_uuid), allocator);
  AddString(item, "sk", row.created_at, allocator);
  AddString(item, "message_uuid", row.message_uuid, allocator);
  AddString(item, "message", row.message, allocator);
  AddUser(item, row.sender, allocator);
  return item;
}

rapidjson::Value GroupItem(const GroupRow& row, JsonAllocator& allocator) {
  rapidjson::Value item(rapidjson::kObjectType);
  AddString(item, "pk", GroupPartitionKey(row.owner_uuid), allocator);
  AddString(item, "sk", row.last_message_at, allocator);
  AddString(item, "message_group_uuid", row.group_uuid, allocator);
  AddString(item, "message", row.message, allocator);
  AddUser(item, row.other, allocator);
  return item;
}

}  // namespace dynarock::cruddur
