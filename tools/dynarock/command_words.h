// What the command line answers to words that it does not know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace dynarock {

// The one of `known` that differs least from `word`; "" if none is close.
std::string NearestOf(std::string_view word, const std::vector<std::string>& known);

// Why the leading `words` name no command, with the nearest one and the help to read; "" if they may.
std::string ProblemOfCommand(const CLI::App& app, const std::vector<std::string>& words);

// The help of the command that `words` name if it only groups other commands, `dynarock` itself among them; else "".
std::string HelpOfGroup(const CLI::App& app, const std::vector<std::string>& words);

// The message for a command line that `app` refused while it parsed it.
std::string ProblemOfOptions(const CLI::App& app, const CLI::Error& error);

}  // namespace dynarock
