#include "tools/trigger/trigger_commands.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>

#include "tools/client/command_error.h"
#include "tools/trigger/trigger_calls.h"
#include "tools/trigger/trigger_text.h"

namespace dynarock::trigger {
namespace {

struct Settings {
  std::string endpoint = "http://127.0.0.1:8000";
  bool json = false;
};

std::string Json(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  value.Accept(out);
  return buffer.GetString();
}

// Makes the subcommand `name` with the options that all have; what stops it becomes one line and exit code 1.
CLI::App* AddCommand(CLI::App* parent, const char* name, const char* description,
                     std::function<void(const Settings&)> run) {
  CLI::App* command = parent->add_subcommand(name, description);
  const auto settings = std::make_shared<Settings>();
  for (const char* variable : {"AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_DYNAMODB"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') settings->endpoint = value;
  }
  command->add_option("--endpoint", settings->endpoint, "URL of the server, else AWS_ENDPOINT_URL_DYNAMODB")
      ->capture_default_str();
  command->add_flag("--json", settings->json, "Print JSON");
  command->callback([settings, run = std::move(run)] {
    try {
      run(*settings);
    } catch (const CommandError& error) {
      std::cerr << error.what() << "\n";
      throw CLI::RuntimeError(1);
    }
  });
  return command;
}

void AddNumber(CLI::App* command, AddOptions& options, const char* flag, const char* member, const char* description,
               std::int64_t least, std::int64_t most) {
  command
      ->add_option_function<std::int64_t>(
          flag, [&options, member](const std::int64_t& number) { options.numbers[member] = number; }, description)
      ->check(CLI::Range(least, most));
}

void AddFunctionOptions(CLI::App* add, AddOptions& options) {
  add->add_option("--function", options.function, "Name of the function; with code, made or changed under this name");
  CLI::Option* handler =
      add->add_option("--handler", options.handler, "Handler to run here: a .py, .js or .mjs file, or a directory");
  CLI::Option* url =
      add->add_option("--url", options.url, "Lambda container (http://host:port) or any URL with a path");
  add->add_option("--builtin", options.builtin, "Built-in function, e.g. cruddur-messaging-stream")
      ->excludes(handler)
      ->excludes(url);
  url->excludes(handler);
  add->add_option("--runtime", options.runtime, "python3, nodejs or provided, where the file's name does not say it");
  add->add_option("--entry", options.entry, "file.function; else lambda_handler of Python, handler of JavaScript");
  add->add_option("--env", options.environment, "Environment variable of the function; may be repeated")
      ->type_name("NAME=VALUE");
  add->add_option("--timeout", options.timeout, "Seconds that a call may take; 3 if not said")
      ->check(CLI::Range(1, 900));
}

void AddMappingOptions(CLI::App* add, AddOptions& options) {
  CLI::Option* table = add->add_option("--table", options.table, "Table whose stream to read");
  add->add_option("--stream", options.stream, "ARN of the stream to read")->excludes(table);
  add->add_option("--starting-position", options.starting_position, "Where to begin")
      ->check(CLI::IsMember({"LATEST", "TRIM_HORIZON"}))
      ->capture_default_str();
  AddNumber(add, options, "--batch-size", "BatchSize", "Most records a call (100)", 1, 10'000);
  AddNumber(add, options, "--batching-window", "MaximumBatchingWindowInSeconds", "Seconds to gather a batch (0)", 0,
            300);
  AddNumber(add, options, "--parallelization-factor", "ParallelizationFactor", "Calls at once for a shard (1)", 1, 10);
  AddNumber(add, options, "--retries", "MaximumRetryAttempts", "Tries behind the first; -1 is no limit (-1)", -1,
            10'000);
  AddNumber(add, options, "--maximum-age", "MaximumRecordAgeInSeconds", "Seconds for which a record is tried (-1)", -1,
            604'800);
  AddNumber(add, options, "--tumbling-window", "TumblingWindowInSeconds", "Seconds of an aggregation window (0)", 0,
            900);
  add->add_flag("--bisect", options.bisect, "Split a batch that fails");
  add->add_flag("--report-failures", options.report_failures, "The function answers with batchItemFailures");
  add->add_option("--on-failure", options.on_failure,
                  "Where batches are sent that were given up: file://NAME or http://...");
  add->add_option("--filter", options.filters, "Filter pattern, JSON; may be repeated, one of them must match")
      ->type_name("JSON");
}

void Add(const Settings& settings, const AddOptions& options) {
  if (options.table.empty() && options.stream.empty()) throw CommandError("Name the table: --table NAME.");
  const rapidjson::Document mapping = TriggerCalls(settings.endpoint).Add(options);
  if (settings.json) {
    std::cout << Json(mapping) << "\n";
  } else {
    std::cout << "Trigger " << mapping["UUID"].GetString() << ": " << mapping["EventSourceArn"].GetString() << " calls "
              << mapping["FunctionArn"].GetString() << ".\n";
  }
}

void List(const Settings& settings) {
  const rapidjson::Document list = TriggerCalls(settings.endpoint).List();
  if (settings.json) {
    std::cout << Json(list) << "\n";
    return;
  }
  for (const auto& trigger : list["Triggers"].GetArray()) std::cout << TriggerLines(trigger);
  if (list["Triggers"].Empty())
    std::cout << "There are no triggers; `dynarock trigger add --help` tells how to add one.\n";
}

// Until it is interrupted, or `count` calls were shown.
void Tail(const Settings& settings, std::int64_t count) {
  TriggerCalls calls(settings.endpoint);
  std::optional<std::int64_t> last;
  for (std::int64_t shown = 0; count == 0 || shown < count;) {
    const rapidjson::Document news = calls.CallsAfter(last);
    const auto& list = news["Calls"].GetArray();
    if (list.Empty() && last && news["Last"].GetInt64() == *last) throw CommandError("The server is stopping.");
    last = news["Last"].GetInt64();
    for (const auto& call : list) {
      std::cout << (settings.json ? Json(call) + "\n" : CallLine(call)) << std::flush;
      if (++shown == count) break;
    }
  }
}

void AddChanges(CLI::App* trigger) {
  struct Change {
    const char* name;
    const char* description;
    const char* done;
  };
  for (const Change& change : {Change{"pause", "Stop calling the function until it is resumed", "Paused"},
                               Change{"resume", "Call the function again, from where it was paused", "Resumed"},
                               Change{"replay", "Deliver all that the stream still has, once more", "Replaying"},
                               Change{"remove", "Remove the trigger; the function stays", "Removed"}}) {
    const auto id = std::make_shared<std::string>();
    AddCommand(trigger, change.name, change.description,
               [id, change](const Settings& settings) {
                 TriggerCalls calls(settings.endpoint);
                 if (std::string(change.name) == "remove") {
                   calls.Remove(*id);
                 } else {
                   calls.Change(*id, change.name);
                 }
                 std::cout << change.done << " " << *id << ".\n";
               })
        ->add_option("trigger", *id, "The trigger's uuid, or its function's name")
        ->required();
  }
}

}  // namespace

void AddTriggerCommands(CLI::App& app) {
  CLI::App* trigger = app.add_subcommand("trigger", "Call functions with the changes of tables");
  trigger->require_subcommand(1);
  const auto options = std::make_shared<AddOptions>();
  CLI::App* add = AddCommand(trigger, "add", "Add a trigger, and its function if code is given",
                             [options](const Settings& settings) { Add(settings, *options); });
  AddMappingOptions(add, *options);
  AddFunctionOptions(add, *options);
  AddCommand(trigger, "list", "Print all triggers with their counts", List);
  AddChanges(trigger);
  const auto count = std::make_shared<std::int64_t>(0);
  AddCommand(trigger, "tail", "Show calls of functions as they happen",
             [count](const Settings& settings) { Tail(settings, *count); })
      ->add_option("--count", *count, "Stop behind so many calls; 0 goes on")
      ->check(CLI::NonNegativeNumber);
}

}  // namespace dynarock::trigger
