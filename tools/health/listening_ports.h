// Which TCP ports a program listens on here, as /proc tells it.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace dynarock::health {

struct ListeningSocket {
  std::string inode;
  std::uint16_t port = 0;
};

// Reads a table of the form of /proc/net/tcp or tcp6; sockets that do not listen, and lines of another form, are left
// out.
std::vector<ListeningSocket> ReadListeningSockets(std::istream& table);

// The ports on which processes of the same executable as this one listen, ascending; none of processes we may not look
// into.
std::vector<std::uint16_t> PortsOfThisProgram();

}  // namespace dynarock::health
