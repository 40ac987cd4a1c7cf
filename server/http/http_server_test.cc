#include "server/http/http_server_fixture.h"

namespace dynarock {
namespace {

TEST_F(HttpServerTest, OthersAreAnsweredBesideABusyRequest) {
  Start();
  Client busy(port()), other(port());
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  busy.Ask("/block");
  ASSERT_TRUE(handler_.doors.HaveWaiting("block", 1));
  for (int i = 0; i < 10; ++i) {
    other.Ask("/");
    ASSERT_EQ(other.Status(), 200);
  }
  Client later(port());
  later.Ask("/");
  EXPECT_EQ(later.Status(), 200);
  handler_.doors.Open("block");
  EXPECT_EQ(busy.Status(), 200);
  busy.Ask("/");  // its session goes on in the loop
  EXPECT_EQ(busy.Status(), 200);
}

TEST_F(HttpServerTest, ManyBusyRequestsAtOnce) {
  Start();
  std::vector<std::unique_ptr<Client>> busy;
  for (int i = 0; i < 12; ++i) {
    busy.push_back(std::make_unique<Client>(port()));
    busy.back()->Ask("/block");
    busy.back()->Ask("/");
  }
  ASSERT_TRUE(handler_.doors.HaveWaiting("block", 12));
  Client other(port());
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  handler_.doors.Open("block");
  for (const auto& client : busy) {
    EXPECT_EQ(client->Status(), 200);
    EXPECT_EQ(client->Status(), 200);
  }
}

TEST_F(HttpServerTest, RequestsExpectedToTakeLongLeaveTheLoopAndAreCounted) {
  Start();
  Client other(port());
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  std::vector<std::unique_ptr<Client>> busy;
  for (int i = 0; i < 20; ++i) {
    busy.push_back(std::make_unique<Client>(port()));
    busy.back()->Send("GET /long HTTP/1.1\r\nHost: x\r\nX-Long: yes\r\n\r\n");
  }
  ASSERT_TRUE(handler_.doors.HaveWaiting("block", 8));
  for (int i = 0; i < 10; ++i) {
    other.Ask("/");
    ASSERT_EQ(other.Status(), 200);
  }
  handler_.doors.Open("block");
  for (const auto& client : busy) EXPECT_EQ(client->Status(), 200);
}

TEST_F(HttpServerTest, AWaitEndsWithItsClient) {
  Start();
  for (int i = 0; i < 5; ++i) {
    Client gone(port());
    gone.Ask("/poll");
  }
  ASSERT_TRUE(Becomes([this] { return handler_.waiting() == 5; }));
  EXPECT_TRUE(Becomes([this] { return server_->connections() == 0; }));
  handler_.GiveReplies();  // for nobody
  Client stays(port());
  stays.Ask("/");
  EXPECT_EQ(stays.Status(), 200);
}

TEST_F(HttpServerTest, AClientThatClosedItsSideStillGetsItsReply) {
  Start();
  Client half(port()), gone(port());
  half.Ask("/later");
  half.CloseSide();
  // What comes after the end of the first wait tells that the server has looked at the other.
  gone.Ask("/poll");
  gone.Close();
  ASSERT_TRUE(Becomes([this] { return handler_.waiting() == 2; }));
  EXPECT_TRUE(Becomes([this] { return server_->connections() == 1; }));
  handler_.GiveReplies();
  EXPECT_EQ(half.Status(), 200);
}

TEST_F(HttpServerTest, AStopWaitsNotForRequestsThatHaveNotComeWhole) {
  Start({.stop_timeout = std::chrono::hours(1)});
  Client partial(port()), idle(port());
  partial.Send("GET / HTTP/1.1\r\nHost: x\r\nX-");
  idle.Ask("/");
  EXPECT_EQ(idle.Status(), 200);
  Stop();
  EXPECT_EQ(partial.Status(), 0);
}

TEST_F(HttpServerTest, AStopWaitsForABusyRequest) {
  Start({.stop_timeout = std::chrono::hours(1)});
  Client busy(port());
  busy.Ask("/block");
  ASSERT_TRUE(handler_.doors.HaveWaiting("block", 1));
  server_->Stop();
  handler_.doors.Open("block");
  EXPECT_EQ(busy.Status(), 200);
}

TEST_F(HttpServerTest, UploadsBeyondTheMemoryOfAllConnectionsAreRefused) {
  Start({.memory_limit = 1024 * 1024});
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n";
  Client first(port()), second(port()), small(port());
  first.Send(head + std::string(499'999, ' '));
  EXPECT_TRUE(Becomes([this] { return server_->memory() >= 499'999; }));
  second.Send(head + std::string(499'999, ' '));
  EXPECT_EQ(second.Status(), 503);
  small.Ask("/");
  EXPECT_EQ(small.Status(), 200);
  first.Send(" ");
  EXPECT_EQ(first.Status(), 200);
  second.Close();
  EXPECT_TRUE(Becomes([this] { return server_->memory() < 200'000; }));
  Client third(port());
  third.Send(head + std::string(500'000, ' '));
  EXPECT_EQ(third.Status(), 200);
}

}  // namespace
}  // namespace dynarock
