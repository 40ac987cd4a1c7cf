// The processes of a function, as /proc shows them: all of a session, and their sockets.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace dynarock {

// Ends all processes of the session. Requires: its leader was not waited for, or others of the session are alive; else
// the number may be another's.
void KillSession(pid_t leader);

// Whether a process of the session, or a descendant of its leader, holds the client's end of the TCP connection from
// 127.0.0.1:`peer_port` to 127.0.0.1:`port`.
bool HoldsConnection(pid_t leader, std::uint16_t peer_port, std::uint16_t port);

// Whether the client's end of such a connection is still open.
bool IsConnected(std::uint16_t peer_port, std::uint16_t port);

}  // namespace dynarock
