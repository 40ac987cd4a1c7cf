// Cruddur's two kinds of rows in the one table cruddur-messages.
#pragma once

#include <rapidjson/document.h>

#include <string>

#include "tools/cruddur/user.h"

namespace dynarock::cruddur {

inline constexpr const char* kMessagesTable = "cruddur-messages";
inline constexpr const char* kMessageGroupIndex = "message-group-sk-index";

// The group of the bundled conversation.
inline constexpr const char* kBundledGroupUuid = "5f7a1e3c-0c52-4d8e-9b1d-2e64a8f0c913";

// One message of a conversation, in the partition of its group.
struct MessageRow {
  std::string group_uuid;
  std::string created_at;  // ISO 8601
  std::string message_uuid;
  std::string message;
  User sender;
};

// One conversation in the list of its `owner_uuid`, as the owner sees it.
struct GroupRow {
  std::string owner_uuid;
  std::string last_message_at;  // ISO 8601
  std::string group_uuid;
  std::string message;  // the last one
  User other;
};

using JsonAllocator = rapidjson::Document::AllocatorType;

// Partition keys of the two kinds.
std::string MessagePartitionKey(const std::string& group_uuid);
std::string GroupPartitionKey(const std::string& owner_uuid);

// The rows as attribute maps, ready for PutItem or BatchWriteItem.
rapidjson::Value MessageItem(const MessageRow& row, JsonAllocator& allocator);
rapidjson::Value GroupItem(const GroupRow& row, JsonAllocator& allocator);

}  // namespace dynarock::cruddur
