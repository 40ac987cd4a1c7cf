#include "tools/dynarock/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <thread>

#include "engine/base/text_parts.h"
#include "tools/client/number_options.h"
#include "tools/cruddur/cruddur_commands.h"
#include "tools/dynarock/command_words.h"
#include "tools/dynarock/licenses.h"
#include "tools/dynarock/version.h"
#include "tools/health/health_command.h"
#include "tools/trigger/trigger_commands.h"

namespace dynarock {
namespace {

int DefaultThreads() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
}

int DefaultFunctions() {
  return static_cast<int>(std::clamp(2 * std::thread::hardware_concurrency(), 8u, 1000u));
}

// Text of an option that is no number of seconds.
struct ServeTexts {
  std::string wording;
  std::int64_t ttl_change_interval = 3600;
};

// Whose tables a call finds, and how their ARNs read.
void AddDatabases(CLI::App& serve, ServeOptions& options) {
  serve
      .add_flag("--separate-databases", options.separate_databases,
                "Keep a separate database for each access key and region, instead of one that all share")
      ->envname("DYNAROCK_SEPARATE_DATABASES");
  serve.add_option("--max-databases", options.max_databases, "Maximum number of databases with --separate-databases")
      ->envname("DYNAROCK_MAX_DATABASES")
      ->check(AtLeast(1))
      ->capture_default_str();
  serve.add_flag("--local-arns", options.local_arns, "Use the region ddblocal in ARNs, as DynamoDB Local does")
      ->envname("DYNAROCK_LOCAL_ARNS");
  serve
      .add_option("--region", options.region, "Region in ARNs; with --separate-databases, the caller's region is used")
      ->envname("DYNAROCK_REGION")
      ->capture_default_str();
  serve.add_option("--account-id", options.account_id, "Account id in ARNs: twelve digits")
      ->envname("DYNAROCK_ACCOUNT_ID")
      ->capture_default_str()
      ->check([](const std::string& id) {
        const bool digits = id.size() == 12 && id.find_first_not_of("0123456789") == std::string::npos;
        return digits ? std::string() : std::string("an account id must have twelve digits");
      });
}

// How much functions may run, and what they and their destinations reach.
void AddFunctions(CLI::App& serve, ServeOptions& options) {
  serve.add_option("--triggers", options.trigger_file, "File that defines functions and triggers; reloaded on SIGHUP")
      ->envname("DYNAROCK_TRIGGERS")
      ->type_name("FILE");
  serve
      .add_option(
          "--max-functions", options.max_functions,
          "Maximum function processes, and concurrent Invoke calls; one function gets at most half, further calls wait")
      ->envname("DYNAROCK_MAX_FUNCTIONS")
      ->check(CLI::Range(1, 1000))
      ->default_str("two per processor, at least 8");
  serve
      .add_option("--destinations", options.destinations,
                  "Directory for file:// destinations of triggers (default: failures in the data directory)")
      ->envname("DYNAROCK_DESTINATIONS")
      ->type_name("DIR");
  serve
      .add_option("--function-hosts", options.function_hosts,
                  "Hosts that URLs of functions and destinations may name, besides this machine and private networks; "
                  "* for all")
      ->envname("DYNAROCK_FUNCTION_HOSTS")
      ->delimiter(',')
      ->type_name("HOST,...");
  serve.add_option("--python", options.python, "Program that runs Python functions")
      ->envname("DYNAROCK_PYTHON")
      ->capture_default_str();
  serve.add_option("--node", options.node, "Program that runs JavaScript functions")
      ->envname("DYNAROCK_NODE")
      ->capture_default_str();
}

void AddStorage(CLI::App& serve, ServeOptions& options) {
  CLI::Option* data = serve.add_option("--data", options.data_directory, "Data directory; created if missing")
                          ->envname("DYNAROCK_DATA")
                          ->capture_default_str();
  serve.add_flag("--in-memory", options.in_memory, "Keep all data in memory; it is lost when the server stops")
      ->envname("DYNAROCK_IN_MEMORY")
      ->excludes(data);
  serve
      .add_flag("--sync", options.sync,
                "Sync each write to disk, so that it survives a crash of the machine, not only of the process")
      ->envname("DYNAROCK_SYNC");
  serve
      .add_flag("--strict-recovery", options.strict_recovery,
                "Refuse to start if a log file is damaged, instead of dropping the writes after the damage")
      ->envname("DYNAROCK_STRICT_RECOVERY");
}

void AddServe(CLI::App& app, ServeOptions& options, ServeTexts& texts) {
  CLI::App& serve = *app.add_subcommand("serve", "Start the server");
  serve.add_option("--port", options.http.port, "Port to listen on; 0 picks a free port and prints it")
      ->envname("DYNAROCK_PORT")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  serve.add_option("--host", options.http.host, "Numeric address to listen on")
      ->envname("DYNAROCK_HOST")
      ->capture_default_str();
  AddStorage(serve, options);
  serve.add_option("--threads", options.http.threads, "Threads that serve connections")
      ->envname("DYNAROCK_THREADS")
      ->check(CLI::Range(1, 256))
      ->default_str("one per processor, at most 4");
  serve
      .add_option("--ttl-change-interval", texts.ttl_change_interval,
                  "Minimum seconds between two changes of a table's time to live; 0 for no minimum")
      ->envname("DYNAROCK_TTL_CHANGE_INTERVAL")
      ->check(CLI::Range(0, 86400))
      ->capture_default_str();
  AddDatabases(serve, options);
  serve
      .add_flag("--delay-transient-statuses", options.delay_transient_statuses,
                "Show tables and indexes as CREATING, UPDATING and DELETING for a second; on AWS it takes longer")
      ->envname("DYNAROCK_DELAY_TRANSIENT_STATUSES");
  serve
      .add_flag("--optimize-before-start", options.optimize_before_start,
                "Compact the data before serving; takes time, frees the space of deleted items")
      ->envname("DYNAROCK_OPTIMIZE_BEFORE_START");
  serve.add_flag("--stop-with-stdin", options.stop_with_stdin,
                 "Stop when standard input ends, so that the server does not outlive the program that holds its pipe");
  AddFunctions(serve, options);
  serve
      .add_option("--wording", texts.wording,
                  "Wording of errors: current or classic, as AWS's regions answer, or local, as DynamoDB Local answers "
                  "and behaves (default: current; local if started as DynamoDB Local)")
      ->envname("DYNAROCK_WORDING")
      ->check(CLI::IsMember({"current", "classic", "local"}));
  AddAccessOptions(serve, options.access);
  AddOperatingOptions(serve, options.operating, options.http);
}

// The parts of -cors. Blanks around them do not count.
std::vector<std::string> LocalOrigins(std::string_view cors) {
  std::vector<std::string> origins;
  while (!cors.empty()) {
    if (const std::string_view origin = Trimmed(TakePart(cors, ',')); !origin.empty()) origins.emplace_back(origin);
  }
  return origins;
}

// What DynamoDB Local's command line says, in our options.
void UseLocal(const LocalOptions& local, ServeOptions& options) {
  options.http.host = "*";
  options.http.port = local.port;
  options.in_memory = local.in_memory;
  options.data_directory = LocalDataDirectory(local);
  options.separate_databases = !local.shared_db;
  options.local_arns = true;
  options.delay_transient_statuses |= local.delay_transient_statuses;
  options.optimize_before_start |= local.optimize_before_startup;
  options.access.loopback_pages_read = false;
  if (local.cors) options.access.origins = LocalOrigins(*local.cors);
  options.local = local;
}

}  // namespace

