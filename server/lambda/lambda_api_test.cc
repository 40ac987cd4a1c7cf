#include "server/lambda/lambda_api.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "engine/base/base64.h"
#include "engine/base/uuid.h"
#include "engine/database/database.h"
#include "server/http/given_headers.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

// Nothing runs here: the mappings of these tests have no stream.
class NoDelivery final : public EventDelivery {
 public:
  Result<Filter> FilterOf(const EventSourceMapping&, const StreamDefinition&, const std::string&) override {
    return Filter();
  }
  std::string ProblemOf(const EventSourceMapping&) override { return ""; }
  DeliveryOutcome Deliver(const EventBatch&) override { return {}; }
  void Discard(const EventBatch&, DiscardReason, int, bool) override {}
};

// Answers with its event and context; fails on {"fail":true}.
class Echo final : public FunctionRunner {
 public:
  InvocationResult Invoke(const Invocation& invocation) override {
    if (invocation.payload == R"({"fail":true})") return FailedInvocation("TypeError", "no");
    return {.payload = "[" + invocation.payload + "," +
                       (invocation.client_context.empty() ? "null" : invocation.client_context) + "]",
            .function_error = {},
            .log_tail = "printed"};
  }
  void Stop() override {}
};

class LambdaApiTest : public testing::Test {
 protected:
  LambdaApiTest() : database_(std::move(*Database::Open({.in_memory = true}, {}, clock_))) {
    FunctionSurroundings surroundings;
    surroundings.region = "eu-west-1";
    surroundings.account_id = "000000000000";
    surroundings.code_folders = std::make_shared<CodeFolders>((root_ / "code").string(), disposal_);
    functions_ = std::make_unique<FunctionRegistry>(
        records_, surroundings, [](const std::string&) { return std::make_unique<Echo>(); }, clock_, pool_);
    sources_ = std::make_unique<EventSources>(*database_, records_, delivery_, threads_);
    calls_ = std::make_unique<InvocationQueue>(QueueLimits{});
    api_ = std::make_unique<LambdaApi>(*functions_, *sources_, *calls_, "scope");
  }
  ~LambdaApiTest() override {
    calls_->Drain();
    fs::remove_all(root_);
  }

  // The reply, also of an operation that answers later.
  HttpReply Send(std::string_view method, const std::string& target, std::string body = "",
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
    const GivenHeaders given(std::move(headers));
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::string path = std::string(kLambdaPath) + target.substr(0, mark);
    const std::string query = mark < target.size() ? target.substr(mark + 1) : "";
    HttpReply reply;
    api_->Handle({.method = method, .path = path, .query = query, .body = body, .wire_body = {}, .headers = given},
                 reply);
    if (!reply.later) return reply;
    const auto later = std::make_shared<std::promise<HttpReply>>();
    reply.later([later](HttpReply answer) { later->set_value(std::move(answer)); });
    return later->get_future().get();
  }

  static std::string Header(const HttpReply& reply, std::string_view name) {
    for (const auto& [header, value] : reply.headers) {
      if (header == name) return value;
    }
    return "";
  }

  HttpReply Create(const std::string& name) {
    return Send("POST", "functions",
                R"({"FunctionName":")" + name + R"(","Role":"r","Code":{"ImageUri":"builtin:echo"}})");
  }

  const std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(EpochMillis{1'000'000});
  const fs::path root_ = fs::temp_directory_path() / ("dynarock-lambda-api-" + NewUuid());
  const std::unique_ptr<Database> database_;
  TriggerRecords records_{database_->store(), ""};
  NoDelivery delivery_;
  Disposal disposal_;
  ProcessPool pool_{{}, disposal_};
  std::unique_ptr<FunctionRegistry> functions_;
  TriggerThreads threads_;
  std::unique_ptr<EventSources> sources_;
  std::unique_ptr<InvocationQueue> calls_;
  std::unique_ptr<LambdaApi> api_;
};

