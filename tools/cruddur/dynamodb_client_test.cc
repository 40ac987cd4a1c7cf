#include "tools/cruddur/dynamodb_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http_client/scripted_server.h"
#include "tools/client/command_error.h"

namespace dynarock::cruddur {
namespace {

std::string Reply(const std::string& status, const std::string& body) {
  return ScriptedServer::Reply(status, body);
}

// The sentence with which a call fails.
std::string Sentence(const std::string& url) {
  try {
    DynamoDbClient(url, "us-east-1").Call("ListTables", "{}");
  } catch (const CommandError& error) {
    return error.what();
  }
  return "no error";
}

TEST(DynamoDbClient, SignsAndKeepsItsConnection) {
  ScriptedServer server({Reply("200 OK", R"({"a":1})"), Reply("200 OK", R"({"a":2})")});
  DynamoDbClient client(server.url("localhost"), "eu-north-1");
  EXPECT_EQ(client.Call("ListTables", "{}")["a"].GetInt(), 1);
  EXPECT_EQ(client.Call("Scan", R"({"TableName":"t"})")["a"].GetInt(), 2);
  server.Stop();
  EXPECT_EQ(server.connections(), 1);
  ASSERT_EQ(server.requests().size(), 2U);
  const std::string& request = server.requests()[1];
  EXPECT_TRUE(request.starts_with("POST / HTTP/1.1\r\n"));
  EXPECT_NE(request.find("X-Amz-Target: DynamoDB_20120810.Scan\r\n"), std::string::npos);
  EXPECT_NE(request.find("Content-Type: application/x-amz-json-1.0\r\n"), std::string::npos);
  constexpr std::string_view kScope =
      "/eu-north-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=";
  EXPECT_NE(request.find(kScope), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"TableName\":\"t\"}"));
}

TEST(DynamoDbClient, ConnectsAgainWhenTheKeptConnectionWasClosed) {
  ScriptedServer server({Reply("200 OK", "{}"), "", Reply("200 OK", R"({"a":2})")});
  DynamoDbClient client(server.url(), "us-east-1");
  client.Call("ListTables", "{}");
  EXPECT_EQ(client.Call("ListTables", "{}")["a"].GetInt(), 2);
  server.Stop();
  EXPECT_EQ(server.connections(), 2);
}

TEST(DynamoDbClient, ThrowsTheServicesError) {
  ScriptedServer server({Reply("400 Bad Request", R"({"__type":"com.amazonaws#SomeException","message":"No."})")});
  DynamoDbClient client(server.url(), "us-east-1");
  try {
    client.Call("Query", "{}");
    ADD_FAILURE();
  } catch (const ServiceError& error) {
    EXPECT_EQ(error.type(), "SomeException");
    EXPECT_EQ(error.what(), server.url() + " refused Query with SomeException: No.");
  }
}

TEST(DynamoDbClient, SaysWhatToDoWhenNobodyListens) {
  // Bound but not listening: the port is surely refused.
  const int unheard = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(unheard, reinterpret_cast<const sockaddr*>(&address), size), 0);
  getsockname(unheard, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  EXPECT_EQ(Sentence(url), "Cannot reach " + url +
                               " (Connection refused): start the database with `dynarock serve` or `tools/up`, or give "
                               "its address with --endpoint.");
  close(unheard);
}

TEST(DynamoDbClient, SaysWhenItIsNoDynamoDb) {
  for (const std::string& reply : {Reply("404 Not Found", "<html>"), Reply("200 OK", "[1]"), Reply("200 OK", "")}) {
    ScriptedServer server({reply});
    EXPECT_NE(Sentence(server.url()).find("not as DynamoDB does"), std::string::npos);
  }
}

TEST(DynamoDbClient, SurvivesAClosedConnection) {
  ScriptedServer server({""});
  EXPECT_TRUE(Sentence(server.url()).starts_with("Cannot reach " + server.url()));
}

TEST(Endpoint, Parts) {
  const Endpoint plain = ParseEndpoint("http://127.0.0.1:8000");
  EXPECT_EQ(plain.host, "127.0.0.1");
  EXPECT_EQ(plain.port, 8000);
  EXPECT_EQ(plain.target, "/");
  EXPECT_EQ(ParseEndpoint("http://db").port, 80);
  EXPECT_EQ(ParseEndpoint("http://db:1/a/b").target, "/a/b");
  const Endpoint ipv6 = ParseEndpoint("http://[::1]:8000");
  EXPECT_EQ(ipv6.host, "::1");
  EXPECT_EQ(ipv6.HostHeader(), "[::1]:8000");
}

TEST(Endpoint, MayLeaveOutItsSchemeOrBeEncrypted) {
  const Endpoint completed = ParseEndpoint("db:8000");
  EXPECT_EQ(completed.host, "db");
  EXPECT_EQ(completed.port, 8000);
  EXPECT_EQ(completed.url, "http://db:8000");
  const Endpoint encrypted = ParseEndpoint("https://db:8000");
  EXPECT_TRUE(encrypted.is_encrypted);
  EXPECT_EQ(encrypted.port, 8000);
}

TEST(Endpoint, RefusesOtherUrls) {
  for (const char* url : {"", "http://", "http://:8000", "http://db:", "http://db:x", "http://db:0", "http://db:65536",
                          "http://[::1", "http://[::1]8000", "ftp://db:8000", "d b"}) {
    EXPECT_THROW(ParseEndpoint(url), CommandError) << url;
  }
}

}  // namespace
}  // namespace dynarock::cruddur
