// Sends over many sockets in one system call. Sending wakes the client, and where clients and server share processors
// each wake-up may take the processor away: in one call they all come behind the last reply.
#pragma once

#include <linux/aio_abi.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace dynarock {

// Bytes for one socket, and what became of them.
struct SocketWrite {
  int socket = -1;  // not blocking; -1: nothing is sent
  std::string_view bytes = {};
  std::ptrdiff_t written = 0;  // how many were taken, or the negative errno
  bool only_reads = false;     // of requests that changed nothing: sent even if the turn could not be settled
};

// By the kernel's asynchronous IO, which does sockets at once; one by one where there is none. Not thread-safe.
class ReplySender {
 public:
  ReplySender() = default;
  ~ReplySender();
  ReplySender(const ReplySender&) = delete;
  ReplySender& operator=(const ReplySender&) = delete;

  // Requires: SIGPIPE is ignored.
  void Send(std::span<SocketWrite> writes);

 private:
  std::size_t SendTogether(std::span<iocb*> requests, std::span<SocketWrite> writes);

  bool has_asked_ = false;  // for a context
  aio_context_t context_ = 0;
  std::vector<iocb> requests_;
  std::vector<iocb*> pointers_;
};

}  // namespace dynarock
