// The processes of a function, as /proc shows them: all below one, and their sockets.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace dynarock {

// Kills all processes below `above`, and not that one.
void KillDescendants(pid_t above);

// Whether `above`, or a process below it, holds the client's end of the TCP connection from 127.0.0.1:`peer_port` to
// 127.0.0.1:`port`.
bool HoldsConnection(pid_t above, std::uint16_t peer_port, std::uint16_t port);

// Whether the client's end of such a connection is still open.
bool IsConnected(std::uint16_t peer_port, std::uint16_t port);

}  // namespace dynarock
