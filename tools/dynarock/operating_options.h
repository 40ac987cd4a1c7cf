// The options of `dynarock serve` for who operates it: credentials, TLS, logs, limits.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "engine/base/log.h"
#include "server/api/access.h"
#include "server/http/http_server.h"

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
  bool tls = false;                              // on a port of its own
  std::uint16_t tls_port = 8443;
  std::string tls_certificate;  // "" for one of our own making
  std::string tls_key;
  mode_t file_mask = 077;  // what files made here do not grant
};

// Adds the options of who may call what. The target must hold until the command line was parsed.
void AddAccessOptions(CLI::App& serve, AccessOptions& access);

// Adds the options to `serve`. Both targets must hold until the command line was parsed.
void AddOperatingOptions(CLI::App& serve, OperatingOptions& options, HttpServerOptions& http);

}  // namespace dynarock
