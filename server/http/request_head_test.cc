#include "server/http/request_head.h"

#include <gtest/gtest.h>

#include <array>

namespace dynarock {
namespace {

constexpr std::string_view kBegin = "POST / HTTP/1.1\r\nHost: x\r\n";

std::string WithFields(std::string_view fields) {
  return std::string(kBegin) + std::string(fields) + "\r\n";
}

bool IsTaken(std::string_view bytes) {
  RequestHead head;
  EXPECT_EQ(RequestHead::SizeOf(bytes, 0), bytes.size()) << bytes;
  return head.Parse(bytes).empty();
}

TEST(RequestHeadTest, LineAndFieldsAreFound) {
  RequestHead head;
  ASSERT_EQ(head.Parse(
                "POST /a?b=c HTTP/1.1\r\nhOST:x:80\r\nX-A: \t1, 2\t \r\nx-a:3\r\nContent-Length: 12\r\nEmpty:\r\n\r\n"),
            "");
  EXPECT_EQ(head.method(), "POST");
  EXPECT_EQ(head.target(), "/a?b=c");
  EXPECT_EQ(head.Find("Host"), "x:80");
  EXPECT_EQ(head.Find("X-A"), "1, 2");
  EXPECT_EQ(head.FindAll("x-A"), (std::vector<std::string_view>{"1, 2", "3"}));
  EXPECT_EQ(head.Find("Empty"), "");
  EXPECT_EQ(head.content_length(), 12u);
  EXPECT_FALSE(head.is_chunked());
  EXPECT_TRUE(head.keeps_alive());
  EXPECT_FALSE(head.expects_continue());
}

TEST(RequestHeadTest, NothingStaysFromTheHeadBefore) {
  RequestHead head;
  ASSERT_EQ(head.Parse(WithFields("Content-Length: 5\r\nConnection: close\r\nExpect: 100-Continue\r\nX: y\r\n")), "");
  EXPECT_TRUE(head.expects_continue());
  ASSERT_EQ(head.Parse(WithFields("")), "");
  EXPECT_EQ(head.content_length(), 0u);
  EXPECT_TRUE(head.keeps_alive());
  EXPECT_FALSE(head.expects_continue());
  EXPECT_EQ(head.Find("X"), "");
}

TEST(RequestHeadTest, WhetherTheConnectionStaysOpen) {
  const auto keeps = [](std::string_view version, std::string_view fields) {
    RequestHead head;
    EXPECT_EQ(head.Parse("GET / " + std::string(version) + "\r\nHost: x\r\n" + std::string(fields) + "\r\n"), "");
    return head.keeps_alive();
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: Close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: x, close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: x, Keep-Alive\r\n"));
}

TEST(RequestHeadTest, WhatCanBeReadInOneWayIsTaken) {
  for (const std::string_view fields :
       {"", "Content-Length: 0\r\n", "Content-Length: 007\r\n", "Transfer-Encoding: CHUNKED\r\n", "X: \x80\xff\r\n",
        "X:\ty\tz\r\n", "!#$%&'*+-.^_`|~09azAZ: x\r\n", "Hosts: y\r\n", "X: folded: no\r\n"}) {
    EXPECT_TRUE(IsTaken(WithFields(fields))) << fields;
  }
  EXPECT_TRUE(IsTaken("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(IsTaken("CONNECT dynamodb.us-east-1.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n"));
}

// Each of these is read differently by some proxy or server.
TEST(RequestHeadTest, WhatCanBeReadInTwoWaysIsRefused) {
  using namespace std::literals;
  for (const std::string_view fields : {"Host: y\r\n"sv,
                                        "hOST: x\r\n"sv,
                                        "Content-Length: 2, 2\r\n"sv,
                                        "Content-Length: 2\r\nContent-Length: 2\r\n"sv,
                                        "Content-Length: 2\r\nContent-Length: 3\r\n"sv,
                                        "Content-Length: +2\r\n"sv,
                                        "Content-Length: -2\r\n"sv,
                                        "Content-Length: 0x2\r\n"sv,
                                        "Content-Length: 2 2\r\n"sv,
                                        "Content-Length: 1e3\r\n"sv,
                                        "Content-Length:\r\n"sv,
                                        "Content-Length: 99999999999999999999\r\n"sv,
                                        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"sv,
                                        "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"sv,
                                        "Transfer-Encoding: gzip, chunked\r\n"sv,
                                        "Transfer-Encoding: chunked, chunked\r\n"sv,
                                        "Transfer-Encoding: chunked, identity\r\n"sv,
                                        "Transfer-Encoding: identity\r\n"sv,
                                        "Transfer-Encoding:\r\n"sv,
                                        "Transfer-Encoding: \"chunked\"\r\n"sv,
                                        "Transfer-Encoding: chunked;x=y\r\n"sv,
                                        "Transfer-Encoding: xchunked\r\n"sv,
                                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"sv,
                                        "X: a\r\n b\r\n"sv,
                                        "X: a\r\n\tb\r\n"sv,
                                        " X: a\r\n"sv,
                                        "X : a\r\n"sv,
                                        "X\t: a\r\n"sv,
                                        ": a\r\n"sv,
                                        "no colon\r\n"sv,
                                        "X: a\0b\r\n"sv,
                                        "X: a\rb\r\n"sv,
                                        "X: a\nb\r\n"sv,
                                        "X: a\x01\r\n"sv,
                                        "X: a\x7f\r\n"sv,
                                        "X: a\r\r\n"sv,
                                        "X\0: a\r\n"sv,
                                        "X\xc3\xa9: a\r\n"sv,
                                        "X(: a\r\n"sv,
                                        "\nHost: x\r\n"sv}) {
    EXPECT_FALSE(IsTaken(WithFields(fields))) << fields;
  }
}

TEST(RequestHeadTest, RequestLines) {
  using namespace std::literals;
  for (const std::string_view line :
       {"GET"sv, "GET /"sv, "GET / HTTP/1.1 "sv, " GET / HTTP/1.1"sv, "GET  / HTTP/1.1"sv, "GET /  HTTP/1.1"sv,
        "GET\t/\tHTTP/1.1"sv, "GET /a b HTTP/1.1"sv, "GET / HTTP/2.0"sv, "GET / HTTP/1.2"sv, "GET / http/1.1"sv,
        "GET / HTTP/1.1x"sv, "GET / HTTP/11"sv, "GE(T / HTTP/1.1"sv, "GET /\x7f HTTP/1.1"sv, "GET /\0 HTTP/1.1"sv,
        "GET /\r HTTP/1.1"sv, "GET /\n HTTP/1.1"sv, "nonsense"sv}) {
    EXPECT_FALSE(IsTaken(std::string(line) + "\r\nHost: x\r\n\r\n")) << line;
  }
  EXPECT_FALSE(IsTaken("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_FALSE(IsTaken("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST(RequestHeadTest, FieldsAreCounted) {
  std::string fields;
  for (std::size_t i = 1; i < RequestHead::kMostFields; ++i) fields += "a: b\r\n";
  EXPECT_TRUE(IsTaken(WithFields(fields)));
  EXPECT_FALSE(IsTaken(WithFields(fields + "a: b\r\n")));
}

TEST(RequestHeadTest, TheEndIsFoundWhereverTheBytesAreCut) {
  const std::string whole = WithFields("X: y\r\n");
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_EQ(RequestHead::SizeOf(std::string_view(whole).substr(0, cut), 0), 0u);
    EXPECT_TRUE(RequestHead::MayBegin(std::string_view(whole).substr(0, cut)));
    EXPECT_EQ(RequestHead::SizeOf(whole + "body", cut), whole.size());
  }
  for (const std::string_view wrong : {"GET / HTTP/1.1\n", "GET\r ", "\x16\x03", "a\x7f"}) {
    EXPECT_FALSE(RequestHead::MayBegin(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace dynarock