TEST_F(LambdaApiTest, AFunctionsLife) {
  HttpReply reply = Create("f");
  EXPECT_EQ(reply.status, 201) << reply.content();
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(TextOf((*JsonText(std::string(reply.content())).json())["FunctionName"]), "f");
  reply = Create("f");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(Header(reply, "x-amzn-ErrorType"), "ResourceConflictException");
  reply = Send("GET", "functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Af/");
  EXPECT_EQ(reply.status, 200) << reply.content();
  reply = Send("PUT", "functions/f/configuration", R"({"Timeout":7})");
  EXPECT_EQ(reply.status, 200) << reply.content();
  EXPECT_EQ((*JsonText(std::string(Send("GET", "functions/f/configuration").content())).json())["Timeout"].GetInt(), 7);
  reply = Send("PUT", "functions/f/code", R"({"ImageUri":"http://127.0.0.1:1/x"})");
  EXPECT_EQ(reply.status, 200) << reply.content();
  EXPECT_EQ(Send("DELETE", "functions/f").status, 204);
  EXPECT_EQ(Send("GET", "functions/f").status, 404);
}

TEST_F(LambdaApiTest, ListsInPages) {
  for (const char* name : {"c", "a", "b"}) ASSERT_EQ(Create(name).status, 201);
  const auto names = [&](const std::string& query) {
    const JsonText page(std::string(Send("GET", "functions" + query).content()));
    std::string text;
    for (const Json& function : (*page.json())["Functions"].GetArray()) text += TextOf(function["FunctionName"]);
    const Json* next = FindField(*page.json(), "NextMarker");
    return text + (next != nullptr ? ">" + std::string(TextOf(*next)) : "");
  };
  EXPECT_EQ(names(""), "abc");
  EXPECT_EQ(names("?MaxItems=2"), "ab>b");
  EXPECT_EQ(names("?MaxItems=2&Marker=b"), "c");
  EXPECT_EQ(names("?Marker=c"), "");
  for (const char* query : {"?MaxItems=0", "?MaxItems=10001", "?MaxItems=", "?MaxItems=1x", "?MaxItems=-1"}) {
    EXPECT_EQ(Send("GET", std::string("functions") + query).status, 400) << query;
  }
}

TEST_F(LambdaApiTest, RefusesInLambdasForm) {
  ASSERT_EQ(Create("f").status, 201);
  struct Refused {
    const char* method;
    const char* target;
    std::string body;
    int status;
    const char* type;
  };
  const Refused refused[] = {
      {"GET", "", "", 404, "UnknownOperationException"},
      {"GET", "layers", "", 404, "UnknownOperationException"},
      {"PATCH", "functions", "", 404, "UnknownOperationException"},
      {"POST", "functions/f/code", "{}", 404, "UnknownOperationException"},
      {"GET", "functions/f/policy", "", 404, "UnknownOperationException"},
      {"GET", "functions/g", "", 404, "ResourceNotFoundException"},
      {"GET", "functions/f:1", "", 404, "ResourceNotFoundException"},
      {"GET", "functions/a.b", "", 400, "InvalidParameterValueException"},
      {"POST", "functions", "{", 400, "InvalidRequestContentException"},
      {"POST", "functions", "[]", 400, "InvalidRequestContentException"},
      {"POST", "functions", "{}", 400, "InvalidParameterValueException"},
      {"PUT", "functions/f/configuration", R"({"Timeout":"x"})", 400, "InvalidRequestContentException"},
      {"PUT", "functions/g/configuration", "{}", 404, "ResourceNotFoundException"},
      {"PUT", "functions/f/code", "{}", 400, "InvalidParameterValueException"},
      {"POST", "functions/f/invocations", "{", 400, "InvalidRequestContentException"},
      {"POST", "functions/g/invocations", "{}", 404, "ResourceNotFoundException"},
      {"POST", "functions/f/invocations", std::string(6'291'457, ' '), 413, "RequestTooLargeException"},
      {"GET", "event-source-mappings/none", "", 404, "ResourceNotFoundException"},
      {"PATCH", "event-source-mappings/none", "", 404, "UnknownOperationException"},
      {"POST", "event-source-mappings", R"({"FunctionName":"f","EventSourceArn":"a","StartingPosition":"NOW"})", 400,
       "ValidationException"},
      {"POST", "event-source-mappings", R"({"FunctionName":"g","EventSourceArn":"a","StartingPosition":"LATEST"})", 400,
       "InvalidParameterValueException"},
  };
  for (const Refused& request : refused) {
    const HttpReply reply = Send(request.method, request.target, request.body);
    EXPECT_EQ(reply.status, request.status) << request.target << " " << reply.content();
    EXPECT_EQ(Header(reply, "x-amzn-ErrorType"), request.type) << request.target;
    const JsonText body{std::string(reply.content())};
    ASSERT_NE(body.json(), nullptr) << request.target;
    EXPECT_TRUE(FindField(*body.json(), "message") != nullptr || FindField(*body.json(), "Message") != nullptr);
  }
}

TEST_F(LambdaApiTest, InvokesInThreeWays) {
  ASSERT_EQ(Create("f").status, 201);
  const std::string target = "functions/f/invocations";
  HttpReply reply = Send("POST", target, R"({"a":1})", {{"X-Amz-Log-Type", "Tail"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content(), R"([{"a":1},null])");
  EXPECT_EQ(Header(reply, "X-Amz-Log-Result"), EncodeBase64("printed"));
  EXPECT_EQ(Header(reply, "X-Amz-Executed-Version"), "$LATEST");
  EXPECT_EQ(Header(reply, "X-Amz-Function-Error"), "");
  reply = Send("POST", target, "");
  EXPECT_EQ(reply.content(), "[{},null]");
  EXPECT_EQ(Header(reply, "X-Amz-Log-Result"), "");
  reply = Send("POST", target, R"({"fail":true})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Header(reply, "X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(Send("POST", target, "{}", {{"X-Amz-Invocation-Type", "Event"}}).status, 202);
  EXPECT_EQ(Send("POST", target, "{}", {{"X-Amz-Invocation-Type", "DryRun"}}).status, 204);
  EXPECT_EQ(Send("POST", target, "{}", {{"X-Amz-Invocation-Type", "Other"}}).status, 400);
  EXPECT_EQ(Send("POST", target, std::string(1'048'577, ' '), {{"X-Amz-Invocation-Type", "Event"}}).status, 413);
}

TEST_F(LambdaApiTest, TheClientsContextIsAnObject) {
  ASSERT_EQ(Create("f").status, 201);
  const auto invoke = [&](const std::string& context) {
    return Send("POST", "functions/f/invocations", "1", {{"X-Amz-Client-Context", context}});
  };
  // On one line and in ASCII, for it goes into a header.
  EXPECT_EQ(invoke(EncodeBase64("{\"a\":\n\"\xc3\xa9\"}")).content(), R"([1,{"a":"\u00E9"}])");
  for (const std::string& context :
       {std::string("x"), std::string("===="), EncodeBase64("7"), EncodeBase64("{"), EncodeBase64("\"text\""),
        EncodeBase64("{\"a\":\"" + std::string(3000, 'a') + "\"}")}) {
    const HttpReply reply = invoke(context);
    EXPECT_EQ(reply.status, 400) << context.substr(0, 40);
    EXPECT_NE(reply.content().find("Client context must be a valid Base64-encoded JSON object."), std::string::npos);
  }
}

}  // namespace
}  // namespace dynarock
