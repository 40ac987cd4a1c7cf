#include "tools/trigger/trigger_calls.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/http_client/scripted_server.h"
#include "tools/client/command_error.h"

namespace dynarock::trigger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNone = R"({"Triggers":[]})";
constexpr const char* kTwo =
    R"({"Triggers":[{"Mapping":{"UUID":"u1"},"FunctionName":"f"},{"Mapping":{"UUID":"u2"},"FunctionName":"g"},)"
    R"({"Mapping":{"UUID":"u3"},"FunctionName":"g"}]})";

std::string Ok(const std::string& body) {
  return ScriptedServer::Reply("200 OK", body);
}

// The sentence with which `call(calls)` fails, "" if it does not.
template <class Call>
std::string Sentence(const ScriptedServer& server, Call call) {
  try {
    TriggerCalls calls(server.url(), "us-east-1");
    call(calls);
  } catch (const CommandError& error) {
    return error.what();
  }
  return "";
}

// "POST /path" and the body of each request, a line each.
std::string Sent(ScriptedServer& server) {
  server.Stop();
  std::string lines;
  for (const std::string& request : server.requests()) {
    EXPECT_NE(request.find("\r\nAuthorization: AWS4-HMAC-SHA256 Credential="), std::string::npos) << request;
    lines += request.substr(0, request.find(" HTTP/")) + " " + request.substr(request.find("\r\n\r\n") + 4) + "\n";
  }
  return lines;
}

class TriggerCallsTest : public testing::Test {
 protected:
  TriggerCallsTest() {
    fs::create_directories(root_);
    for (const char* name : {"notify.py", "hook.mjs", "run.sh"}) std::ofstream(root_ / name) << "x";
  }
  ~TriggerCallsTest() override { fs::remove_all(root_); }

  // What `trigger add` sends for these options.
  static std::string Added(const AddOptions& options) {
    ScriptedServer server({Ok("{}"), Ok("{}")});
    EXPECT_EQ(Sentence(server, [&](TriggerCalls& calls) { calls.Add(options); }), "");
    return Sent(server);
  }

  const fs::path root_ =
      fs::canonical(fs::temp_directory_path()) / ("dynarock-trigger-calls-" + std::to_string(getpid()));
};

TEST_F(TriggerCallsTest, AddsAMappingOfAFunctionThatIsThere) {
  AddOptions options;
  options.table = "t";
  options.function = "f";
  EXPECT_EQ(Added(options),
            "POST /2015-03-31/event-source-mappings/ "
            R"({"EventSourceArn":"t","FunctionName":"f","StartingPosition":"LATEST"})"
            "\n");
}

TEST_F(TriggerCallsTest, AddsAllOptions) {
  AddOptions options;
  options.stream = "arn";
  options.function = "f";
  options.starting_position = "TRIM_HORIZON";
  options.numbers = {{"BatchSize", 10}};
  options.bisect = true;
  options.report_failures = true;
  options.on_failure = "file://x";
  options.filters = {R"({"a":["\"b\""]})", "{}"};
  EXPECT_EQ(Added(options),
            "POST /2015-03-31/event-source-mappings/ "
            R"({"EventSourceArn":"arn","FunctionName":"f","StartingPosition":"TRIM_HORIZON","BatchSize":10,)"
            R"("BisectBatchOnFunctionError":true,"FunctionResponseTypes":["ReportBatchItemFailures"],)"
            R"("DestinationConfig":{"OnFailure":{"Destination":"file://x"}},)"
            R"("FilterCriteria":{"Filters":[{"Pattern":"{\"a\":[\"\\\"b\\\"\"]}"},{"Pattern":"{}"}]}})"
            "\n");
}

TEST_F(TriggerCallsTest, MakesTheFunctionOfAHandler) {
  const std::pair<const char*, const char*> handlers[] = {
      {"notify.py", R"("Runtime":"python3","Handler":"notify.lambda_handler")"},
      {"hook.mjs", R"("Runtime":"nodejs","Handler":"hook.handler")"},
      {"run.sh", R"("Runtime":"provided","Handler":"run.handler")"},
  };
  for (const auto& [file, members] : handlers) {
    AddOptions options;
    options.table = "t";
    options.handler = (root_ / file).string();
    options.timeout = 7;
    options.environment = {"A=b=c", "EMPTY=", "BARE"};
    const std::string sent = Added(options);
    EXPECT_TRUE(sent.starts_with("POST /2015-03-31/functions {\"FunctionName\":\"" + fs::path(file).stem().string()))
        << sent;
    EXPECT_NE(sent.find(members), std::string::npos) << sent;
    EXPECT_NE(sent.find(R"("Timeout":7,"Environment":{"Variables":{"A":"b=c","EMPTY":"","BARE":""}})"),
              std::string::npos)
        << sent;
    EXPECT_NE(sent.find(R"("Code":{"S3Bucket":"local","S3Key":")" + root_.string() + "\"}"), std::string::npos) << sent;
  }
}

