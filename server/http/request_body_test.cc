#include "server/http/request_body.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

using Status = RequestBody::Status;

constexpr RequestBody::Limits kLimits{.body = 1000, .framing = 200};

RequestHead HeadWith(std::string_view field) {
  RequestHead head;
  EXPECT_EQ(head.Parse("POST / HTTP/1.1\r\nHost: x\r\n" + std::string(field) + "\r\n\r\n"), "");
  return head;
}

// The status of `bytes`, taken in pieces of `size`, and what is left of them.
Status TakeInPieces(RequestBody& body, std::string_view bytes, std::size_t size, std::string& left) {
  Status status = Status::kMore;
  while (status == Status::kMore && !bytes.empty()) {
    std::string_view piece = bytes.substr(0, size);
    const std::size_t before = piece.size();
    status = body.Take(piece);
    bytes.remove_prefix(before - piece.size());
  }
  left = bytes;
  return status;
}

Status TakeChunks(std::string_view bytes, std::string* data = nullptr) {
  const RequestHead head = HeadWith("Transfer-Encoding: chunked");
  RequestBody body;
  EXPECT_EQ(body.Begin(head, kLimits), Status::kMore);
  std::string left;
  const Status status = TakeInPieces(body, bytes, bytes.size(), left);
  if (data != nullptr) *data = body.data();
  return status;
}

TEST(RequestBodyTest, SoManyBytesAreTaken) {
  RequestBody body;
  EXPECT_EQ(body.Begin(HeadWith("X: y"), kLimits), Status::kDone);
  EXPECT_EQ(body.Begin(HeadWith("Content-Length: 0"), kLimits), Status::kDone);
  EXPECT_EQ(body.Begin(HeadWith("Content-Length: 1001"), kLimits), Status::kTooLarge);
  for (const std::size_t size : {1, 3, 100}) {
    ASSERT_EQ(body.Begin(HeadWith("Content-Length: 5"), kLimits), Status::kMore);
    std::string left;
    EXPECT_EQ(TakeInPieces(body, "helloGET / ", size, left), Status::kDone);
    EXPECT_EQ(body.data(), "hello");
    EXPECT_EQ(left, "GET / ");
    body.Clear();
  }
}

TEST(RequestBodyTest, ChunksArePutTogetherWhereverTheyAreCut) {
  const std::string_view bytes = "3;a=\"b c\"\r\nabc\r\n00a \r\n0123456789\r\n0\r\nHost: evil\r\nX: y\r\n\r\nGET / ";
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    RequestBody body;
    ASSERT_EQ(body.Begin(HeadWith("Transfer-Encoding: chunked"), kLimits), Status::kMore);
    std::string left;
    EXPECT_EQ(TakeInPieces(body, bytes, size, left), Status::kDone);
    EXPECT_EQ(body.data(), "abc0123456789");
    EXPECT_EQ(left, "GET / ");
  }
}

TEST(RequestBodyTest, MalformedChunksAreRefused) {
  using namespace std::literals;
  for (const std::string_view bytes :
       {"xyz\r\n"sv, "\r\n"sv, ";a\r\n"sv, "-1\r\n"sv, "0x1\r\n"sv, "1\na"sv, "1\r\na\n"sv, "1\r\nab"sv,
        "1\r\na\r\r\n"sv, "1;a\rb"sv, "1;a\nb"sv, "1;\0\r\n"sv, "0\r\nX: \0"sv, "0\r\nX: \n"sv, "0\r\n X: y\r\n"sv,
        "0\r\n\rX"sv, "11111111111111111\r\n"sv, "1 a\x7f"sv}) {
    EXPECT_EQ(TakeChunks(bytes), Status::kMalformed) << bytes;
  }
  EXPECT_EQ(TakeChunks("3e9\r\n"), Status::kTooLarge);
  EXPECT_EQ(TakeChunks("ffffffffffffffff\r\n"), Status::kTooLarge);
  EXPECT_EQ(TakeChunks("3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n"), Status::kTooLarge);
}

TEST(RequestBodyTest, WhatIsNotDataIsBounded) {
  EXPECT_EQ(TakeChunks(std::string(1000, '0')), Status::kMalformed);
  EXPECT_EQ(TakeChunks("1;" + std::string(1000, 'x')), Status::kMalformed);
  EXPECT_EQ(TakeChunks("0\r\n" + std::string(1000, 'x')), Status::kMalformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "a: b\r\n";
  EXPECT_EQ(TakeChunks(trailers), Status::kMalformed);
}

TEST(RequestBodyTest, ManySmallChunksAreTaken) {
  std::string bytes, data;
  for (int i = 0; i < 900; ++i) bytes += "1\r\nx\r\n";
  EXPECT_EQ(TakeChunks(bytes + "0\r\n\r\n", &data), Status::kDone);
  EXPECT_EQ(data, std::string(900, 'x'));
}

TEST(RequestBodyTest, MemoryOfALargeBodyGoesBack) {
  RequestBody body;
  ASSERT_EQ(body.Begin(HeadWith("Content-Length: 1000000"), {.body = 1000000, .framing = 0}), Status::kMore);
  const std::string bytes(1000000, 'x');
  std::string left;
  EXPECT_EQ(TakeInPieces(body, bytes, 16 * 1024, left), Status::kDone);
  EXPECT_EQ(body.capacity(), bytes.size());  // not more than was announced
  body.Clear();
  EXPECT_LT(body.capacity(), 100u);
}

}  // namespace
}  // namespace dynarock