int RunCommandLine(int argc, char** argv, const std::function<int(const ServeOptions&)>& run_serve) {
  std::vector<std::string> words(argv + 1, argv + argc);
  std::optional<LocalOptions> local;
  if (IsLocalCommandLine(argv[0], words)) {
    const LocalCommand command = ReadLocalCommandLine(argv[0], words);
    std::fputs(command.out.c_str(), stdout);
    std::fputs(command.err.c_str(), stderr);
    if (!command.serve) return command.status;
    local = command.serve;
    words = {"serve"};
  }
  CLI::App app("dynarock: a DynamoDB that runs on this machine, without a network", "dynarock");
  app.set_version_flag("--version", VersionText);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) { return ProblemOfOptions(*failed, error); });
  ServeOptions options;
  ServeTexts texts;
  options.http.threads = DefaultThreads();
  options.max_functions = DefaultFunctions();
  AddServe(app, options, texts);
  // The tables of the other commands would be a tenth of a start's instructions.
  if (words.empty() || words[0] != "serve") {
    cruddur::AddCruddurCommands(app);
    health::AddHealthCommand(app);
    trigger::AddTriggerCommands(app);
    AddLicensesCommand(app);
  }
  if (const std::string problem = ProblemOfCommand(app, words); !problem.empty()) {
    std::fputs(problem.c_str(), stderr);
    return 2;
  }
  if (const std::string help = HelpOfGroup(app, words); !help.empty()) {
    std::fputs(help.c_str(), stdout);
    return 0;
  }
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(std::move(words));
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!app.got_subcommand("serve")) return 0;
  options.wording = WordingOf(texts.wording).value_or(local ? Wording::kLocal : Wording::kCurrent);
  options.ttl_change_interval = std::chrono::seconds(texts.ttl_change_interval);
  if (local) UseLocal(*local, options);
  return run_serve(options);
}

}  // namespace dynarock
