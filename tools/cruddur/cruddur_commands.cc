#include "tools/cruddur/cruddur_commands.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>

#include "tools/client/caller.h"
#include "tools/client/command_error.h"
#include "tools/client/endpoint.h"
#include "tools/client/number_options.h"
#include "tools/cruddur/commands.h"
#include "tools/cruddur/row.h"

namespace dynarock::cruddur {
namespace {

using SettingsPtr = std::shared_ptr<CommandSettings>;

// Runs a command; what stops it becomes one line on stderr and exit code 1.
void RunCommand(const std::function<void()>& command) {
  try {
    command();
  } catch (const ServiceError& error) {
    if (error.type() == "ResourceNotFoundException") {
      std::cerr << "There is no table " << kMessagesTable << " yet: create it with `dynarock cruddur schema-load`.\n";
    } else {
      std::cerr << error.what() << "\n";
    }
    throw CLI::RuntimeError(1);
  } catch (const CommandError& error) {
    std::cerr << error.what() << "\n";
    throw CLI::RuntimeError(1);
  }
}

// Makes the subcommand `name` with the options that all have; `run` gets them once they are read.
CLI::App* AddCommand(CLI::App* parent, const char* name, const char* description,
                     std::function<void(const CommandSettings&)> run) {
  CLI::App* command = parent->add_subcommand(name, description);
  const SettingsPtr settings = std::make_shared<CommandSettings>();
  settings->endpoint = DefaultEndpoint();
  settings->region = CallersRegion();
  command
      ->add_option("--endpoint", settings->endpoint,
                   "URL of the database; AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL sets the default")
      ->capture_default_str();
  command->add_option("--region", settings->region, "Region; AWS_REGION or AWS_DEFAULT_REGION sets the default")
      ->capture_default_str();
  command->add_flag("--json", settings->json, "Print JSON");
  command->callback([settings, run = std::move(run)] {
    RunCommand([&] {
      CheckRegion(settings->region);
      run(*settings);
    });
  });
  return command;
}

void AddYearOption(CLI::App* command, int& year) {
  command->add_option("--year", year, "Year of the messages (default: the current year)")
      ->check(CLI::Range(1000, 9999))
      ->type_name("YYYY");
}

void AddUsersOption(CLI::App* command, std::string& url) {
  command
      ->add_option("--users", url,
                   "Read the users from the table users of this Postgres database (default: the bundled users)")
      ->type_name("postgresql://...");
}

void AddTableCommands(CLI::App* cruddur) {
  AddCommand(cruddur, "schema-load", "Create the table cruddur-messages",
             [](const CommandSettings& settings) { SchemaLoad(settings, std::cout); });
  AddCommand(cruddur, "enable-stream", "Enable the stream of cruddur-messages, for a trigger",
             [](const CommandSettings& settings) { EnableStream(settings, std::cout); });
  AddCommand(cruddur, "list-tables", "Print the names of all tables",
             [](const CommandSettings& settings) { ListTables(settings, std::cout); });
  const auto table = std::make_shared<std::string>(kMessagesTable);
  AddCommand(cruddur, "drop", "Delete a table",
             [table](const CommandSettings& settings) { Drop(settings, *table, std::cout); })
      ->add_option("table", *table, "Name of the table")
      ->capture_default_str();
  AddCommand(cruddur, "scan", "Print all rows of cruddur-messages",
             [](const CommandSettings& settings) { Scan(settings, std::cout); });
}

void AddSeedCommand(CLI::App* cruddur) {
  const auto options = std::make_shared<SeedOptions>();
  CLI::App* seed = AddCommand(cruddur, "seed", "Write the bundled conversation into cruddur-messages",
                              [options](const CommandSettings& settings) { Seed(settings, *options, std::cout); });
  AddUsersOption(seed, options->users_url);
  AddYearOption(seed, options->year);
}

void AddPostCommand(CLI::App* cruddur) {
  const auto options = std::make_shared<PostOptions>();
  options->group_uuid = kBundledGroupUuid;
  CLI::App* post = AddCommand(cruddur, "post", "Post a message to a conversation, or start a new conversation with it",
                              [options](const CommandSettings& settings) { Post(settings, *options, std::cout); });
  post->add_option("message", options->message, "Text of the message")->required();
  CLI::Option* group = post->add_option("--group", options->group_uuid, "Conversation to post to")
                           ->type_name("UUID")
                           ->capture_default_str();
  post->add_option("--to", options->to, "Start a conversation with this user")->type_name("HANDLE")->excludes(group);
  post->add_option("--from", options->from, "Author of the message")->type_name("HANDLE")->capture_default_str();
  AddUsersOption(post, options->users_url);
}

void AddGetConversation(CLI::App* patterns) {
  const auto options = std::make_shared<ConversationOptions>();
  options->group_uuid = kBundledGroupUuid;
  CLI::App* command =
      AddCommand(patterns, "get-conversation", "Print the newest messages of a conversation in order of time",
                 [options](const CommandSettings& settings) { GetConversation(settings, *options, std::cout); });
  command->add_option("--group", options->group_uuid, "Message group")->type_name("UUID")->capture_default_str();
  AddYearOption(command, options->year);
  command->add_option("--limit", options->limit, "Maximum messages to read")->check(AtLeast(1))->capture_default_str();
}

void AddListConversations(CLI::App* patterns) {
  const auto options = std::make_shared<ConversationListOptions>();
  options->user = "andrewbrown";
  CLI::App* command =
      AddCommand(patterns, "list-conversations", "Print the conversations of a user, newest first",
                 [options](const CommandSettings& settings) { ListConversations(settings, *options, std::cout); });
  command->add_option("--user", options->user, "User whose conversations to list")
      ->type_name("HANDLE|UUID")
      ->capture_default_str();
  AddUsersOption(command, options->users_url);
  AddYearOption(command, options->year);
  command->add_option("--limit", options->limit, "Maximum conversations to read")
      ->check(AtLeast(1))
      ->capture_default_str();
}

}  // namespace

void AddCruddurCommands(CLI::App& app) {
  CLI::App* cruddur = app.add_subcommand("cruddur", "Load, seed and query Cruddur's messages");
  cruddur->require_subcommand(1);
  AddTableCommands(cruddur);
  AddSeedCommand(cruddur);
  AddPostCommand(cruddur);
  CLI::App* patterns = cruddur->add_subcommand("patterns", "Cruddur's access patterns");
  patterns->require_subcommand(1);
  AddGetConversation(patterns);
  AddListConversations(patterns);
}

}  // namespace dynarock::cruddur
