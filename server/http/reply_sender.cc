#include "server/http/reply_sender.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace dynarock {
namespace {

constexpr std::size_t kMostTogether = 64;

iocb RequestOf(const SocketWrite& write, std::size_t place) {
  iocb request{};
  request.aio_data = place;
  request.aio_lio_opcode = IOCB_CMD_PWRITE;
  request.aio_fildes = static_cast<std::uint32_t>(write.socket);
  request.aio_buf = reinterpret_cast<std::uint64_t>(write.bytes.data());  // NOLINT: the kernel's form
  request.aio_nbytes = write.bytes.size();
  return request;
}

void SendOne(SocketWrite& write) {
  const ssize_t written = ::send(write.socket, write.bytes.data(), write.bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  write.written = written < 0 ? -errno : written;
}

}  // namespace

ReplySender::~ReplySender() {
  if (context_ != 0) syscall(SYS_io_destroy, context_);
}

void ReplySender::Send(std::span<SocketWrite> writes) {
  requests_.clear();
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (writes[i].socket >= 0) requests_.push_back(RequestOf(writes[i], i));
  }
  pointers_.clear();
  for (iocb& request : requests_) pointers_.push_back(&request);
  std::size_t sent = 0;
  while (pointers_.size() - sent > 1) {
    const std::size_t some = SendTogether(std::span(pointers_).subspan(sent), writes);
    if (some == 0) break;
    sent += some;
  }
  for (; sent < pointers_.size(); ++sent) SendOne(writes[pointers_[sent]->aio_data]);
}

// Gives how many were sent, from the first.
std::size_t ReplySender::SendTogether(std::span<iocb*> requests, std::span<SocketWrite> writes) {
  if (!std::exchange(has_asked_, true) && syscall(SYS_io_setup, kMostTogether, &context_) != 0) context_ = 0;
  if (context_ == 0) return 0;
  const long taken = syscall(SYS_io_submit, context_, std::min(requests.size(), kMostTogether), requests.data());
  for (long i = 0; i < taken; ++i) writes[requests[static_cast<std::size_t>(i)]->aio_data].written = -EIO;
  std::array<io_event, kMostTogether> events;
  for (long done = 0; done < taken;) {
    const long some = syscall(SYS_io_getevents, context_, 1, taken - done, events.data(), nullptr);
    for (long i = 0; i < some; ++i) {
      const io_event& event = events[static_cast<std::size_t>(i)];
      writes[event.data].written = event.res;
    }
    if (some < 0 && errno != EINTR) break;
    done += std::max(some, 0L);
  }
  return static_cast<std::size_t>(std::max(taken, 0L));
}

}  // namespace dynarock
