#include "tools/dynarock/local_command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace dynarock {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

constexpr std::string_view kJava = "java";
constexpr std::string_view kJar = "-jar";
constexpr std::string_view kJarName = "DynamoDBLocal.jar";

constexpr std::string_view kUsage =
    "usage: java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar [options]\n"
    " -cors <hosts>              Hosts whose pages may call, separated by commas; * for all\n"
    " -dbPath <path>             Data directory (default: the working directory)\n"
    " -delayTransientStatuses    Show tables and indexes as CREATING, UPDATING and DELETING\n"
    " -disableTelemetry          Ignored: there is no telemetry\n"
    " -help                      Print this text\n"
    " -inMemory                  Keep all data in memory; it is lost at the end\n"
    " -optimizeDbBeforeStartup   Compact the data before the start; needs -dbPath\n"
    " -port <number>             Port to listen on (default 8000); 0 picks a free port\n"
    " -sharedDb                  One database for all, instead of one per access key and region\n"
    " -version                   Print the version\n";

constexpr std::string_view kJavaVersion =
    "openjdk version \"17.0.0\"\n"
    "dynarock " DYNAROCK_VERSION ", which runs only DynamoDBLocal.jar\n";

std::string_view FileName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

LocalCommand Say(std::string_view text) {
  return {.out = std::string(text)};
}

// DynamoDB Local ends with status 0 behind a command line that it does not understand, too.
LocalCommand Misunderstood(const std::string& why) {
  return {.out = std::string(kUsage), .err = "Error while parsing options. " + why + "\n"};
}

// One that is ours to refuse.
LocalCommand Refuse(const std::string& sentence) {
  return {.status = 1, .err = sentence + "\n"};
}

bool IsDatabaseOfDynamoDbLocal(const fs::path& path) {
  constexpr std::string_view kSqlite = "SQLite format 3";
  if (path.extension() != ".db") return false;
  std::array<char, kSqlite.size()> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == kSqlite;
}

// Whether java is told, by the option itself, that its value is the next word. Source: the JDK's manual page of java.
bool TakesNext(std::string_view option) {
  constexpr std::array<std::string_view, 10> kOptions = {
      "-cp",           "-classpath",  "--class-path",  "-p",          "--module-path",
      "--add-modules", "--add-opens", "--add-exports", "--add-reads", "--enable-native-access"};
  return std::find(kOptions.begin(), kOptions.end(), option) != kOptions.end();
}

class OptionReader {
 public:
  explicit OptionReader(Words::const_iterator begin, Words::const_iterator end) : word_(begin), end_(end) {}

  LocalCommand Read() {
    for (; word_ != end_; ++word_) {
      if (auto problem = Take(*word_)) return std::move(*problem);
    }
    return Checked();
  }

