#include "tools/cruddur/postgres_users_program.h"

#include <fcntl.h>
#include <rapidjson/document.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tools/client/command_error.h"

namespace dynarock::cruddur {
namespace {

constexpr const char* kProgram = "dynarock-postgres-users";

// A pipe whose ends close with it and are not inherited by a started program.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw CommandError(std::string("Cannot make a pipe to ") + kProgram + ": " + std::strerror(errno) + ".");
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends_) {
      if (end >= 0) close(end);
    }
  }

  int write_end() const { return ends_[1]; }

  void CloseWriteEnd() { close(std::exchange(ends_[1], -1)); }

  // Everything up to the end of the stream.
  std::string ReadAll() const {
    std::string text;
    std::array<char, 4096> block{};
    for (;;) {
      const ssize_t count = read(ends_[0], block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return text;
      text.append(block.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// The program beside the running executable, or its bare name, to be looked for on PATH.
std::string ProgramPath() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = self.parent_path() / kProgram;
  return !error && access(beside.c_str(), X_OK) == 0 ? beside.string() : kProgram;
}

// Starts the program with its stdout and stderr going to the pipes.
pid_t Start(std::vector<std::string> arguments, const Pipe& output, const Pipe& errors) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write_end(), STDERR_FILENO);
  pid_t child = -1;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) {
    throw CommandError(std::string("The program ") + kProgram +
                       " is needed to read users from Postgres: put it beside dynarock or on PATH, or leave out "
                       "--users to use the bundled users.");
  }
  if (error != 0) throw CommandError(std::string("Cannot start ") + argv[0] + ": " + std::strerror(error) + ".");
  return child;
}

std::string StringMember(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

}  // namespace

std::vector<User> ReadPostgresUsers(const std::string& postgres_url, const std::vector<std::string>& handles) {
  return ReadPostgresUsersBy(ProgramPath(), postgres_url, handles);
}

std::vector<User> ReadPostgresUsersBy(const std::string& program, const std::string& postgres_url,
                                      const std::vector<std::string>& handles) {
  std::vector<std::string> arguments = {program, postgres_url};
  arguments.insert(arguments.end(), handles.begin(), handles.end());
  Pipe output;
  Pipe errors;
  const pid_t child = Start(std::move(arguments), output, errors);
  output.CloseWriteEnd();
  errors.CloseWriteEnd();
  const std::string json = output.ReadAll();
  // One sentence fits the pipe's buffer, so the program never waits for us here.
  std::string reason = errors.ReadAll();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ParseUsersJson(json);
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  if (reason.empty()) reason = std::string(kProgram) + " ended without a reply: run it by hand to see why.";
  throw CommandError(reason);
}

std::vector<User> ParseUsersJson(std::string_view json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  const std::string complaint =
      std::string(kProgram) + " printed something other than users: check that it has this version.";
  if (document.HasParseError() || !document.IsArray()) throw CommandError(complaint);
  std::vector<User> users;
  for (const rapidjson::Value& row : document.GetArray()) {
    if (!row.IsObject()) throw CommandError(complaint);
    users.push_back({StringMember(row, "uuid"), StringMember(row, "display_name"), StringMember(row, "handle")});
    if (users.back().uuid.empty() || users.back().handle.empty()) throw CommandError(complaint);
  }
  return users;
}

}  // namespace dynarock::cruddur
