// dynarock: joins engine, protocol and server.
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "engine/database/databases.h"
#include "engine/streams/trimming.h"
#include "engine/tables/transient_status.h"
#include "engine/writes/backfill.h"
#include "engine/writes/expiry_sweeper.h"
#include "engine/writes/transaction_tokens.h"
#include "protocol/dispatcher.h"
#include "server/admin/metrics_page.h"
#include "server/api/api_handler.h"
#include "server/api/proxied_hosts.h"
#include "server/http/http_server.h"
#include "server/http/state_directory.h"
#include "server/http/tls.h"
#include "server/lambda/lambda_service.h"
#include "server/lambda/process_supervisor.h"
#include "tools/cruddur/stream_function.h"
#include "tools/dynarock/options.h"
#include "tools/dynarock/pid_file.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

// AWS's statuses last for some seconds; this is long enough to be seen.
constexpr std::chrono::milliseconds kTransientStatuses(1000);

constexpr std::array kBuiltInFunctions = {BuiltInFunction{kCruddurFunction, MakeCruddurFunction}};

// For connections beside long requests, and beside commits that wait for the disk.
constexpr int kMostSpareThreads = 32;

// Of a program that a signal has ended, as shells tell it; java's, too.
constexpr int kStatusOfSignal = 128;

int Fail(const ApiError& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

// Each connection is a file, and shells start programs with a soft limit of 1024.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Runs operations on a database for built-in functions, as the API would.
ApiCall CallsOf(const Dispatcher& dispatcher, Database& database) {
  const Caller caller{database.owner().access_key_id, database.owner().region};
  return [&dispatcher, caller](const std::string& operation, const std::string& body) -> Result<std::string> {
    thread_local DispatchScratch scratch;
    std::string copy = body;
    const Result<void> trusted;
    const Reply reply = dispatcher.Dispatch({"DynamoDB_20120810." + operation, copy, trusted, "", caller}, scratch);
    if (reply.status == 200) return std::string(reply.body);
    return InternalError(operation + " answered " + std::string(reply.body));
  };
}

// Who may sign: the profiles of the file, and the functions that the server itself starts.
struct Signers {
  std::unique_ptr<SignatureCheck> check;  // null: everybody
  std::function<Credentials(const std::string&)> keys_of_functions;
};

Result<Signers> SignersOf(const ServeOptions& options, const std::shared_ptr<const Clock>& clock) {
  Signers signers;
  if (options.operating.credentials_file.empty()) return signers;
  TRY(const std::vector<Profile> profiles, ReadCredentialsFile(options.operating.credentials_file));
  std::vector<Credentials> keys = {NewCredentials()};
  for (const Profile& profile : profiles) keys.push_back(profile.keys);
  signers.check = std::make_unique<SignatureCheck>(keys, clock);
  // Functions of somebody's own database are that one's; those of a shared database have the pair made here.
  signers.keys_of_functions = [keys](const std::string& access_key_id) {
    for (const Credentials& known : keys) {
      if (known.access_key_id == access_key_id) return known;
    }
    return keys.front();
  };
  return signers;
}

// Where files of failures may be, an absolute path. In memory nowhere, unless a folder is named.
std::string DestinationsOf(const ServeOptions& options, const fs::path& state) {
  std::error_code ignored;
  if (!options.destinations.empty()) return fs::absolute(options.destinations, ignored).string();
  return options.in_memory ? "" : (state / "failures").string();
}

LambdaOptions LambdaOptionsOf(const ServeOptions& options, const fs::path& state, const Signers& signers,
                              CertificateAuthority& authority) {
  LambdaOptions lambda{
      .trigger_file = options.trigger_file, .surroundings = {}, .max_functions = options.max_functions};
  lambda.surroundings = {.region = options.region,
                         .account_id = options.account_id,
                         .access_key_id = Owner().access_key_id,
                         .endpoint = {},
                         .bundle_file = [&authority] { return authority.BundleFile().value_or(""); },
                         .state_directory = (state / "lambda").string(),
                         .code_folders = nullptr,
                         .destinations = DestinationsOf(options, state),
                         .allowed_hosts = options.function_hosts,
                         .python = options.python,
                         .node = options.node,
                         .keys_of = signers.keys_of_functions,
                         .built_in = kBuiltInFunctions};
  return lambda;
}

DatabasesOptions DatabasesOptionsOf(const ServeOptions& options) {
  return {.identity = {options.region, options.account_id},
          .separate = options.separate_databases,
          .ddblocal_region = options.local_arns,
          .timing = {.ttl_change_interval = options.ttl_change_interval,
                     .transient_statuses =
                         options.delay_transient_statuses ? kTransientStatuses : std::chrono::milliseconds(0)},
          .leniency = {.deep_transaction_values = TakesDeepTransactionValues(options.wording),
                       .local = HabitsOf(options.wording)},
          .max_databases = options.max_databases};
}

ApiOptions ApiOptionsOf(const ServeOptions& options, const SignatureCheck* signatures) {
  ApiOptions api{.access = options.access, .separate_databases = options.separate_databases, .signatures = signatures};
  api.as_local = options.local.has_value();
  return api;
}

bool IsMetricsPath(std::string_view path) {
  return path == "/metrics";
}

// Where signatures are checked, names are for those who sign.
MetricNames NamesFor(const HttpRequest& request, const SignatureCheck* signatures) {
  return signatures == nullptr || signatures->Check(request, "dynamodb") ? MetricNames::kShown : MetricNames::kHidden;
}

// The address that functions on this machine reach the server at.
std::string LocalEndpoint(const ServeOptions& options, std::uint16_t port) {
  const std::string& host = options.http.host;
  const bool any = host == "0.0.0.0" || host == "*" || host == "localhost" || host == "::";
  return "http://" +
         (any                                   ? "127.0.0.1"
          : host.find(':') != std::string::npos ? "[" + host + "]"
                                                : host) +
         ":" + std::to_string(port);
}

// The given certificate, or that of our own authority, which is made now. Gives what clients must know of it, ""
// without
// --tls.
Result<std::string> PrepareTls(const OperatingOptions& options, CertificateAuthority& authority) {
  if (!options.tls) return std::string();
  if (!options.tls_certificate.empty()) {
    TRY_VOID(authority.UseCertificate(options.tls_certificate, options.tls_key));
    return "certificate " + options.tls_certificate;
  }
  TRY(const std::string bundle, authority.BundleFile());
  return "clients must trust " + bundle;
}

// At SIGHUP: a certificate that was renewed, and the file of triggers.
void Reload(const OperatingOptions& options, CertificateAuthority& authority, LambdaService& triggers) {
  triggers.Reload();
  if (options.tls_certificate.empty()) return;
  const Result<std::string> read = PrepareTls(options, authority);
  if (read) return Log(LogLevel::kInfo, "certificate reloaded on SIGHUP");
  Log(LogLevel::kError, "certificate could not be reloaded on SIGHUP, the old one stays in use",
      {{"error", read.error().message}});
}

// `trust` says how clients trust our certificate.
void Announce(const ServeOptions& options, const HttpServer& server, const std::string& trust) {
  const std::uint16_t port = server.port();
  if (options.local) {
    std::fputs(LocalBanner(*options.local, port).c_str(), stdout);
  } else {
    std::printf("dynarock is listening on http://%s:%u, data %s\n", options.http.host.c_str(), unsigned{port},
                options.in_memory ? "in memory" : ("in " + options.data_directory).c_str());
  }
  if (server.tls_port() != 0) {
    std::printf("dynarock is listening on https://%s:%u, %s\n", options.http.host.c_str(), unsigned{server.tls_port()},
                trust.c_str());
  }
  std::fflush(stdout);
}

// Stops the server as SIGTERM does once standard input has ended, as a pipe does with the program that holds it.
void StopWithStdin() {
  std::thread([] {
    std::array<char, 4096> ignored;
    while (read(STDIN_FILENO, ignored.data(), ignored.size()) > 0) continue;
    kill(getpid(), SIGTERM);
  }).detach();
}

// Opens the store, and starts what its databases need besides calls.
Result<std::unique_ptr<Databases>> OpenDatabases(const ServeOptions& options, std::shared_ptr<const Clock> clock) {
  const StoreOptions store{.directory = options.data_directory,
                           .in_memory = options.in_memory,
                           .sync = options.sync,
                           .strict_recovery = options.strict_recovery};
  TRY(auto databases, Databases::Open(store, DatabasesOptionsOf(options), std::move(clock)));
  if (options.optimize_before_start) TRY_VOID(databases->store().Compact());
  for (const DatabasePtr& database : databases->All()) {
    ResumeBackfills(*database);
    ResumeTransientStatuses(*database);
  }
  databases->WhenOpened([](Database& database) {
    TrimInBackground(database);
    StartExpirySweeper(database);
    DropTokensInBackground(database);
  });
  return databases;
}

// What holds for the whole process.
void PrepareProcess(const OperatingOptions& options) {
  // Few arenas keep resident memory small; with fewer, workers wait for RocksDB's threads. The blocks of write buffers
  // go back to the system when these are flushed: a threshold that is set is not raised behind the first of them.
  mallopt(M_ARENA_MAX, 4);
  mallopt(M_MMAP_THRESHOLD, 512 * 1024);
  RaiseFileLimit();
  umask(options.file_mask);
  SetLog(options.log_level, options.log_format);
}

HttpServerOptions HttpOptionsOf(const ServeOptions& options, const Signers& signers, CertificateAuthority& authority) {
  HttpServerOptions http = options.http;
  if (options.operating.tls) http.tls_port = options.operating.tls_port;
  http.answers_for = AnswersForHost;
  http.answers_for_others = "dynarock answers for DynamoDB and Lambda only, and forwards nothing to other hosts.";
  http.authority = &authority;
  http.keep_wire_body = signers.check != nullptr;
  http.most_spare_threads = kMostSpareThreads;
  return http;
}

int Serve(const ServeOptions& options) {
  PrepareProcess(options.operating);
  const auto clock = std::make_shared<SystemClock>();
  const auto signers = SignersOf(options, clock);
  if (!signers) return Fail(signers.error());
  const auto databases = OpenDatabases(options, clock);
  if (!databases) return Fail(databases.error());
  const Dispatcher dispatcher(**databases, {.wording = options.wording});
  const StateDirectory state(options.in_memory ? "" : options.data_directory);
  CertificateAuthority authority(state.path() / "tls", AwsNames());
  RequestMetrics metrics;
  ApiHandler handler(dispatcher, metrics, RequestLog(options.operating.slow_request),
                     ApiOptionsOf(options, signers->check.get()));
  std::unique_ptr<HttpServer> server;  // ends behind the triggers, whose replies it waits for
  auto lambda = LambdaService::Open(**databases, clock, LambdaOptionsOf(options, state.path(), *signers, authority),
                                    [&dispatcher](Database& database) { return CallsOf(dispatcher, database); });
  if (!lambda) return Fail(lambda.error());
  LambdaService& triggers = **lambda;
  handler.Add(
      {LambdaService::Serves, [&](const HttpRequest& request, HttpReply& reply) { triggers.Handle(request, reply); }});
  const auto write_metrics = [&](const HttpRequest& request, HttpReply& reply) {
    reply = HttpReply{.content_type = "text/plain; version=0.0.4", .service_headers = false};
    const auto mappings = triggers.Mappings();
    const MetricsSources sources{metrics, **databases, mappings, server->connections(), server->memory()};
    reply.owned_body = MetricsPage(sources, NamesFor(request, signers->check.get()));
  };
  handler.Add({IsMetricsPath, write_metrics, Area::kReport});
  const Result<std::string> trust = PrepareTls(options.operating, authority);
  if (!trust) return Fail(trust.error());
  HttpServerOptions http = HttpOptionsOf(options, *signers, authority);
  http.on_stop = [&] { triggers.RequestStop(); };
  http.on_hangup = [&] { Reload(options.operating, authority, triggers); };
  auto listening = HttpServer::Listen(http, handler);
  if (!listening) return Fail(listening.error());
  server = std::move(*listening);
  const auto started = triggers.Start(LocalEndpoint(options, server->port()));
  if (!started) return Fail(started.error());
  PidFile pid_file;
  const auto written = pid_file.Write(options.operating.pid_file);
  if (!written) return Fail(written.error());
  Announce(options, *server, *trust);
  if (options.stop_with_stdin) StopWithStdin();
  const int signal = server->Run();
  return options.local && signal != 0 ? kStatusOfSignal + signal : 0;
}

// Where the caller has closed one of them, the next file that is opened would take its place, and get our messages.
void OpenStandardFiles() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) {
    if (fcntl(file, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) _exit(1);
  }
}

}  // namespace
}  // namespace dynarock

int main(int argc, char** argv) {
  dynarock::SuperviseIfAsked(argc, argv);
  dynarock::OpenStandardFiles();
  return dynarock::RunCommandLine(argc, argv, dynarock::Serve);
}
