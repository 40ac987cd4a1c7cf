#include "server/lambda/process_session.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynarock {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};
using DirectoryPtr = std::unique_ptr<DIR, DirectoryCloser>;

// The names in a directory, one by one.
template <class Visit>
void ForEachName(const std::string& path, const Visit& visit) {
  const DirectoryPtr directory(opendir(path.c_str()));
  if (!directory) return;
  while (const dirent* entry = readdir(directory.get())) visit(std::string_view(entry->d_name));
}

// Source: proc(5), /proc/pid/stat: "pid (name) state ppid ..."; the name may hold anything.
std::optional<pid_t> ParentOf(std::string_view pid) {
  std::ifstream file("/proc/" + std::string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line, '\0')) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  pid_t parent = 0;
  if (std::sscanf(line.c_str() + name_end + 1, " %*c %d", &parent) != 1) return std::nullopt;
  return parent;
}

using Parents = std::map<pid_t, pid_t>;

Parents ParentsOfAll() {
  Parents parents;
  ForEachName("/proc", [&](std::string_view name) {
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size()) return;
    if (const auto parent = ParentOf(name)) parents.emplace(pid, *parent);
  });
  return parents;
}

// Whether the process has `above` above it.
bool Descends(const Parents& parents, pid_t pid, pid_t above) {
  for (std::size_t steps = 0; steps <= parents.size(); ++steps) {
    const auto found = parents.find(pid);
    if (found == parents.end()) return false;
    pid = found->second;
    if (pid == above) return true;
  }
  return false;
}

bool HoldsSocket(pid_t pid, const std::string& inode) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  const std::string wanted = "socket:[" + inode + "]";
  bool found = false;
  ForEachName(folder, [&](std::string_view name) {
    std::array<char, 64> target{};
    const ssize_t size = found ? 0 : readlink((folder + "/" + std::string(name)).c_str(), target.data(), target.size());
    found = found || (size > 0 && std::string_view(target.data(), static_cast<std::size_t>(size)) == wanted);
  });
  return found;
}

// "0100007F:1F90" of 127.0.0.1:8080, and as IPv6 has it.
std::string EndpointText(std::string_view address, std::uint16_t port) {
  std::array<char, 8> digits{};
  std::snprintf(digits.data(), digits.size(), ":%04X", unsigned{port});
  return std::string(address) + digits.data();
}

// The inode of the socket at the client's end of an open connection.
// Source: proc(5), /proc/net/tcp: "sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...".
std::optional<std::string> InodeIn(const char* table, std::string_view loopback, std::uint16_t peer_port,
                                   std::uint16_t port) {
  constexpr std::string_view kEstablished = " 01 ";
  const std::string wanted =
      " " + EndpointText(loopback, peer_port) + " " + EndpointText(loopback, port) + std::string(kEstablished);
  std::ifstream file(table);
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(wanted);
    if (at == std::string::npos) continue;
    std::array<char, 32> inode{};
    if (std::sscanf(line.c_str() + at + wanted.size(), "%*s %*s %*s %*s %*s %31s", inode.data()) != 1) continue;
    return std::string(inode.data());
  }
  return std::nullopt;
}

std::optional<std::string> InodeOf(std::uint16_t peer_port, std::uint16_t port) {
  auto inode = InodeIn("/proc/net/tcp", "0100007F", peer_port, port);
  if (!inode) inode = InodeIn("/proc/net/tcp6", "0000000000000000FFFF00000100007F", peer_port, port);
  return inode;
}

}  // namespace

void KillDescendants(pid_t above) {
  const Parents parents = ParentsOfAll();
  for (const auto& [pid, parent] : parents) {
    if (Descends(parents, pid, above)) kill(pid, SIGKILL);
  }
}

bool HoldsConnection(pid_t above, std::uint16_t peer_port, std::uint16_t port) {
  const auto inode = InodeOf(peer_port, port);
  if (!inode) return false;
  if (HoldsSocket(above, *inode)) return true;
  const Parents parents = ParentsOfAll();
  return std::any_of(parents.begin(), parents.end(), [&](const auto& process) {
    return Descends(parents, process.first, above) && HoldsSocket(process.first, *inode);
  });
}

bool IsConnected(std::uint16_t peer_port, std::uint16_t port) {
  return InodeOf(peer_port, port).has_value();
}

}  // namespace dynarock
