#include "tools/trigger/trigger_commands.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>

#include "protocol/json_members.h"
#include "tools/client/caller.h"
#include "tools/client/command_error.h"
#include "tools/client/endpoint.h"
#include "tools/client/number_options.h"
#include "tools/trigger/trigger_calls.h"
#include "tools/trigger/trigger_text.h"

namespace dynarock::trigger {
namespace {

struct Settings {
  std::string endpoint = DefaultEndpoint();
  std::string region = CallersRegion();
  bool json = false;
};

// Makes the subcommand `name` with the options that all have; what stops it becomes one line and exit code 1.
CLI::App* AddCommand(CLI::App* parent, const char* name, const char* description,
                     std::function<void(const Settings&)> run) {
  CLI::App* command = parent->add_subcommand(name, description);
  const auto settings = std::make_shared<Settings>();
  command
      ->add_option("--endpoint", settings->endpoint,
                   "URL of the server; AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL sets "
                   "the default")
      ->capture_default_str();
  command->add_option("--region", settings->region, "Region; AWS_REGION or AWS_DEFAULT_REGION sets the default")
      ->capture_default_str();
  command->add_flag("--json", settings->json, "Print JSON");
  command->callback([settings, run = std::move(run)] {
    try {
      CheckRegion(settings->region);
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
  add->add_option("--function", options.function, "Name of the function; created or updated if code is given");
  CLI::Option* handler = add->add_option("--handler", options.handler,
                                         "Handler to run on this machine: a .py, .js or .mjs file, or a directory");
  CLI::Option* url =
      add->add_option("--url", options.url, "URL of a Lambda container (http://host:port), or any URL with a path");
  add->add_option("--builtin", options.builtin, "Built-in function, e.g. cruddur-messaging-stream")
      ->excludes(handler)
      ->excludes(url);
  url->excludes(handler);
  add->add_option("--runtime", options.runtime,
                  "Runtime: python3, nodejs or provided (default: by the file's extension)");
  add->add_option("--entry", options.entry,
                  "Entry point, file.function (default: lambda_handler for Python, handler for JavaScript)");
  add->add_option("--env", options.environment, "Environment variable of the function; may be repeated")
      ->type_name("NAME=VALUE");
  add->add_option("--timeout", options.timeout, "Maximum seconds per call (default 3)")->check(CLI::Range(1, 900));
}

void AddMappingOptions(CLI::App* add, AddOptions& options) {
  CLI::Option* table = add->add_option("--table", options.table, "Table whose stream to read");
  add->add_option("--stream", options.stream, "ARN of the stream to read")->excludes(table);
  add->add_option("--starting-position", options.starting_position, "Where to start in the stream")
      ->check(CLI::IsMember({"LATEST", "TRIM_HORIZON"}))
      ->capture_default_str();
  AddNumber(add, options, "--batch-size", "BatchSize", "Maximum records per call (default 100)", 1, 10'000);
  AddNumber(add, options, "--batching-window", "MaximumBatchingWindowInSeconds",
            "Maximum seconds to collect a batch (default 0)", 0, 300);
  AddNumber(add, options, "--parallelization-factor", "ParallelizationFactor",
            "Maximum concurrent calls per shard (default 1)", 1, 10);
  AddNumber(add, options, "--retries", "MaximumRetryAttempts",
            "Maximum retries after the first attempt; -1 for no limit (default -1)", -1, 10'000);
  AddNumber(add, options, "--maximum-age", "MaximumRecordAgeInSeconds",
            "Maximum age of a record in seconds; -1 for no limit (default -1)", -1, 604'800);
  AddNumber(add, options, "--tumbling-window", "TumblingWindowInSeconds",
            "Length of the tumbling window in seconds; 0 for none (default 0)", 0, 900);
  add->add_flag("--bisect", options.bisect, "Split a batch that fails, and retry its halves");
  add->add_flag("--report-failures", options.report_failures,
                "The function returns the records that failed as batchItemFailures");
  add->add_option("--on-failure", options.on_failure, "Destination for discarded batches: file://NAME or http://...");
  add->add_option("--filter", options.filters,
                  "Filter pattern in JSON; may be repeated, a record must match one of them")
      ->type_name("JSON");
}

void Add(const Settings& settings, const AddOptions& options) {
  if (options.table.empty() && options.stream.empty()) throw CommandError("Name the table: --table NAME.");
  const rapidjson::Document mapping = TriggerCalls(settings.endpoint, settings.region).Add(options);
  if (settings.json) {
    std::cout << WrittenValue(mapping) << "\n";
  } else {
    std::cout << "Trigger " << mapping["UUID"].GetString() << ": " << mapping["EventSourceArn"].GetString() << " calls "
              << mapping["FunctionArn"].GetString() << ".\n";
  }
}

void List(const Settings& settings) {
  const rapidjson::Document list = TriggerCalls(settings.endpoint, settings.region).List();
  if (settings.json) {
    std::cout << WrittenValue(list) << "\n";
    return;
  }
  for (const auto& trigger : list["Triggers"].GetArray()) std::cout << TriggerLines(trigger);
  if (list["Triggers"].Empty())
    std::cout << "There are no triggers; see `dynarock trigger add --help` for how to add one.\n";
}

// Until it is interrupted, or `count` calls were shown.
void Tail(const Settings& settings, std::int64_t count) {
  TriggerCalls calls(settings.endpoint, settings.region);
  std::optional<std::int64_t> last;
  for (std::int64_t shown = 0; count == 0 || shown < count;) {
    const rapidjson::Document news = calls.CallsAfter(last);
    const auto& list = news["Calls"].GetArray();
    if (list.Empty() && last && news["Last"].GetInt64() == *last) throw CommandError("The server is stopping.");
    last = news["Last"].GetInt64();
    for (const auto& call : list) {
      std::cout << (settings.json ? WrittenValue(call) + "\n" : CallLine(call)) << std::flush;
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
  for (const Change& change : {Change{"pause", "Stop calling the function until the trigger is resumed", "Paused"},
                               Change{"resume", "Resume calling the function, from where it was paused", "Resumed"},
                               Change{"replay", "Deliver all records that are still in the stream again", "Replaying"},
                               Change{"remove", "Remove the trigger; the function stays", "Removed"}}) {
    const auto id = std::make_shared<std::string>();
    AddCommand(trigger, change.name, change.description,
               [id, change](const Settings& settings) {
                 TriggerCalls calls(settings.endpoint, settings.region);
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
  CLI::App* trigger = app.add_subcommand("trigger", "Call functions when items of a table change");
  trigger->require_subcommand(1);
  const auto options = std::make_shared<AddOptions>();
  CLI::App* add = AddCommand(trigger, "add", "Add a trigger, and its function if code is given",
                             [options](const Settings& settings) { Add(settings, *options); });
  AddMappingOptions(add, *options);
  AddFunctionOptions(add, *options);
  AddCommand(trigger, "list", "Print all triggers with their counts", List);
  AddChanges(trigger);
  const auto count = std::make_shared<std::int64_t>(0);
  AddCommand(trigger, "tail", "Print calls of functions as they happen",
             [count](const Settings& settings) { Tail(settings, *count); })
      ->add_option("--count", *count, "Stop after this many calls; 0 for no limit")
      ->check(AtLeast(0));
}

}  // namespace dynarock::trigger
