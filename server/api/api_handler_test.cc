#include "server/api/api_handler.h"

#include <gtest/gtest.h>

#include <memory>

#include "server/http/given_headers.h"

namespace dynarock {
namespace {

class ApiHandlerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto databases = Databases::Open({.in_memory = true}, {}, std::make_shared<SystemClock>());
    ASSERT_TRUE(databases.has_value());
    databases_ = std::move(*databases);
    dispatcher_ = std::make_unique<Dispatcher>(*databases_, DispatchOptions{});
  }
  void TearDown() override { SetLog(LogLevel::kInfo, LogFormat::kText); }

  std::unique_ptr<Databases> databases_;
  std::unique_ptr<Dispatcher> dispatcher_;
  RequestMetrics metrics_;
};

// The session drops the request, and each function that it was given, before the reply comes.
TEST_F(ApiHandlerTest, ALineForAReplyThatComesLaterBorrowsNothing) {
  SetLog(LogLevel::kDebug, LogFormat::kText);
  ApiHandler handler(*dispatcher_, metrics_, RequestLog(std::chrono::milliseconds(0)), {});
  ReplyCallback callback;
  handler.Add({[](std::string_view path) { return path.starts_with("/later"); },
               [&](const HttpRequest&, HttpReply& reply) {
                 reply.later = [&callback](ReplyCallback done) { callback = std::move(done); };
               },
               Area::kOpen});
  int replies = 0;
  {
    auto method = std::make_unique<std::string>("A-METHOD-THAT-IS-LONGER-THAN-A-SHORT-STRING");
    auto path = std::make_unique<std::string>("/later/and-longer-than-a-short-string");
    std::string body;
    const GivenHeaders headers;
    HttpReply reply;
    handler.Handle({*method, *path, "", body, "", headers}, reply);
    method.reset();
    path.reset();
    auto later = std::make_unique<std::function<void(ReplyCallback)>>(reply.later);
    reply.later = {};
    (*later)([&](const HttpReply&) { ++replies; });
    later.reset();
  }
  testing::internal::CaptureStderr();
  callback(HttpReply{.status = 202});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(replies, 1);
  EXPECT_NE(line.find("method=A-METHOD-THAT-IS-LONGER-THAN-A-SHORT-STRING path=/later/and-longer-than-a-short-string"),
            std::string::npos)
      << line;
}

}  // namespace
}  // namespace dynarock
