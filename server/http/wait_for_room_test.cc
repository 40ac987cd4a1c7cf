// A request that would wait for what only time brings waits before it is handled, and nobody waits for it.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "server/http/http_server.h"

namespace dynarock {
namespace {

class FullHandler final : public HttpHandler {
 public:
  void Handle(const HttpRequest& request, HttpReply& reply) override {
    reply.owned_body = request.header("X-Amz-Target");
    if (reply.owned_body == "Write" && !has_room) handled_without_room = true;
  }
  bool MustWait(const HttpHeaders& headers, std::string_view) const override {
    return !has_room && headers.Find("X-Amz-Target") == "Write";
  }

  std::atomic<bool> has_room = false;
  std::atomic<bool> handled_without_room = false;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Send(const std::string& target) const {
    const std::string request =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nX-Amz-Target: " + target + "\r\n\r\n";
    EXPECT_EQ(send(socket_, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  }
  bool HasReply(std::chrono::milliseconds within) const {
    pollfd waiting{socket_, POLLIN, 0};
    return poll(&waiting, 1, static_cast<int>(within.count())) == 1;
  }

 private:
  const int socket_;
};

TEST(WaitForRoom, OnlyTheRequestThatNeedsItWaits) {
  FullHandler handler;
  HttpServerOptions options;
  options.port = 0;
  options.threads = 1;
  options.handle_signals = false;
  auto server = HttpServer::Listen(options, handler);
  ASSERT_TRUE(server);
  std::thread running([&] { (*server)->Run(); });
  {
    const Client writer((*server)->port()), reader((*server)->port());
    writer.Send("Write");
    EXPECT_FALSE(writer.HasReply(std::chrono::milliseconds(100)));
    reader.Send("Read");
    EXPECT_TRUE(reader.HasReply(std::chrono::seconds(30)));
    EXPECT_FALSE(writer.HasReply(std::chrono::milliseconds(0)));
    handler.has_room = true;
    EXPECT_TRUE(writer.HasReply(std::chrono::seconds(30)));
  }
  EXPECT_FALSE(handler.handled_without_room);
  (*server)->Stop();
  running.join();
}

}  // namespace
}  // namespace dynarock
