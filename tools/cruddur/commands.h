// What each cruddur subcommand does once its options are read. All print to `out` and throw CommandError.
#pragma once

#include <ostream>
#include <string>

namespace dynarock::cruddur {

// The options that every subcommand has.
struct CommandSettings {
  std::string endpoint;
  std::string region;
  bool json = false;
};

struct SeedOptions {
  std::string users_url;  // of Postgres; empty for the bundled users
  int year = 0;           // 0 for this year
};

struct ConversationOptions {
  std::string group_uuid;
  int year = 0;
  int limit = 20;
};

struct ConversationListOptions {
  std::string user;       // handle or uuid
  std::string users_url;  // where to look the handle up; empty for the bundled users
  int year = 0;
  int limit = 20;
};

struct PostOptions {
  std::string group_uuid;  // of an existing conversation, or
  std::string to;          // handle of whom a new conversation is opened with
  std::string from = "andrewbrown";
  std::string users_url;  // of Postgres; empty for the bundled users
  std::string message;
};

// table_commands.cc
void SchemaLoad(const CommandSettings& settings, std::ostream& out);
void ListTables(const CommandSettings& settings, std::ostream& out);
void EnableStream(const CommandSettings& settings, std::ostream& out);
void Drop(const CommandSettings& settings, const std::string& table, std::ostream& out);
void Scan(const CommandSettings& settings, std::ostream& out);

// seed_command.cc
void Seed(const CommandSettings& settings, const SeedOptions& options, std::ostream& out);

// post_command.cc
void Post(const CommandSettings& settings, const PostOptions& options, std::ostream& out);

// pattern_commands.cc
void GetConversation(const CommandSettings& settings, const ConversationOptions& options, std::ostream& out);
void ListConversations(const CommandSettings& settings, const ConversationListOptions& options, std::ostream& out);

}  // namespace dynarock::cruddur
