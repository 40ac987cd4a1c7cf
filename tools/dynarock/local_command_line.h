// DynamoDB Local's command line: its options and texts, and those of the `java` that it is started by.
// Source: Developer Guide, "DynamoDB local usage notes"; what is not told there is marked as a guess in README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynarock {

struct LocalOptions {
  std::uint16_t port = 8000;
  bool in_memory = false;
  std::optional<std::string> db_path = {};  // without one: the working directory
  bool shared_db = false;
  std::optional<std::string> cors = {};  // "*" or hosts set apart by commas
  bool delay_transient_statuses = false;
  bool optimize_before_startup = false;
};

// What a command line asks for: a server, or texts and an exit status.
struct LocalCommand {
  std::optional<LocalOptions> serve = {};
  int status = 0;
  std::string out = {};
  std::string err = {};
};

// Whether it is one of DynamoDB Local, or of the java that runs it: by the program's name, or by the first of `words`,
// which are those behind that name.
bool IsLocalCommandLine(std::string_view program, const std::vector<std::string>& words);

// Requires: IsLocalCommandLine. Looks at the directory that is named, and changes nothing.
LocalCommand ReadLocalCommandLine(std::string_view program, const std::vector<std::string>& words);

// What DynamoDB Local prints when it starts; tools read the port from it, and wait for its lines.
std::string LocalBanner(const LocalOptions& options, std::uint16_t port);

// Where the data of a server with these options lies.
std::string LocalDataDirectory(const LocalOptions& options);

}  // namespace dynarock
