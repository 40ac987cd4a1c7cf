#include "server/http/reply_sender.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace dynarock {
namespace {

// A connected pair; ours does not block.
struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    ours = ends[0];
    theirs = ends[1];
    fcntl(ours, F_SETFL, O_NONBLOCK);
  }
  ~Pair() {
    close(ours);
    if (theirs >= 0) close(theirs);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  std::string Received() const {
    std::string text(1000, ' ');
    text.resize(static_cast<std::size_t>(std::max(recv(theirs, text.data(), text.size(), MSG_DONTWAIT), ssize_t{0})));
    return text;
  }

  int ours = -1;
  int theirs = -1;
};

class ReplySenderTest : public testing::Test {
 protected:
  ReplySenderTest() { std::signal(SIGPIPE, SIG_IGN); }
  ReplySender sender_;
};

TEST_F(ReplySenderTest, SendsEachItsOwn) {
  std::array<Pair, 3> pairs;
  for (const std::size_t count : {1, 2, 3}) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back("reply " + std::to_string(i));
    std::vector<SocketWrite> writes;
    for (std::size_t i = 0; i < count; ++i) writes.push_back({pairs[i].ours, texts[i]});
    sender_.Send(writes);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(writes[i].written, static_cast<std::ptrdiff_t>(texts[i].size()));
      EXPECT_EQ(pairs[i].Received(), texts[i]);
    }
  }
}

TEST_F(ReplySenderTest, TellsWhatEachSocketTook) {
  Pair full, gone, open, other;
  const std::string large(10 << 20, 'x');
  std::array<SocketWrite, 1> filling{{{full.ours, large}}};
  sender_.Send(filling);
  EXPECT_GT(filling[0].written, 0);
  EXPECT_LT(filling[0].written, static_cast<std::ptrdiff_t>(large.size()));
  close(std::exchange(gone.theirs, -1));
  std::array<SocketWrite, 5> writes{
      {{full.ours, "a"}, {-1, "b"}, {gone.ours, "c"}, {open.ours, "d"}, {other.ours, large}}};
  sender_.Send(writes);
  EXPECT_EQ(writes[0].written, -EAGAIN);
  EXPECT_EQ(writes[1].written, 0);
  EXPECT_EQ(writes[2].written, -EPIPE);
  EXPECT_EQ(writes[3].written, 1);
  EXPECT_EQ(open.Received(), "d");
  EXPECT_GT(writes[4].written, 0);
  EXPECT_LT(writes[4].written, static_cast<std::ptrdiff_t>(large.size()));
}

TEST_F(ReplySenderTest, SendsMoreThanOneCallTakes) {
  constexpr std::size_t kMany = 200;
  std::vector<Pair> pairs(kMany);
  std::vector<SocketWrite> writes;
  for (const Pair& pair : pairs) writes.push_back({pair.ours, "x"});
  sender_.Send(writes);
  for (std::size_t i = 0; i < kMany; ++i) {
    EXPECT_EQ(writes[i].written, 1);
    EXPECT_EQ(pairs[i].Received(), "x");
  }
}

}  // namespace
}  // namespace dynarock
