#include "server/lambda/function_json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

class FunctionJsonTest : public testing::Test {
 protected:
  FunctionJsonTest() {
    surroundings_.region = "eu-west-1";
    surroundings_.account_id = "000000000000";
    surroundings_.code_folders = std::make_shared<CodeFolders>((root_ / "code").string(), disposal_);
    fs::create_directories(root_ / "handlers");
  }
  ~FunctionJsonTest() override { fs::remove_all(root_); }

  Result<FunctionDefinition> Decode(const std::string& text) const {
    const JsonText json(text);
    return DecodeNewFunction(*json.json(), surroundings_);
  }

  // The message with which the body is refused, "" if it is not.
  std::string Refusal(const std::string& text) const {
    const auto decoded = Decode(text);
    return decoded ? "" : decoded.error().message;
  }

  std::string Handlers() const { return (root_ / "handlers").string(); }
  // CreateFunction with code in a directory and these other members.
  std::string Body(const std::string& members) const {
    return R"({"FunctionName":"f","Role":"r","Code":{"S3Bucket":"local","S3Key":")" + Handlers() + "\"}," + members +
           "}";
  }

  const fs::path root_ = fs::canonical(fs::temp_directory_path()) / ("dynarock-function-json-" + NewUuid());
  Disposal disposal_;
  FunctionSurroundings surroundings_;
};

TEST(FunctionNameOf, TakesNamesAndArns) {
  for (const char* name : {"f-1_A", "f-1_A:$LATEST", "000000000000:f-1_A", "function:f-1_A",
                           "arn:aws:lambda:eu-west-1:000000000000:function:f-1_A",
                           "arn:aws:lambda:eu-west-1:000000000000:function:f-1_A:$LATEST"}) {
    const auto found = FunctionNameOf(name);
    ASSERT_TRUE(found) << name << ": " << found.error().message;
    EXPECT_EQ(*found, "f-1_A") << name;
  }
  EXPECT_TRUE(FunctionNameOf(std::string(64, 'a')));
}

TEST(FunctionNameOf, RefusesOthers) {
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a/b"), std::string("a.b"), std::string(":f"),
        std::string("function:"), std::string("f\0g", 3), std::string("\xc3\xa9"), std::string(65, 'a')}) {
    const auto found = FunctionNameOf(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, ErrorCode::kValidation) << name;
    EXPECT_TRUE(found.error().message.starts_with("Value '")) << found.error().message;
  }
  for (const char* name : {"f:1", "f:prod", "f:$LATEST:1"}) {
    const auto found = FunctionNameOf(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, ErrorCode::kResourceNotFound) << name;
  }
}

TEST_F(FunctionJsonTest, DecodesAllMembers) {
  const auto function =
      Decode(Body(R"("Runtime":"python3.12","Handler":"m.h","Description":"d","Timeout":900,"MemorySize":10240,)"
                  R"("Environment":{"Variables":{"A1_":"x","Bb":""}},"Tags":{"k":"v"})"));
  ASSERT_TRUE(function) << function.error().message;
  EXPECT_EQ(function->name, "f");
  EXPECT_EQ(function->role, "r");
  EXPECT_EQ(function->runtime, "python3.12");
  EXPECT_EQ(function->handler, "m.h");
  EXPECT_EQ(function->description, "d");
  EXPECT_EQ(function->timeout, 900);
  EXPECT_EQ(function->memory_size, 10'240);
  EXPECT_EQ(function->environment, (std::map<std::string, std::string>{{"A1_", "x"}, {"Bb", ""}}));
  EXPECT_EQ(function->tags, (std::map<std::string, std::string>{{"k", "v"}}));
  EXPECT_EQ(function->code_directory, Handlers());
  EXPECT_FALSE(function->owns_code);
  EXPECT_EQ(function->target, "");
}

TEST_F(FunctionJsonTest, RefusesWhatIsMissingOrOutOfRange) {
  const std::string python = R"("Runtime":"python3.12","Handler":"m.h")";
  const std::pair<std::string, const char*> wrong[] = {
      {"{}", "'functionName' failed to satisfy constraint: Member must not be null"},
      {R"({"FunctionName":"f"})", "'role' failed"},
      {R"({"FunctionName":"f","Role":"r"})", "'code' failed"},
      {R"({"FunctionName":"f","Role":"r","Code":{}})", "Runtime and Handler are mandatory"},
      {R"({"FunctionName":"f","Role":"r","Runtime":"python3","Handler":"m.h","Code":{}})",
       "Please provide a source for function code."},
      {Body(R"("Runtime":"python3.12")"), "Runtime and Handler are mandatory"},
      {Body(python + R"(,"Timeout":0)"), "'timeout' failed to satisfy constraint: Member must have value greater"},
      {Body(python + R"(,"Timeout":901)"), "Member must have value less than or equal to 900"},
      {Body(python + R"(,"Timeout":"3")"), "The value of Timeout is no integer."},
      {Body(python + R"(,"Timeout":1.5)"), "The value of Timeout is no integer."},
      {Body(python + R"(,"MemorySize":127)"), "'memorySize' failed"},
      {Body(python + R"(,"MemorySize":10241)"), "'memorySize' failed"},
      {Body(python + R"(,"Description":1)"), "The value of Description is no string."},
      {Body(python + R"(,"Environment":[])"), "The value of Environment is no object."},
      {Body(python + R"(,"Environment":{"Variables":{"1A":"x"}})"), "'environment.variables' failed"},
      {Body(python + R"(,"Environment":{"Variables":{"":"x"}})"), "'environment.variables' failed"},
      {Body(python + R"(,"Environment":{"Variables":{"A=B":"x"}})"), "'environment.variables' failed"},
      {Body(python + R"(,"Environment":{"Variables":{"A":"x\u0000y"}})"), "contains a NUL character"},
      {Body(python + R"(,"Environment":{"Variables":{"A":1}})"), "The value of A is no string."},
      {Body(python + R"(,"Tags":{"k":1})"), "The value of k is no string."},
      {Body(R"("Runtime":"ruby3.3","Handler":"m.h")"), "'runtime' failed"},
      {Body(R"("Runtime":"python3/../x","Handler":"m.h")"), "'runtime' failed"},
      {Body(R"("Runtime":"python3","Handler":"m h")"), "'handler' failed"},
      {Body(R"("Runtime":"python3","Handler":")" + std::string(129, 'h') + "\""), "'handler' failed"},
  };
  for (const auto& [body, message] : wrong) {
    EXPECT_NE(Refusal(body).find(message), std::string::npos) << body << "\n" << Refusal(body);
  }
}

