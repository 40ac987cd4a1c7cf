// For tests of clients: a server on a free port that answers from a script and keeps what it was sent.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynarock {

// Answers the n-th request with the n-th of `replies`; a reply that is empty closes the connection instead.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> replies) : replies_(std::move(replies)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 4) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no free port");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~ScriptedServer() {
    Stop();
    close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  // Requests and connections may be read after this.
  void Stop() {
    if (!thread_.joinable()) return;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
  }

  std::string url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_);
  }
  const std::vector<std::string>& requests() const { return requests_; }  // heads with their bodies
  int connections() const { return connections_; }

  static std::string Reply(const std::string& status, const std::string& body, const std::string& headers = "") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" +
           body;
  }

 private:
  void Serve() {
    for (std::size_t next = 0; next < replies_.size();) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      ++connections_;
      while (next < replies_.size() && ReadRequest(connection)) {
        const std::string& reply = replies_[next++];
        if (reply.empty()) break;
        if (send(connection, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) break;
      }
      close(connection);
    }
  }

  bool ReadRequest(int connection) {
    std::string request;
    std::array<char, 4096> block{};
    while (!IsWhole(request)) {
      const ssize_t count = read(connection, block.data(), block.size());
      if (count <= 0) return false;
      request.append(block.data(), static_cast<std::size_t>(count));
    }
    requests_.push_back(std::move(request));
    return true;
  }

  static bool IsWhole(const std::string& request) {
    constexpr std::string_view kEnd = "\r\n\r\n", kLength = "Content-Length: ";
    const std::size_t end = request.find(kEnd);
    if (end == std::string::npos) return false;
    const std::size_t length = request.find(kLength);
    const std::size_t body = length < end ? std::strtoul(request.c_str() + length + kLength.size(), nullptr, 10) : 0;
    return request.size() >= end + kEnd.size() + body;
  }

  const std::vector<std::string> replies_;
  std::vector<std::string> requests_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  int connections_ = 0;
  std::thread thread_;
};

}  // namespace dynarock
