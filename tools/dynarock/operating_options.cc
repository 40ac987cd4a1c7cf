#include "tools/dynarock/operating_options.h"

#include <CLI/CLI.hpp>
#include <map>

namespace dynarock {
namespace {

// An option whose value is a duration in `Unit`s.
template <class Unit, class Target>
void AddDuration(CLI::App& app, const std::string& name, const std::string& variable, Target& target,
                 std::int64_t least, const std::string& text) {
  constexpr std::int64_t kMost = 86'400'000;
  app.add_option_function<std::int64_t>(
         name, [&target](const std::int64_t& count) { target = Unit(count); }, text)
      ->envname(variable)
      ->check(CLI::Range(least, kMost))
      ->default_str(std::to_string(std::chrono::duration_cast<Unit>(target).count()));
}

// An option whose value is one of a few words.
template <class Word>
void AddWord(CLI::App& app, const std::string& name, const std::string& variable, Word& target,
             const std::map<std::string, Word>& words, const std::string& text) {
  std::string now;
  std::vector<std::string> names;
  for (const auto& [word, value] : words) {
    names.push_back(word);
    if (value == target) now = word;
  }
  app.add_option_function<std::string>(
         name, [&target, words](const std::string& word) { target = words.at(word); }, text)
      ->envname(variable)
      ->check(CLI::IsMember(names))
      ->default_str(now);
}

void AddLogOptions(CLI::App& serve, OperatingOptions& options) {
  AddWord<LogLevel>(serve, "--log-level", "DYNAROCK_LOG_LEVEL", options.log_level,
                    {{"debug", LogLevel::kDebug},
                     {"info", LogLevel::kInfo},
                     {"warn", LogLevel::kWarn},
                     {"error", LogLevel::kError},
                     {"off", LogLevel::kOff}},
                    "Minimum level of log messages on standard error; debug logs every request");
  AddWord<LogFormat>(serve, "--log-format", "DYNAROCK_LOG_FORMAT", options.log_format,
                     {{"text", LogFormat::kText}, {"json", LogFormat::kJson}}, "Format of log messages");
  AddDuration<std::chrono::milliseconds>(serve, "--slow-request", "DYNAROCK_SLOW_REQUEST", options.slow_request, 0,
                                         "Milliseconds after which a request is logged as slow; 0 to log none");
  serve.add_option("--pid-file", options.pid_file, "File that holds the process id while the server listens")
      ->envname("DYNAROCK_PID_FILE")
      ->type_name("FILE");
}

void AddLimitOptions(CLI::App& serve, HttpServerOptions& http) {
  using std::chrono::seconds;
  serve.add_option("--max-connections", http.most_connections, "Maximum open connections; further ones get status 503")
      ->envname("DYNAROCK_MAX_CONNECTIONS")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  serve
      .add_option("--max-header", http.header_limit,
                  "Maximum bytes of a request's line and headers; longer ones get status 400")
      ->envname("DYNAROCK_MAX_HEADER")
      ->check(CLI::Range(1024, 1024 * 1024))
      ->capture_default_str();
  serve
      .add_option("--max-body", http.body_limit,
                  "Maximum bytes of a body, also after decompression; longer ones get status 413")
      ->envname("DYNAROCK_MAX_BODY")
      ->check(CLI::Range(1024, 1024 * 1024 * 1024))
      ->capture_default_str();
  serve
      .add_option(
          "--max-memory", http.memory_limit,
          "Maximum bytes buffered for requests and replies of all connections; beyond it, requests get status 503")
      ->envname("DYNAROCK_MAX_MEMORY")
      ->check(CLI::Range(std::size_t{1024} * 1024, std::size_t{1} << 50))
      ->capture_default_str();
  AddDuration<seconds>(serve, "--idle-timeout", "DYNAROCK_IDLE_TIMEOUT", http.idle_timeout, 1,
                       "Seconds after which an idle connection is closed");
  AddDuration<seconds>(serve, "--header-timeout", "DYNAROCK_HEADER_TIMEOUT", http.header_timeout, 1,
                       "Maximum seconds to receive a request's headers or finish a TLS handshake; then status 408");
  AddDuration<seconds>(serve, "--body-timeout", "DYNAROCK_BODY_TIMEOUT", http.body_timeout, 1,
                       "Maximum seconds to receive a request's body; then status 408");
  serve
      .add_option("--min-body-rate", http.least_body_rate,
                  "Minimum bytes per second of a body after its first 5 seconds; slower ones get status 408")
      ->envname("DYNAROCK_MIN_BODY_RATE")
      ->check(CLI::Range(0, 1024 * 1024 * 1024))
      ->capture_default_str();
  AddDuration<seconds>(serve, "--reply-timeout", "DYNAROCK_REPLY_TIMEOUT", http.reply_timeout, 1,
                       "Maximum seconds for a client to read a reply; then its connection is closed");
}

// "" for octal digits of a file mode.
std::string MistakeOfMask(const std::string& text) {
  const bool is_octal = !text.empty() && text.size() <= 4 && text.find_first_not_of("01234567") == std::string::npos;
  if (is_octal && std::stoul(text, nullptr, 8) <= 0777) return "";
  return "\"" + text + "\" is not a file mode creation mask such as 022";
}

void AddTlsOptions(CLI::App& serve, OperatingOptions& options) {
  CLI::Option* tls =
      serve.add_flag("--tls", options.tls, "Serve HTTPS on a separate port as well")->envname("DYNAROCK_TLS");
  serve.add_option("--tls-port", options.tls_port, "Port for HTTPS; 0 picks a free port and prints it")
      ->envname("DYNAROCK_TLS_PORT")
      ->check(CLI::Range(0, 65535))
      ->needs(tls)
      ->capture_default_str();
  CLI::Option* certificate = serve
                                 .add_option("--tls-certificate", options.tls_certificate,
                                             "PEM file of the certificate and its chain (default: one is made, and the "
                                             "file of its authority is printed)")
                                 ->envname("DYNAROCK_TLS_CERTIFICATE")
                                 ->type_name("FILE")
                                 ->needs(tls);
  CLI::Option* key =
      serve.add_option("--tls-key", options.tls_key, "PEM file of the certificate's private key, without a passphrase")
          ->envname("DYNAROCK_TLS_KEY")
          ->type_name("FILE")
          ->needs(certificate);
  certificate->needs(key);
}

}  // namespace

void AddAccessOptions(CLI::App& serve, AccessOptions& access) {
  serve
      .add_option("--allow-host", access.hosts,
                  "Host names that requests may use, separated by commas, besides addresses, localhost, names without "
                  "dots, *.internal and AWS's; *.example.com for all names below it, * for all")
      ->envname("DYNAROCK_ALLOW_HOST")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(MistakeOfAllowedHost);
  serve
      .add_option("--cors", access.origins,
                  "Origins of web pages that may call and read replies, separated by commas, besides pages of this "
                  "machine; * lets all pages call DynamoDB's API")
      ->envname("DYNAROCK_CORS")
      ->type_name("ORIGIN")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(MistakeOfOrigin);
  serve
      .add_flag("--lambda", access.control_from_anywhere,
                "Let other machines manage and call functions and triggers without a verified signature")
      ->envname("DYNAROCK_LAMBDA");
}

void AddOperatingOptions(CLI::App& serve, OperatingOptions& options, HttpServerOptions& http) {
  serve
      .add_option("--credentials", options.credentials_file,
                  "AWS credentials file; requests must be signed by one of its profiles (default: any credentials are "
                  "accepted)")
      ->envname("DYNAROCK_CREDENTIALS")
      ->type_name("FILE");
  serve
      .add_option_function<std::string>(
          "--umask",
          [&options](const std::string& text) {
            options.file_mask = static_cast<mode_t>(std::stoul(text, nullptr, 8));
          },
          "Permissions that new files and directories do not grant, octal; 022 lets other users read them")
      ->envname("DYNAROCK_UMASK")
      ->type_name("MODE")
      ->check(MistakeOfMask)
      ->default_str("077");
  AddTlsOptions(serve, options);
  AddLogOptions(serve, options);
  AddLimitOptions(serve, http);
}

}  // namespace dynarock
