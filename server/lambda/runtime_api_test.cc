#include "server/lambda/runtime_api.h"

#include <gtest/gtest.h>

#include <future>

#include "server/http/given_headers.h"

namespace dynarock {
namespace {

class RuntimeApiTest : public testing::Test {
 protected:
  RuntimeApiTest() { api_.SetAddress("127.0.0.1:4000"); }

  // The reply, which may come later.
  std::future<HttpReply> Ask(std::string_view method, const std::string& path, std::string body = "",
                             GivenHeaders::List headers = {}) {
    const GivenHeaders sent(std::move(headers));
    const std::string whole = "/2018-06-01/runtime/" + path;
    HttpReply reply;
    api_.Handle({method, whole, "", body, body, sent}, reply);
    const auto answer = std::make_shared<std::promise<HttpReply>>();
    if (!reply.later) {
      answer->set_value(std::move(reply));
    } else {
      reply.later([answer](HttpReply late) { answer->set_value(std::move(late)); });
    }
    return answer->get_future();
  }

  std::future<RuntimeApi::Answer> Call(const std::string& context = "") {
    return std::async(std::launch::async, [this, context] {
      return api_.Call({.request_id = "id", .payload = "{}", .client_context = context});
    });
  }

  RuntimeApi api_{"arn:function", std::chrono::seconds(30), std::chrono::seconds(30)};
};

TEST_F(RuntimeApiTest, PagesAreRefused) {
  for (const auto& header : GivenHeaders::List{{"Host", "evil.example:4000"},
                                               {"Host", "127.0.0.1:4001"},
                                               {"Origin", "http://127.0.0.1:4000"},
                                               {"Sec-Fetch-Site", "same-site"}}) {
    EXPECT_EQ(Ask("GET", "invocation/next", "", {header}).get().status, 403);
    EXPECT_EQ(Ask("POST", "init/error", "{}", {header}).get().status, 403);
  }
  auto waiting = Ask("GET", "invocation/next", "", {{"Host", "127.0.0.1:4000"}});
  auto called = Call();
  EXPECT_EQ(waiting.get().status, 200);
  EXPECT_EQ(Ask("POST", "invocation/id/response", "\"done\"").get().status, 202);
  EXPECT_EQ(called.get().payload, "\"done\"");
}

TEST_F(RuntimeApiTest, OnlyTheInvocationUnderWayIsAnswered) {
  EXPECT_EQ(Ask("POST", "invocation/id/response", "1").get().status, 400);
  auto called = Call();
  EXPECT_EQ(Ask("GET", "invocation/next").get().status, 200);
  EXPECT_EQ(Ask("POST", "invocation/other/response", "1").get().status, 400);
  EXPECT_EQ(Ask("POST", "invocation/id/error", "{}").get().status, 202);
  EXPECT_TRUE(called.get().is_error);
  EXPECT_EQ(Ask("POST", "invocation/id/response", "1").get().status, 400);
}

TEST_F(RuntimeApiTest, LongResponsesAreRefused) {
  auto called = Call();
  EXPECT_EQ(Ask("GET", "invocation/next").get().status, 200);
  EXPECT_EQ(Ask("POST", "invocation/id/response", std::string(kLongestResponse + 1, 'x')).get().status, 413);
  EXPECT_GT(called.get().payload.size(), kLongestResponse);
}

TEST_F(RuntimeApiTest, TheEndAnswersWhatWaits) {
  auto next = Ask("GET", "invocation/next");
  EXPECT_EQ(next.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  auto called = Call();
  EXPECT_EQ(next.get().status, 200);
  api_.End();
  EXPECT_EQ(called.get().outcome, RuntimeApi::Outcome::kEnded);
  EXPECT_EQ(Ask("GET", "invocation/next").get().status, 410);
}

TEST_F(RuntimeApiTest, LoadingHasATimeOfItsOwnOnce) {
  RuntimeApi api("arn:function", std::chrono::seconds(1), std::chrono::milliseconds(1));
  EXPECT_EQ(api.Call({.request_id = "id", .payload = "{}", .client_context = ""}).outcome,
            RuntimeApi::Outcome::kInitTimedOut);
  EXPECT_EQ(api.Call({.request_id = "id", .payload = "{}", .client_context = ""}, InitTime::kOfInvocation).outcome,
            RuntimeApi::Outcome::kTimedOut);
}

}  // namespace
}  // namespace dynarock