 private:
  // nullopt if the word was understood, or is one that nobody asked for.
  std::optional<LocalCommand> Take(const std::string& word) {
    if (word.size() < 2 || word[0] != '-') return std::nullopt;
    const std::string_view name = std::string_view(word).substr(word.starts_with("--") ? 2 : 1);
    if (bool* flag = FlagOf(name)) {
      *flag = true;
      return std::nullopt;
    }
    if (name == "cors") {
      options_.cors = Value().value_or("*");
      return std::nullopt;
    }
    if (name != "port" && name != "dbPath") return Misunderstood("Unrecognized option: " + word);
    const std::optional<std::string> value = Value();
    if (!value) return Misunderstood("Missing argument for option: " + std::string(name));
    if (name == "dbPath") {
      options_.db_path = *value;
      return std::nullopt;
    }
    const char* end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, options_.port);
    if (error == std::errc() && stop == end) return std::nullopt;
    return Misunderstood("Invalid port number: " + *value);
  }

  bool* FlagOf(std::string_view name) {
    if (name == "inMemory") return &options_.in_memory;
    if (name == "sharedDb") return &options_.shared_db;
    if (name == "delayTransientStatuses") return &options_.delay_transient_statuses;
    if (name == "optimizeDbBeforeStartup") return &options_.optimize_before_startup;
    if (name == "disableTelemetry") return &ignored_;
    if (name == "help") return &help_;
    if (name == "version") return &version_;
    return nullptr;
  }

  // The next word, unless it is an option.
  std::optional<std::string> Value() {
    const auto next = word_ + 1;
    if (next == end_ || (next->size() > 1 && (*next)[0] == '-')) return std::nullopt;
    word_ = next;
    return *next;
  }

  LocalCommand Checked() const {
    if (help_) return Say(kUsage);
    if (version_) return Say(DYNAROCK_VERSION "\n");
    if (options_.in_memory && options_.db_path) return Say("dbPath and inMemory cannot be set at the same time.\n");
    if (options_.optimize_before_startup && !options_.db_path) {
      return Say("optimizeDbBeforeStartup needs dbPath, the directory of the data to optimize.\n");
    }
    if (options_.in_memory) return {.serve = options_};
    const fs::path directory = options_.db_path.value_or(".");
    std::error_code error;
    if (!fs::is_directory(directory, error)) return {.err = "Invalid directory for database creation.\n"};
    for (const auto& entry : fs::directory_iterator(directory, error)) {
      if (!IsDatabaseOfDynamoDbLocal(entry.path())) continue;
      return Refuse(
          "Cannot use the data directory " + directory.string() + ": it holds " + entry.path().filename().string() +
          ", a database of DynamoDB Local, which dynarock does not read; name another directory with -dbPath.");
    }
    return {.serve = options_};
  }

  Words::const_iterator word_;
  const Words::const_iterator end_;
  LocalOptions options_;
  bool help_ = false, version_ = false, ignored_ = false;
};

}  // namespace

bool IsLocalCommandLine(std::string_view program, const Words& words) {
  if (FileName(program) == kJava) return true;
  if (words.empty() || words[0].size() < 2 || words[0][0] != '-') return false;
  return words[0] != "-h" && words[0] != "--help" && words[0] != "--version";
}

LocalCommand ReadLocalCommandLine(std::string_view program, const Words& words) {
  const auto jar = std::find(words.begin(), words.end(), kJar);
  if (jar != words.end()) {
    // What stands in front is for java's machine.
    if (jar + 1 == words.end()) return Refuse("Error: -jar requires jar file specification");
    if (FileName(*(jar + 1)) == kJarName) return OptionReader(jar + 2, words.end()).Read();
    return Refuse("This java is dynarock, which stands in for DynamoDB Local: it runs DynamoDBLocal.jar, not " +
                  *(jar + 1) + ".");
  }
  if (FileName(program) != kJava) return OptionReader(words.begin(), words.end()).Read();
  if (words.empty()) return {.serve = LocalOptions{.in_memory = true}};
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == "-version" || *word == "-fullversion") return {.err = std::string(kJavaVersion)};
    if (*word == "--version") return Say(kJavaVersion);
    if (TakesNext(*word) && word + 1 != words.end()) ++word;
  }
  return Refuse(
      "This java is dynarock, which stands in for DynamoDB Local: start it as java -jar DynamoDBLocal.jar "
      "[options].");
}

std::string LocalBanner(const LocalOptions& options, std::uint16_t port) {
  const auto line = [](std::string_view name, std::string_view value) {
    return std::string(name) + ":\t" + std::string(value) + "\n";
  };
  const auto flag = [](bool is_set) { return is_set ? "true" : "false"; };
  return "Initializing DynamoDB Local with the following configuration:\n" + line("Port", std::to_string(port)) +
         line("InMemory", flag(options.in_memory)) + line("Version", DYNAROCK_VERSION) +
         line("DbPath", options.db_path.value_or("null")) + line("SharedDb", flag(options.shared_db)) +
         line("shouldDelayTransientStatuses", flag(options.delay_transient_statuses)) +
         line("CorsParams", options.cors.value_or("null")) + "\n";
}

std::string LocalDataDirectory(const LocalOptions& options) {
  // Beside what else lies there: DynamoDB Local's own directory is shared with others, too.
  return (fs::path(options.db_path.value_or(".")) / "dynarock-data").string();
}

}  // namespace dynarock
