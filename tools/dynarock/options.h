// The command line and the environment.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/error_json.h"
#include "server/api/access.h"
#include "server/http/http_server.h"
#include "tools/dynarock/local_command_line.h"
#include "tools/dynarock/operating_options.h"

namespace dynarock {

struct ServeOptions {
  HttpServerOptions http;
  OperatingOptions operating;
  AccessOptions access;
  std::string data_directory = "dynarock-data";
  bool in_memory = false;
  bool sync = false;
  bool strict_recovery = false;
  std::string region = "us-east-1";
  std::string account_id = "000000000000";
  std::optional<LocalOptions> local;  // started by DynamoDB Local's command line
  bool separate_databases = false;
  std::size_t max_databases = 10'000;
  bool local_arns = false;
  bool delay_transient_statuses = false;
  bool optimize_before_start = false;
  Wording wording = Wording::kCurrent;
  std::string trigger_file;  // "" for none
  std::string python = "python3";
  std::string node = "node";
  int max_functions = 8;
  std::string destinations;                 // "" for failures below the data, or none in memory
  std::vector<std::string> function_hosts;  // beside this machine and private networks
  std::chrono::seconds ttl_change_interval{3600};
  bool stop_with_stdin = false;
};

// Parses, runs the command that was named, and gives the exit status: 0, 1 for a failure, 2 for a wrong command line.
// On DynamoDB Local's command line that is `serve`, and what that command line does not tell is told by our variables.
int RunCommandLine(int argc, char** argv, const std::function<int(const ServeOptions&)>& serve);

}  // namespace dynarock
