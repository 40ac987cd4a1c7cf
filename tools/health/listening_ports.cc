#include "tools/health/listening_ports.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

namespace dynarock::health {
namespace {

namespace fs = std::filesystem;

// The inodes of the sockets that a process has open.
std::set<std::string> SocketsOf(const fs::path& process) {
  constexpr std::string_view kPrefix = "socket:[";
  std::set<std::string> inodes;
  std::error_code ignored;
  for (fs::directory_iterator file(process / "fd", ignored), end; file != end; file.increment(ignored)) {
    const std::string target = fs::read_symlink(file->path(), ignored).string();
    if (target.starts_with(kPrefix)) inodes.insert(target.substr(kPrefix.size(), target.size() - kPrefix.size() - 1));
  }
  return inodes;
}

std::vector<fs::path> ProcessesOfThisProgram() {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (fs::directory_iterator entry("/proc", ignored), end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (fs::equivalent(entry->path() / "exe", "/proc/self/exe", ignored)) found.push_back(entry->path());
  }
  return found;
}

}  // namespace

std::vector<ListeningSocket> ReadListeningSockets(std::istream& table) {
  constexpr std::string_view kListening = "0A";  // TCP_LISTEN of the kernel
  std::vector<ListeningSocket> sockets;
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    const std::size_t colon = local.rfind(':');
    if (inode.empty() || state != kListening || colon == std::string::npos) continue;
    std::uint16_t port = 0;
    const char* const end = local.data() + local.size();
    const auto [read, error] = std::from_chars(local.data() + colon + 1, end, port, 16);
    if (error == std::errc() && read == end) sockets.push_back({inode, port});
  }
  return sockets;
}

std::vector<std::uint16_t> PortsOfThisProgram() {
  std::set<std::uint16_t> ports;
  for (const fs::path& process : ProcessesOfThisProgram()) {
    const std::set<std::string> inodes = SocketsOf(process);
    for (const char* table : {"net/tcp", "net/tcp6"}) {
      std::ifstream lines(process / table);
      for (const ListeningSocket& socket : ReadListeningSockets(lines)) {
        if (inodes.contains(socket.inode)) ports.insert(socket.port);
      }
    }
  }
  return {ports.begin(), ports.end()};
}

}  // namespace dynarock::health