TEST_F(FunctionJsonTest, TakesCodeFromThreePlaces) {
  const auto decode = [&](const std::string& text, FunctionDefinition& function) {
    const JsonText json(text);
    const Result<void> decoded = DecodeCode(*json.json(), surroundings_, function);
    return decoded ? std::string() : decoded.error().message;
  };
  FunctionDefinition function;
  function.name = "f";
  EXPECT_EQ(decode(R"({"ImageUri":"http://127.0.0.1:9000"})", function), "");
  EXPECT_EQ(function.target, "http://127.0.0.1:9000");
  EXPECT_EQ(decode(R"({"S3Bucket":"local","S3Key":")" + Handlers() + "\"}", function), "");
  EXPECT_EQ(function.target, "");
  EXPECT_EQ(function.code_directory, Handlers());
  EXPECT_EQ(decode(R"({"ImageUri":"builtin:name"})", function), "");
  EXPECT_EQ(function.target, "builtin:name");
  EXPECT_EQ(function.code_directory, "");
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"ZipFile":"YQ="})", "The text is not valid Base64."},
      {R"({"ZipFile":"YWJj"})", "Could not unzip uploaded file."},
      {R"({"S3Bucket":"mine","S3Key":"/"})", "dynarock has no S3"},
      {R"({"S3Bucket":"local","S3Key":"/no/such/directory"})", "There is no directory /no/such/directory"},
      {R"({"S3Bucket":"local"})", "Please provide a source"},
      {R"({"ImageUri":"123.dkr.ecr.eu-west-1.amazonaws.com/i"})", "dynarock runs no images"},
      {R"({"ImageUri":"http://8.8.8.8/"})", "dynarock runs no images"},
      {R"({"ImageUri":"http://169.254.169.254/"})", "dynarock runs no images"},
  };
  for (const auto& [body, message] : wrong) {
    FunctionDefinition other;
    other.name = "f";
    EXPECT_NE(decode(body, other).find(message), std::string::npos) << body << "\n" << decode(body, other);
  }
}

TEST_F(FunctionJsonTest, WritesWhatLambdaShows) {
  FunctionDefinition function;
  function.name = "f";
  function.runtime = "python3.12";
  function.handler = "m.h";
  function.role = "r";
  function.environment = {{"A", "\"x\""}};
  function.modified = {1'795'286'400'123};
  const JsonText shown(WrittenJson([&](JsonWriter& out) { WriteConfiguration(out, function, surroundings_); }));
  const Json& json = *shown.json();
  EXPECT_EQ(TextOf(json["FunctionArn"]), "arn:aws:lambda:eu-west-1:000000000000:function:f");
  EXPECT_EQ(TextOf(json["LastModified"]), "2026-11-21T18:40:00.123+0000");
  EXPECT_EQ(TextOf(json["Environment"]["Variables"]["A"]), "\"x\"");
  EXPECT_EQ(TextOf(json["PackageType"]), "Zip");
  EXPECT_EQ(json["Timeout"].GetInt(), 3);
  function.target = "http://127.0.0.1:9000";
  const JsonText code(WrittenJson([&](JsonWriter& out) { WriteCode(out, function); }));
  EXPECT_EQ(TextOf((*code.json())["ImageUri"]), "http://127.0.0.1:9000");
}

}  // namespace
}  // namespace dynarock
