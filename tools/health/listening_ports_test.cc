#include "tools/health/listening_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>

namespace dynarock::health {
namespace {

TEST(ReadListeningSockets, TakesThoseThatListen) {
  std::istringstream table(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 "
      "0\n"
      "   1: 0100007F:1F40 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 20 4 30 10 "
      "-1\n"
      "   2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4713 1\n"
      "   3: broken 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4714\n"
      "   4: 00000000:1F4G 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4715\n"
      "   5: 00000000:1F40 00000000:0000 0A\n");
  const std::vector<ListeningSocket> sockets = ReadListeningSockets(table);
  ASSERT_EQ(sockets.size(), 2u);
  EXPECT_EQ(sockets[0].inode, "4711");
  EXPECT_EQ(sockets[0].port, 8000);
  EXPECT_EQ(sockets[1].inode, "4713");
  EXPECT_EQ(sockets[1].port, 80);
}

TEST(PortsOfThisProgram, HasOurOwnSocketWhileItListens) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(socket, 0);
  ASSERT_EQ(listen(socket, 1), 0);  // on a free port
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  void* const raw = &address;
  ASSERT_EQ(getsockname(socket, static_cast<sockaddr*>(raw), &size), 0);
  const std::uint16_t port = ntohs(address.sin_port);
  EXPECT_THAT(PortsOfThisProgram(), testing::Contains(port));
  close(socket);
  EXPECT_THAT(PortsOfThisProgram(), testing::Not(testing::Contains(port)));
}

}  // namespace
}  // namespace dynarock::health
