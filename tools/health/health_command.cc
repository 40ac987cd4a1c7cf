#include "tools/health/health_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "tools/client/command_error.h"
#include "tools/client/endpoint.h"
#include "tools/client/http_connection.h"
#include "tools/health/listening_ports.h"

namespace dynarock::health {
namespace {

struct Settings {
  std::string endpoint;       // "" for loopback and `port`
  std::uint16_t port = 8000;  // 0 to find it
  int timeout = 10;           // seconds
};

std::string OnLoopback(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

// Errors: CommandError if nobody answers at `url`, or somebody else does.
void Ask(const std::string& url, int timeout) {
  HttpConnection connection(url);
  const HttpAnswer answer =
      connection.Exchange({.method = "GET", .target = "/health", .headers = {}, .body = {}}, timeout);
  if (answer.status != 200 || answer.body.find(R"("status":"ok")") == std::string::npos) {
    throw CommandError(url + " is not healthy: it answered GET /health with status " + std::to_string(answer.status) +
                       "; check its log, or name another server with --port or --endpoint.");
  }
}

// The first of our own servers here that is healthy. Errors: CommandError, what was wrong with the last one.
std::string Find(int timeout) {
  const std::vector<std::uint16_t> ports = PortsOfThisProgram();
  if (ports.empty()) {
    throw CommandError(
        "No server that runs this program was found: start `dynarock serve`, or name a server with --endpoint.");
  }
  for (std::size_t i = 0;; ++i) {
    const std::string url = OnLoopback(ports[i]);
    try {
      Ask(url, timeout);
      return url;
    } catch (const CommandError&) {
      if (i + 1 == ports.size()) throw;
    }
  }
}

void Run(const Settings& settings) {
  std::string url = settings.endpoint;
  if (url.empty() && settings.port == 0) {
    url = Find(settings.timeout);
  } else {
    if (url.empty()) url = OnLoopback(settings.port);
    Ask(url, settings.timeout);
  }
  std::cout << url << " is healthy.\n";
}

}  // namespace

void AddHealthCommand(CLI::App& app) {
  CLI::App* health =
      app.add_subcommand("health", "Check whether a server is healthy; exit with 0 if it is, with 1 if not");
  const auto settings = std::make_shared<Settings>();
  const CLI::Option* port =
      health
          ->add_option("--port", settings->port,
                       "Port of a server on this machine; 0 finds the server that runs this program")
          ->envname("DYNAROCK_PORT")
          ->check(CLI::Range(0, 65535))
          ->capture_default_str();
  health->add_option("--endpoint", settings->endpoint,
                     "URL of the server, instead of a port; AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL sets the "
                     "default");
  health->add_option("--timeout", settings->timeout, "Maximum seconds to wait for the reply")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  health->callback([settings, port] {
    try {
      if (settings->endpoint.empty() && port->count() == 0) settings->endpoint = EndpointOfEnvironment();
      Run(*settings);
    } catch (const CommandError& error) {
      std::cerr << error.what() << "\n";
      throw CLI::RuntimeError(1);
    }
  });
}

}  // namespace dynarock::health