TEST_F(TriggerCallsTest, ChangesAFunctionThatIsThere) {
  ScriptedServer server(
      {ScriptedServer::Reply("409 Conflict", R"({"message":"exists"})"), Ok("{}"), Ok("{}"), Ok("{}")});
  AddOptions options;
  options.table = "t";
  options.builtin = "copy";
  EXPECT_EQ(Sentence(server, [&](TriggerCalls& calls) { calls.Add(options); }), "");
  const std::string sent = Sent(server);
  EXPECT_NE(sent.find("PUT /2015-03-31/functions/copy/code {\"ImageUri\":\"builtin:copy\"}\n"), std::string::npos)
      << sent;
  EXPECT_NE(sent.find("PUT /2015-03-31/functions/copy/configuration {}\n"), std::string::npos) << sent;
}

TEST_F(TriggerCallsTest, SaysWhatIsMissing) {
  struct Wrong {
    AddOptions options;
    const char* sentence;
  };
  AddOptions nothing, absent, folder;
  absent.handler = (root_ / "absent.py").string();
  folder.handler = root_.string();
  folder.runtime = "python3";
  for (const Wrong& wrong :
       {Wrong{nothing, "Name the function: --function NAME."}, Wrong{absent, "There is no file or directory"},
        Wrong{folder, "Name the runtime and the entry point of code in a directory"}}) {
    const ScriptedServer server({});
    const std::string sentence = Sentence(server, [&](TriggerCalls& calls) { calls.Add(wrong.options); });
    EXPECT_TRUE(sentence.starts_with(wrong.sentence)) << sentence;
  }
}

TEST_F(TriggerCallsTest, FindsTriggersByUuidOrFunction) {
  const auto change = [](const char* list, const std::string& id) {
    ScriptedServer server({Ok(list), Ok("{}")});
    const std::string sentence = Sentence(server, [&](TriggerCalls& calls) { calls.Change(id, "pause"); });
    return sentence.empty() ? Sent(server).substr(std::string("GET /_dynarock/triggers \n").size()) : sentence;
  };
  EXPECT_EQ(change(kTwo, "u2"), "POST /_dynarock/triggers/u2/pause \n");
  EXPECT_EQ(change(kTwo, "f"), "POST /_dynarock/triggers/u1/pause \n");
  EXPECT_EQ(change(kTwo, "g"), "The function g has several triggers: name one by its uuid.");
  EXPECT_EQ(change(kTwo, "h"), "There is no trigger h: see `dynarock trigger list`.");
  EXPECT_EQ(change(kNone, "u1"), "There is no trigger u1: see `dynarock trigger list`.");
  ScriptedServer server({Ok(kTwo), ScriptedServer::Reply("202 Accepted", "")});
  EXPECT_EQ(Sentence(server, [](TriggerCalls& calls) { calls.Remove("u3"); }), "");
  EXPECT_EQ(Sent(server), "GET /_dynarock/triggers \nDELETE /2015-03-31/event-source-mappings/u3 \n");
}

TEST_F(TriggerCallsTest, AsksForCallsAfterTheLast) {
  ScriptedServer server({Ok("{}"), Ok("{}")});
  EXPECT_EQ(Sentence(server,
                     [](TriggerCalls& calls) {
                       calls.CallsAfter({});
                       calls.CallsAfter(7);
                     }),
            "");
  EXPECT_EQ(Sent(server), "GET /_dynarock/triggers/calls \nGET /_dynarock/triggers/calls?after=7 \n");
}

TEST_F(TriggerCallsTest, SaysWhatTheServerSays) {
  const std::pair<std::string, std::string> replies[] = {
      {ScriptedServer::Reply("400 Bad Request", R"({"message":"Not so."})"), "Not so."},
      {ScriptedServer::Reply("404 Not Found", R"({"Message":"Not there."})"), "Not there."},
      {ScriptedServer::Reply("404 Not Found", "<html>"),
       "answered with HTTP status 404 and not as a dynarock server does"},
      {ScriptedServer::Reply("400 Bad Request", "[1]"),
       "answered with HTTP status 400 and not as a dynarock server does"},
      {Ok("<html>"), "answered with HTTP status 200 and not as a dynarock server does"},
  };
  for (const auto& [reply, sentence] : replies) {
    const ScriptedServer server({reply});
    const std::string said = Sentence(server, [](TriggerCalls& calls) { calls.List(); });
    EXPECT_NE(said.find(sentence), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace dynarock::trigger
