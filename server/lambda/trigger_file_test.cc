#include "server/lambda/trigger_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr BuiltInFunction kBuiltIn[] = {{"first", nullptr}, {"second", nullptr}};

class TriggerFileTest : public testing::Test {
 protected:
  TriggerFileTest() {
    surroundings_.region = identity_.region;
    surroundings_.account_id = identity_.account_id;
    surroundings_.built_in = kBuiltIn;
    fs::create_directories(root_ / "handlers");
    for (const char* name : {"a.py", "b.mjs", "c.txt", "bootstrap"}) std::ofstream(root_ / "handlers" / name) << "x";
  }
  ~TriggerFileTest() override { fs::remove_all(root_); }

  Result<TriggerFile> Read(const std::string& text) const {
    std::ofstream(path_) << text;
    return ReadTriggerFile(path_.string(), identity_, surroundings_);
  }

  // The mistakes without the file's path, a line each; "" if there is none.
  std::string Mistakes(const std::string& text) const {
    const auto file = Read(text);
    if (file) return "";
    std::string mistakes = file.error().message;
    const std::string path = path_.string() + ": ";
    for (std::size_t at = mistakes.find(path); at != std::string::npos; at = mistakes.find(path)) {
      mistakes.erase(at, path.size());
    }
    return mistakes;
  }
  std::string FunctionMistakes(const std::string& members) const {
    return Mistakes(R"({"Functions":[{"FunctionName":"f",)" + members + "}]}");
  }

  const fs::path root_ = fs::canonical(fs::temp_directory_path()) / ("dynarock-trigger-file-" + NewUuid());
  const fs::path path_ = root_ / "triggers.json";
  const Identity identity_;
  FunctionSurroundings surroundings_;
};

TEST_F(TriggerFileTest, HasFunctionsOfEachKind) {
  const auto file = Read(R"({"Functions":[
    {"FunctionName":"python","Code":"handlers/a.py","Timeout":10,"MemorySize":256,"Description":"d",
     "Environment":{"Variables":{"K":"v"}}},
    {"FunctionName":"node","Code":"handlers/b.mjs","Handler":"b.other"},
    {"FunctionName":"own","Code":"handlers"},
    {"FunctionName":"url","Url":"http://127.0.0.1:9000/call"},
    {"FunctionName":"built","Builtin":"second"}]})");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->functions.size(), 5U);
  const auto& python = file->functions[0];
  EXPECT_EQ(python.runtime + " " + python.handler, "python3 a.lambda_handler");
  EXPECT_EQ(python.code_directory, (root_ / "handlers").string());
  EXPECT_EQ(python.timeout, 10);
  EXPECT_EQ(python.memory_size, 256);
  EXPECT_EQ(python.description, "d");
  EXPECT_EQ(python.environment.at("K"), "v");
  EXPECT_EQ(file->functions[1].runtime + " " + file->functions[1].handler, "nodejs b.other");
  EXPECT_EQ(file->functions[2].runtime, "provided");
  EXPECT_EQ(file->functions[3].target, "http://127.0.0.1:9000/call");
  EXPECT_EQ(file->functions[4].target, "builtin:second");
}

TEST_F(TriggerFileTest, MappingsKeepTheirUuids) {
  const std::string text = R"({"Functions":[{"FunctionName":"f","Code":"handlers/a.py"}],"EventSourceMappings":[
    {"Table":"orders","FunctionName":"f","BatchSize":7},
    {"EventSourceArn":")" + TableArn(identity_, "users") +
                           R"(","FunctionName":"f","StartingPosition":"TRIM_HORIZON"}]})";
  const auto file = Read(text);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->mappings.size(), 2U);
  EXPECT_EQ(file->mappings[0].event_source_arn, TableArn(identity_, "orders"));
  EXPECT_EQ(file->mappings[0].batch_size, 7);
  EXPECT_EQ(file->mappings[0].starting_position, StartingPosition::kLatest);
  EXPECT_EQ(file->mappings[1].starting_position, StartingPosition::kTrimHorizon);
  const std::string& uuid = file->mappings[0].uuid;
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '8');
  EXPECT_NE(uuid, file->mappings[1].uuid);
  EXPECT_EQ(uuid, Read(text)->mappings[0].uuid);
}

TEST_F(TriggerFileTest, EachMistakeIsASentence) {
  EXPECT_EQ(FunctionMistakes(R"("Code":"handlers/a.py","Url":"http://localhost/")"),
            "Functions[0]: give one of Code, Url and Builtin.");
  EXPECT_EQ(FunctionMistakes(R"("Timeout":3)"), "Functions[0]: give one of Code, Url and Builtin.");
  EXPECT_EQ(FunctionMistakes(R"("Code":7)"), "Functions[0]: The value of Code is no string.");
  EXPECT_EQ(FunctionMistakes(R"("Builtin":"third")"),
            "Functions[0]: there is no built-in function third; there is first, second.");
  EXPECT_EQ(FunctionMistakes(R"("Code":"none.py")"),
            "Functions[0]: there is no file or directory " + (root_ / "none.py").string() + ".");
  EXPECT_TRUE(FunctionMistakes(R"("Code":"handlers/c.txt")")
                  .ends_with("c.txt is no handler: give a .py, .js, .mjs or .cjs file, a bootstrap, or a directory."));
  EXPECT_TRUE(FunctionMistakes(R"("Url":"http://8.8.8.8/")").find("--function-hosts 8.8.8.8") != std::string::npos);
  EXPECT_EQ(Mistakes(R"({"Functions":{}})"), "Functions: it must be a list.");
  EXPECT_EQ(Mistakes(R"({"Functions":[7,{"Code":"handlers/a.py"}]})"),
            "Functions[0]: it must be an object.\nFunctions[1]: FunctionName is missing.");
  EXPECT_TRUE(Mistakes(R"({"Function":[]})").starts_with("the file: there is no member Function; "));
  const std::string twice = R"({"FunctionName":"f","Code":"handlers/a.py"})";
  EXPECT_EQ(Mistakes(R"({"Functions":[)" + twice + "," + twice + "]}"),
            "Functions[1]: the function f stands there twice.");
  EXPECT_EQ(Mistakes(R"({"EventSourceMappings":[{"Table":"t","FunctionName":"g"}]})"),
            "EventSourceMappings[0]: the function g is not among Functions.");
}

TEST_F(TriggerFileTest, TheFileIsAnObjectThatCanBeRead) {
  EXPECT_EQ(ReadTriggerFile((root_ / "none.json").string(), identity_, surroundings_).error().message,
            "Cannot read the file of triggers " + (root_ / "none.json").string() + ".");
  EXPECT_EQ(Mistakes("[]"), path_.string() + " is no JSON object.");
  EXPECT_EQ(Mistakes("{}"), "");
}

TEST_F(TriggerFileTest, ADirectoryNeedsRuntimeAndHandler) {
  fs::remove(root_ / "handlers" / "bootstrap");
  EXPECT_EQ(FunctionMistakes(R"("Code":"handlers")"),
            "the function f has a directory as Code: give its Runtime and Handler.");
  EXPECT_EQ(FunctionMistakes(R"("Code":"handlers","Runtime":"python3.12","Handler":"a.run")"), "");
}

}  // namespace
}  // namespace dynarock
