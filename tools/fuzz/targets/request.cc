// Calls of DynamoDB's API, an input's first line the operation and the rest its body, to a database in memory. Each
// reply has status 200 or 400, and is JSON or empty.
#include "engine/base/log.h"
#include "protocol/dispatcher.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

constexpr int kCallsPerDatabase = 1000;  // tables pile up

constexpr const char* kSetUp[][2] = {
    {"CreateTable",
     R"({"TableName":"t","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],)"
     R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",)"
     R"("GlobalSecondaryIndexes":[{"IndexName":"i","KeySchema":[{"AttributeName":"sk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)"
     R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})"},
    {"PutItem",
     R"({"TableName":"t","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"m":{"M":{"a":{"L":[{"N":"1"}]}}},"ss":{"SS":["a","b"]}}})"},
};

class Server {
 public:
  Server() { Restart(); }

  void Call(std::string_view operation, std::string body) {
    if (++calls_ % kCallsPerDatabase == 0) Restart();
    const bool of_streams = operation == "ListStreams" || operation == "DescribeStream" ||
                            operation == "GetShardIterator" || operation == "GetRecords";
    const std::string target =
        (of_streams ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.") + std::string(operation);
    const Result<void> authentication;
    const Reply reply = dispatcher_->Dispatch({target, body, authentication}, scratch_);
    Expect(reply.status == 200 || reply.status == 400, "a reply has status 200 or 400");
    if (!reply.body.empty()) Expect(JsonText(std::string(reply.body)).json() != nullptr, "a reply is JSON");
  }

 private:
  void Restart() {
    dispatcher_.reset();
    databases_.reset();
    auto opened = Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>());
    Expect(opened.has_value(), "a database in memory can be opened");
    databases_ = std::move(*opened);
    dispatcher_.emplace(*databases_, DispatchOptions{});
    for (const auto& [operation, body] : kSetUp) Call(operation, body);
  }

  std::unique_ptr<Databases> databases_;
  std::optional<Dispatcher> dispatcher_;
  DispatchScratch scratch_;
  int calls_ = 0;
};

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock::fuzz;
  static Server server;
  const auto [operation, body] = FirstLine(TextOf(data, size));
  server.Call(operation, std::string(body));
  return 0;
}
