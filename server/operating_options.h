// The options of `dynarock serve` for who operates it: logs, limits, credentials.
#pragma once

#include <chrono>
#include <string>

#include "engine/base/log.h"
#include "server/http_server.h"

namespace CLI {
class App;
}

namespace dynarock {

struct OperatingOptions {
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::chrono::milliseconds slow_request{1000};  // 0: none is slow
  std::string pid_file;                          // "" for none
  std::string credentials_file;                  // "" lets any credentials pass
};

// Adds the options to `serve`. Both targets must hold until the command line was parsed.
void AddOperatingOptions(CLI::App& serve, OperatingOptions& options, HttpServerOptions& http);

}  // namespace dynarock
