#include "tools/dynarock/command_words.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>

namespace dynarock {
namespace {

// Letters to insert, remove or replace.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string Unknown(const std::string& kind, const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = NearestOf(word, known);
  return "unknown " + kind + " `" + word + "`" + (nearest.empty() ? "" : "; did you mean `" + nearest + "`?") + "\n";
}

std::string HelpOf(const std::string& path, const char* what) {
  return "Run `" + path + " --help` for the " + what + ".\n";
}

std::vector<std::string> NamesOf(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  return names;
}

// "--port", as it is given.
std::vector<std::string> OptionsOf(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// Whether words that follow the command are its arguments, which may be texts.
bool TakesText(const CLI::App& command) {
  const auto options = command.get_options();
  return std::any_of(options.begin(), options.end(), [](const auto* option) { return option->get_positional(); });
}

const CLI::App* CommandOf(const CLI::App& app, const std::string& word) {
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto* command) { return command->get_name() == word; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace

std::string NearestOf(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 64;  // a longer word is no slip
  std::string nearest;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  if (word.size() > kLongest) return nearest;
  for (const std::string& name : known) {
    const std::size_t distance = Distance(word, name);
    if (distance >= least || distance >= name.size()) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

std::string ProblemOfCommand(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  std::string path = app.get_name();
  for (const std::string& word : words) {
    const auto known = command->get_subcommands([](const CLI::App*) { return true; });
    if (known.empty() || word.starts_with('-')) return "";
    const CLI::App* next = CommandOf(*command, word);
    if (next == nullptr) return Unknown("command", word, NamesOf(known)) + HelpOf(path, "commands");
    path += " " + word;
    command = next;
  }
  return "";
}

std::string HelpOfGroup(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  std::string parents;
  for (const std::string& word : words) {
    const CLI::App* next = CommandOf(*command, word);
    if (next == nullptr) return "";
    parents += (parents.empty() ? "" : " ") + command->get_name();
    command = next;
  }
  return command->get_subcommands([](const CLI::App*) { return true; }).empty() ? "" : command->help(parents);
}

std::string ProblemOfOptions(const CLI::App& app, const CLI::Error& error) {
  const CLI::App* command = &app;
  std::string path = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += " " + command->get_name();
  }
  const bool has_commands = !command->get_subcommands([](const CLI::App*) { return true; }).empty();
  const std::string help = HelpOf(path, has_commands ? "commands" : "options");
  const std::vector<std::string> left = app.remaining(true);
  const bool is_extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty();
  if (!is_extra) return std::string(error.what()) + "\n" + help;
  const auto unknown =
      std::find_if(left.begin(), left.end(), [](const std::string& word) { return word.starts_with('-'); });
  if (unknown == left.end()) {
    const char* hint = TakesText(*command) ? "; put quotes around a text of several words" : "";
    return "unexpected word `" + left.front() + "`" + hint + "\n" + help;
  }
  return Unknown("option", unknown->substr(0, unknown->find('=')), OptionsOf(*command)) + help;
}

}  // namespace dynarock
