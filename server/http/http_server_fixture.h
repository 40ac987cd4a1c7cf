// A server whose handler waits at doors, and its clients.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/http_server.h"

namespace dynarock {

inline constexpr std::chrono::seconds kPatience(60);  // what takes so long never comes

// One connection of a client, blocking.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);  // NOLINT: the system's form
  }
  ~Client() { Close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void Ask(std::string_view path) const { Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n"); }

  // The status of the next reply; 0 at the connection's end. The body must be empty or the last.
  int Status() {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      std::string some(1000, ' ');
      const ssize_t size = recv(socket_, some.data(), some.size(), 0);
      if (size <= 0) return 0;
      buffer_ += some.substr(0, static_cast<std::size_t>(size));
    }
    const int status = std::stoi(buffer_.substr(9, 3));
    buffer_.erase(0, buffer_.find("\r\n\r\n") + 4);
    return status;
  }

  bool HasReply() const {
    pollfd state{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&state, 1, 0) == 1;
  }

  void CloseSide() const { shutdown(socket_, SHUT_WR); }
  void Close() {
    if (socket_ >= 0) close(std::exchange(socket_, -1));
  }

 private:
  int socket_;
  std::string buffer_;
};

// Doors that calls wait at until they are opened.
class Doors {
 public:
  void WaitAt(const std::string& name) {
    std::unique_lock lock(mutex_);
    ++waiting_[name];
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [&] { return is_open_[name]; });
    --waiting_[name];
  }
  void Open(const std::string& name) {
    const std::lock_guard lock(mutex_);
    is_open_[name] = true;
    changed_.notify_all();
  }
  bool HasWaiting(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return waiting_[name] > 0;
  }
  // Whether so many come to wait.
  bool HaveWaiting(const std::string& name, int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return waiting_[name] >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, bool> is_open_;
  std::map<std::string, int> waiting_;
};

struct TestTurn final : HandlerTurn {
  bool writes = false;  // that are not settled
  std::optional<std::thread::id> thread;
};

class TestHandler final : public HttpHandler {
 public:
  void Handle(const HttpRequest& request, HttpReply& reply) override {
    auto& thread = static_cast<TestTurn*>(request.turn)->thread;
    if (!thread) thread = std::this_thread::get_id();
    EXPECT_EQ(thread, std::this_thread::get_id());
    reply.service_headers = false;
    reply.only_reads = request.path != "/write";
    if (request.path == "/block" || request.path == "/long") doors.WaitAt("block");
    if (request.path == "/write") {
      static_cast<TestTurn*>(request.turn)->writes = true;
      if (on_write) on_write();
    }
    if (request.path == "/later" || request.path == "/poll") {
      reply.ends_with_client = request.path == "/poll";
      reply.later = [this](ReplyCallback done) {
        const std::lock_guard lock(mutex_);
        callbacks_.push_back(std::move(done));
      };
    }
  }
  bool MayTakeLong(const HttpHeaders& headers, std::size_t) const override { return headers.Find("X-Long") == "yes"; }
  bool MayWrite(const HttpHeaders& headers, std::string_view) const override {
    return headers.Find("X-Write") == "yes";
  }
  std::unique_ptr<HandlerTurn> BeginTurn() override { return std::make_unique<TestTurn>(); }
  bool Settle(HandlerTurn* turn) override {
    auto& test_turn = *static_cast<TestTurn*>(turn);
    EXPECT_EQ(test_turn.thread.value_or(std::this_thread::get_id()), std::this_thread::get_id());
    if (!std::exchange(test_turn.writes, false)) return true;
    doors.WaitAt("settle");
    return !fails;
  }

  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return callbacks_.size();
  }

  void GiveReplies() {
    const std::lock_guard lock(mutex_);
    for (const ReplyCallback& done : callbacks_) done(HttpReply{.service_headers = false});
    callbacks_.clear();
  }

  Doors doors;
  std::atomic<bool> fails = false;
  std::function<void()> on_write;  // set before any request comes

 private:
  std::mutex mutex_;
  std::vector<ReplyCallback> callbacks_;
};

class HttpServerTest : public testing::Test {
 protected:
  void Start(HttpServerOptions options = {}) {
    options.port = 0;
    options.threads = 1;
    options.most_spare_threads = 16;
    options.handle_signals = false;
    auto server = HttpServer::Listen(options, handler_);
    ASSERT_TRUE(server.has_value());
    server_ = std::move(*server);
    serving_ = std::thread([this] { server_->Run(); });
  }
  void TearDown() override {
    handler_.doors.Open("block");
    handler_.doors.Open("settle");
    Stop();
  }
  void Stop() {
    if (!serving_.joinable()) return;
    server_->Stop();
    serving_.join();
  }
  std::uint16_t port() const { return server_->port(); }

  bool Becomes(const std::function<bool()>& condition) const {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  TestHandler handler_;
  std::unique_ptr<HttpServer> server_;
  std::thread serving_;
};

}  // namespace dynarock
