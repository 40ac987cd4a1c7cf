#include "server/http_client/http_client.h"

#include <gtest/gtest.h>

#include "server/http_client/scripted_server.h"

namespace dynarock {
namespace {

using Kind = HttpFailure::Kind;

// The client of `url`, which may have a host name.
HttpClient ClientOf(const std::string& url, HttpClient::AddressCheck check = nullptr) {
  return HttpClient(*ParseHttpUrl(url), std::move(check));
}

HttpAnswer AnswerOf(std::variant<HttpAnswer, HttpFailure> outcome) {
  if (const auto* failure = std::get_if<HttpFailure>(&outcome)) ADD_FAILURE() << failure->reason;
  return std::holds_alternative<HttpAnswer>(outcome) ? std::get<HttpAnswer>(std::move(outcome)) : HttpAnswer{};
}

Kind FailureOf(const std::variant<HttpAnswer, HttpFailure>& outcome) {
  EXPECT_TRUE(std::holds_alternative<HttpFailure>(outcome));
  return std::get<HttpFailure>(outcome).kind;
}

TEST(HttpClient, SendsTheCallAndReadsTheAnswer) {
  ScriptedServer server({ScriptedServer::Reply("201 Created", "made", "X-Name: Value\r\n")});
  HttpClient client = ClientOf(server.url());
  const HttpCall call{.method = "PUT", .target = "/a?b=c", .headers = {{"X-Sent", "yes"}}, .body = "body"};
  const HttpAnswer answer = AnswerOf(client.Send(call));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "made");
  EXPECT_EQ(answer.Header("x-name"), "Value");
  EXPECT_EQ(answer.Header("x-none"), "");
  server.Stop();
  ASSERT_EQ(server.requests().size(), 1u);
  const std::string& request = server.requests()[0];
  EXPECT_TRUE(request.starts_with("PUT /a?b=c HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\nbody")) << request;
  EXPECT_NE(request.find("\r\nHost: " + server.url().substr(7) + "\r\n"), std::string::npos) << request;
  EXPECT_NE(request.find("\r\nX-Sent: yes\r\n"), std::string::npos) << request;
}

TEST(HttpClient, WaitsForTheAnswerAfterInterimOnes) {
  ScriptedServer server(
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + ScriptedServer::Reply("200 OK", "final")});
  HttpClient client = ClientOf(server.url());
  const HttpAnswer answer = AnswerOf(client.Send({}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "final");
}

TEST(HttpClient, KeepsItsConnection) {
  ScriptedServer server({ScriptedServer::Reply("200 OK", "1"), ScriptedServer::Reply("200 OK", "2")});
  HttpClient client = ClientOf(server.url("localhost"));
  EXPECT_EQ(AnswerOf(client.Send({})).body, "1");
  EXPECT_EQ(AnswerOf(client.Send({})).body, "2");
  server.Stop();
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, ReplacesAClosedConnectionOnce) {
  ScriptedServer server({ScriptedServer::Reply("200 OK", "1"), "", ScriptedServer::Reply("200 OK", "2"), "", ""});
  HttpClient client = ClientOf(server.url());
  EXPECT_EQ(AnswerOf(client.Send({})).body, "1");
  EXPECT_EQ(AnswerOf(client.Send({})).body, "2");
  EXPECT_EQ(FailureOf(client.Send({})), Kind::kConnection);
  server.Stop();
  EXPECT_EQ(server.connections(), 3);
}

TEST(HttpClient, DoesNotKeepAConnectionThatTheServerEnds) {
  ScriptedServer server({ScriptedServer::Reply("200 OK", "1", "Connection: close\r\n"), ""});
  HttpClient client = ClientOf(server.url());
  EXPECT_EQ(AnswerOf(client.Send({})).body, "1");
  EXPECT_EQ(FailureOf(client.Send({})), Kind::kConnection);
}

TEST(HttpClient, AsksBeforeItConnects) {
  ScriptedServer server({ScriptedServer::Reply("200 OK", "1")});
  std::vector<std::string> asked;
  HttpClient client = ClientOf(server.url("localhost"), [&](const std::string& host, const std::string& address) {
    asked.push_back(host + " " + address);
    return Result<void>(InternalError("Not there."));
  });
  const auto outcome = client.Send({});
  ASSERT_EQ(FailureOf(outcome), Kind::kNotAllowed);
  EXPECT_EQ(std::get<HttpFailure>(outcome).reason, "Not there.");
  EXPECT_EQ(asked, std::vector<std::string>{"localhost 127.0.0.1"});
  server.Stop();
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, EndsAtItsLimits) {
  const std::string never = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  {
    ScriptedServer server({never, never});
    HttpClient client = ClientOf(server.url());
    EXPECT_EQ(FailureOf(client.Send({}, {.time = std::chrono::milliseconds(50)})), Kind::kTimeLimit);
  }
  {
    ScriptedServer server({never, never});
    HttpClient client = ClientOf(server.url());
    const std::atomic<bool> stopped = true;
    EXPECT_EQ(FailureOf(client.Send({}, {.stopped = &stopped})), Kind::kStopped);
  }
  ScriptedServer server({ScriptedServer::Reply("200 OK", "12345"), ScriptedServer::Reply("200 OK", "12345")});
  EXPECT_EQ(FailureOf(ClientOf(server.url()).Send({}, {.longest_body = 4})), Kind::kConnection);
  EXPECT_EQ(AnswerOf(ClientOf(server.url()).Send({}, {.longest_body = 5})).body, "12345");
}

TEST(HttpClient, SaysWhatIsWrongWithTheServer) {
  ScriptedServer strange({"SSH-2.0-OpenSSH_9.2\r\n"});
  EXPECT_EQ(FailureOf(ClientOf(strange.url()).Send({})), Kind::kConnection);
}

}  // namespace
}  // namespace dynarock
