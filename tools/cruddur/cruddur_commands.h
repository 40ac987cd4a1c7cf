// The `cruddur` subcommands of the dynarock command line: the course's scripts against any DynamoDB.
#pragma once

namespace CLI {
class App;
}

namespace dynarock::cruddur {

// Adds `cruddur` with its subcommands to `app`; parsing then runs the one that is named.
// A subcommand that fails prints one sentence on stderr and throws CLI::RuntimeError(1), which CLI11_PARSE handles.
void AddCruddurCommands(CLI::App& app);

}  // namespace dynarock::cruddur
