// Calls over HTTP while the disk does not answer, or is broken.
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/faulty_disk.h"
#include "server/api/api_handler.h"
#include "server/http/http_server_fixture.h"

namespace dynarock {
namespace {

constexpr std::string_view kKeyOfA = R"({"TableName":"abc","Key":{"pk":{"S":"a"}}})";

class StalledLogTest : public testing::Test {
 protected:
  StalledLogTest() {
    char pattern[] = "/tmp/dynarock-stalled-XXXXXX";
    directory_ = mkdtemp(pattern);
    auto databases = Databases::Open({.directory = directory_, .log_fault = [this] { return disk_.Write(); }}, {},
                                     std::make_shared<SystemClock>());
    EXPECT_TRUE(databases.has_value());
    databases_ = std::move(*databases);
    dispatcher_.emplace(*databases_, DispatchOptions{});
    handler_.emplace(*dispatcher_, metrics_, RequestLog(std::chrono::milliseconds(0)), ApiOptions{});
    auto server = HttpServer::Listen({.port = 0, .most_spare_threads = 16, .handle_signals = false}, *handler_);
    EXPECT_TRUE(server.has_value());
    server_ = std::move(*server);
    serving_ = std::thread([this] { server_->Run(); });
    EXPECT_EQ(Call("CreateTable",
                   R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                   R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})"),
              200);
    EXPECT_EQ(Call("PutItem", ItemOf("a")), 200);
  }
  ~StalledLogTest() override {
    disk_.Thaw();
    server_->Stop();
    serving_.join();
    databases_.reset();
    std::filesystem::remove_all(directory_);
  }

  static std::string ItemOf(const std::string& key) {
    return R"({"TableName":"abc","Item":{"pk":{"S":")" + key + R"("}}})";
  }

  static void Send(const Client& client, const std::string& operation, std::string_view body) {
    client.Send(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: "
        "20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/"
        "aws4_request, SignedHeaders=host, Signature=0\r\nX-Amz-Target: DynamoDB_20120810." +
        operation + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }

  // The status of a call on a connection of its own.
  int Call(const std::string& operation, std::string_view body) {
    Client client(server_->port());
    Send(client, operation, body);
    return client.Status();
  }

  void ExpectReads() {
    EXPECT_EQ(Call("GetItem", kKeyOfA), 200);
    EXPECT_EQ(Call("Query", R"({"TableName":"abc","KeyConditionExpression":"pk=:a",)"
                            R"("ExpressionAttributeValues":{":a":{"S":"a"}}})"),
              200);
    EXPECT_EQ(Call("Scan", R"({"TableName":"abc"})"), 200);
    EXPECT_EQ(Call("ExecuteStatement", R"({"Statement":"SELECT * FROM abc"})"), 200);
    EXPECT_EQ(Call("DescribeTable", R"({"TableName":"abc"})"), 200);
    EXPECT_EQ(Call("ListTables", "{}"), 200);
    Client probe(server_->port());
    probe.Ask("/health");
    EXPECT_EQ(probe.Status(), 200);
  }

  std::string directory_;
  FaultyDisk disk_;
  std::unique_ptr<Databases> databases_;
  std::optional<Dispatcher> dispatcher_;
  RequestMetrics metrics_;
  std::optional<ApiHandler> handler_;
  std::unique_ptr<HttpServer> server_;
  std::thread serving_;
};

TEST_F(StalledLogTest, ReadsAreAnsweredAndWritesWait) {
  constexpr int kWriters = 12, kRounds = 10;
  const int before = disk_.writes();
  disk_.Freeze();
  std::vector<std::unique_ptr<Client>> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.push_back(std::make_unique<Client>(server_->port()));
    Send(*writers.back(), "PutItem", ItemOf(std::to_string(i)));
    ExpectReads();
  }
  disk_.AwaitWrites(before + 1);
  for (int i = 0; i < kRounds; ++i) ExpectReads();
  for (const auto& writer : writers) EXPECT_FALSE(writer->HasReply());
  disk_.Thaw();
  for (const auto& writer : writers) EXPECT_EQ(writer->Status(), 200);
}

TEST_F(StalledLogTest, ABrokenDiskFailsWritesAndNotReads) {
  disk_.Break();
  EXPECT_EQ(Call("PutItem", ItemOf("b")), 500);
  ExpectReads();
  EXPECT_EQ(Call("PutItem", ItemOf("c")), 500);
}

}  // namespace
}  // namespace dynarock
