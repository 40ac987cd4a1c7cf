#include "server/lambda/process_session.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

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

struct ProcessFacts {
  pid_t parent = 0;
  pid_t session = 0;
};

// Source: proc(5), /proc/pid/stat: "pid (name) state ppid pgrp session ..."; the name may hold anything.
std::optional<ProcessFacts> FactsOf(std::string_view pid) {
  std::ifstream file("/proc/" + std::string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line, '\0')) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  ProcessFacts facts;
  int group = 0;
  if (std::sscanf(line.c_str() + name_end + 1, " %*c %d %d %d", &facts.parent, &group, &facts.session) != 3) {
    return std::nullopt;
  }
  return facts;
}

std::map<pid_t, ProcessFacts> AllProcesses() {
  std::map<pid_t, ProcessFacts> processes;
  ForEachName("/proc", [&](std::string_view name) {
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size()) return;
    if (const auto facts = FactsOf(name)) processes.emplace(pid, *facts);
  });
  return processes;
}

// Whether the process has `leader` above it.
bool Descends(const std::map<pid_t, ProcessFacts>& processes, pid_t pid, pid_t leader) {
  for (std::size_t steps = 0; steps <= processes.size(); ++steps) {
    const auto found = processes.find(pid);
    if (found == processes.end()) return false;
    pid = found->second.parent;
    if (pid == leader) return true;
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

void KillSession(pid_t leader) {
  kill(-leader, SIGKILL);
  for (const auto& [pid, facts] : AllProcesses()) {
    if (facts.session == leader && pid != leader) kill(pid, SIGKILL);
  }
}

bool HoldsConnection(pid_t leader, std::uint16_t peer_port, std::uint16_t port) {
  const auto inode = InodeOf(peer_port, port);
  if (!inode) return false;
  if (HoldsSocket(leader, *inode)) return true;
  const std::map<pid_t, ProcessFacts> processes = AllProcesses();
  for (const auto& [pid, facts] : processes) {
    if ((facts.session == leader || Descends(processes, pid, leader)) && HoldsSocket(pid, *inode)) return true;
  }
  return false;
}

bool IsConnected(std::uint16_t peer_port, std::uint16_t port) {
  return InodeOf(peer_port, port).has_value();
}

}  // namespace dynarock
