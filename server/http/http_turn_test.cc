// Replies leave when what they report is settled.
#include "server/http/http_server_fixture.h"

namespace dynarock {
namespace {

using HttpTurnTest = HttpServerTest;

TEST_F(HttpTurnTest, OthersAreAnsweredBesideASettlement) {
  Start();
  Client writer(port()), other(port());
  writer.Ask("/write");
  ASSERT_TRUE(handler_.doors.HaveWaiting("settle", 1));
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  handler_.doors.Open("settle");
  EXPECT_EQ(writer.Status(), 200);
  writer.Ask("/");
  EXPECT_EQ(writer.Status(), 200);
}

// Each write would take one of the threads otherwise, until none is left.
TEST_F(HttpTurnTest, OthersAreAnsweredBesideManyWritesThatTheStoreDoesNotTake) {
  Start();
  std::vector<std::unique_ptr<Client>> writers;
  for (int i = 0; i < 40; ++i) {
    writers.push_back(std::make_unique<Client>(port()));
    writers.back()->Send("GET /write HTTP/1.1\r\nHost: x\r\nX-Write: yes\r\n\r\n");
    if (i < 4) {
      ASSERT_TRUE(handler_.doors.HaveWaiting("settle", i + 1));
    }
  }
  Client other(port());
  for (int i = 0; i < 50; ++i) {
    other.Ask("/");
    ASSERT_EQ(other.Status(), 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  handler_.doors.Open("settle");
  for (const auto& writer : writers) EXPECT_EQ(writer->Status(), 200);
}

TEST_F(HttpTurnTest, ASettlementThatFailsOutsideOfTheLoopIsNotHidden) {
  handler_.fails = true;
  Start();
  Client writer(port()), other(port());
  writer.Ask("/write");
  ASSERT_TRUE(handler_.doors.HaveWaiting("settle", 1));
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  handler_.doors.Open("settle");
  EXPECT_EQ(writer.Status(), 500);
}

// The write's reply belongs to a turn in which a later request takes the thread; the thread must settle it first.
TEST_F(HttpTurnTest, WritesOfATurnAreSettledByTheirThread) {
  Start();
  Client both(port()), other(port());
  both.Send("GET /write HTTP/1.1\r\nHost: x\r\n\r\nGET /block HTTP/1.1\r\nHost: x\r\nX-Write: yes\r\n\r\n");
  ASSERT_TRUE(handler_.doors.HaveWaiting("block", 1));
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  handler_.doors.Open("block");
  ASSERT_TRUE(handler_.doors.HaveWaiting("settle", 1));
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  handler_.doors.Open("settle");
  EXPECT_EQ(both.Status(), 200);
  EXPECT_EQ(both.Status(), 200);
}

// The reader's request comes while the write is handled, so one turn has both.
TEST_F(HttpTurnTest, ReadsOfATurnDoNotWaitForItsSettlement) {
  Start();
  Client writer(port()), reader(port());
  reader.Ask("/read");
  EXPECT_EQ(reader.Status(), 200);
  handler_.on_write = [&] { reader.Ask("/read"); };
  writer.Ask("/write");
  ASSERT_TRUE(handler_.doors.HaveWaiting("settle", 1));
  EXPECT_EQ(reader.Status(), 200);
  reader.Ask("/read");
  EXPECT_EQ(reader.Status(), 200);
  handler_.doors.Open("settle");
  EXPECT_EQ(writer.Status(), 200);
}

TEST_F(HttpTurnTest, ReadsOfATurnAreAnsweredIfItsSettlementFails) {
  handler_.fails = true;
  handler_.doors.Open("settle");
  Start();
  Client writer(port()), reader(port());
  reader.Ask("/read");
  EXPECT_EQ(reader.Status(), 200);
  handler_.on_write = [&] { reader.Ask("/read"); };
  writer.Ask("/write");
  EXPECT_EQ(writer.Status(), 500);
  EXPECT_EQ(reader.Status(), 200);
}

// The thread of the read has a write to settle when the read is done.
TEST_F(HttpTurnTest, ALongReadDoesNotWaitForWritesOfItsTurn) {
  Start();
  Client writer(port()), reader(port());
  reader.Ask("/read");
  EXPECT_EQ(reader.Status(), 200);
  handler_.on_write = [&] { reader.Ask("/block"); };
  writer.Ask("/write");
  ASSERT_TRUE(handler_.doors.HaveWaiting("block", 1));
  handler_.doors.Open("block");
  EXPECT_EQ(reader.Status(), 200);
  handler_.doors.Open("settle");
  EXPECT_EQ(writer.Status(), 200);
}

// On one connection, a read sees what was written before it.
TEST_F(HttpTurnTest, AReadWaitsForTheWriteBeforeItOnItsConnection) {
  Start();
  Client both(port()), other(port());
  both.Send("GET /write HTTP/1.1\r\nHost: x\r\n\r\nGET /block HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(handler_.doors.HaveWaiting("settle", 1));
  other.Ask("/");
  EXPECT_EQ(other.Status(), 200);
  EXPECT_FALSE(handler_.doors.HasWaiting("block"));
  handler_.doors.Open("block");
  handler_.doors.Open("settle");
  EXPECT_EQ(both.Status(), 200);
  EXPECT_EQ(both.Status(), 200);
}

}  // namespace
}  // namespace dynarock
