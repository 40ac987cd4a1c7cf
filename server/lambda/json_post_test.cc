#include "server/lambda/json_post.h"

#include <gtest/gtest.h>

#include "server/http_client/scripted_server.h"

namespace dynarock {
namespace {

const AllowedHosts kNoneBesides;

Result<PostReply> Post(const std::string& url, std::chrono::milliseconds time = std::chrono::seconds(30),
                       bool is_stopped = false) {
  const std::atomic<bool> stopped(is_stopped);
  return PostJson(url, R"({"a":1})", {time, kNoneBesides, stopped});
}

TEST(JsonPost, SendsJsonAndReadsTheReply) {
  ScriptedServer server({ScriptedServer::Reply("200 OK", "[2]"),
                         ScriptedServer::Reply("500 Broken", "{}", "x-amz-function-error: Unhandled\r\n")});
  const auto reply = Post(server.url() + "/2015-03-31/functions?q=1");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "[2]");
  EXPECT_EQ(reply->function_error, "");
  const auto failed = Post(server.url("localhost"));
  ASSERT_TRUE(failed) << failed.error().message;
  EXPECT_EQ(failed->status, 500);
  EXPECT_EQ(failed->function_error, "Unhandled");
  server.Stop();
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.connections(), 2);
  const std::string& request = server.requests()[0];
  EXPECT_TRUE(request.starts_with("POST /2015-03-31/functions?q=1 HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"a\":1}")) << request;
  EXPECT_TRUE(server.requests()[1].starts_with("POST / HTTP/1.1\r\n")) << server.requests()[1];
}

TEST(JsonPost, ErrorsAreSentences) {
  const auto error_of = [](const Result<PostReply>& reply) { return reply ? "" : reply.error().message; };
  EXPECT_EQ(error_of(Post("ftp://a")), "\"ftp://a\" is not a URL of the form http://host:port/path.");
  EXPECT_EQ(error_of(Post("http://8.8.8.8/")),
            "Cannot reach http://8.8.8.8/: The host 8.8.8.8 is outside of this machine and of private networks: allow "
            "it with --function-hosts 8.8.8.8.");
  ScriptedServer closing({""});
  EXPECT_TRUE(error_of(Post(closing.url())).starts_with("Cannot reach " + closing.url() + ": "));
  // One that takes the request and never answers.
  ScriptedServer silent({ScriptedServer::Reply("100 Continue", ""), ScriptedServer::Reply("200 OK", "")});
  EXPECT_EQ(error_of(Post(silent.url(), std::chrono::milliseconds(1))),
            "Cannot reach " + silent.url() + ": There was no answer within the time limit.");
  EXPECT_EQ(error_of(Post(silent.url(), std::chrono::seconds(30), true)),
            "Cannot reach " + silent.url() + ": The server is stopping.");
}

}  // namespace
}  // namespace dynarock
