#include "server/lambda/code_function.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

// Functions whose code hangs while it is loaded.
class CodeFunctionTest : public testing::Test {
 protected:
  CodeFunctionTest() { fs::create_directories(folder_); }
  ~CodeFunctionTest() override { fs::remove_all(folder_); }

  // Calls a function that hangs in its first `hangs` processes and gives the milliseconds that its call has left.
  InvocationResult Call(int hangs, std::int64_t timeout) {
    std::ofstream(folder_ / "code.py") << "import os, time\n"
                                       << "with open('loads', 'a') as loads: loads.write('x')\n"
                                       << "if os.path.getsize('loads') <= " << hangs << ": time.sleep(3600)\n"
                                       << "def handler(event, context):\n"
                                       << "  return context.get_remaining_time_in_millis()\n";
    FunctionDefinition function;
    function.name = "hangs";
    function.runtime = "python3";
    function.handler = "code.handler";
    function.code_directory = folder_.string();
    function.timeout = timeout;
    const FunctionSurroundings surroundings = {.region = "us-east-1",
                                               .account_id = "000000000000",
                                               .access_key_id = "key",
                                               .endpoint = "http://127.0.0.1:1",
                                               .bundle_file = {},
                                               .state_directory = folder_.string(),
                                               .code_folders = nullptr,
                                               .destinations = {},
                                               .allowed_hosts = {},
                                               .init_timeout = std::chrono::seconds(5)};
    Disposal disposal;
    ProcessPool pool({.processes = 2}, disposal);
    return MakeCodeFunction(function, surroundings, pool)
        ->Invoke({.request_id = "id", .payload = "{}", .client_context = ""});
  }

  std::uintmax_t Loads() const { return fs::file_size(folder_ / "loads"); }

  const fs::path folder_ = fs::temp_directory_path() / ("dynarock-code-" + NewUuid());
};

TEST_F(CodeFunctionTest, CodeThatHangsOnceIsLoadedAgain) {
  const InvocationResult result = Call(1, 100);
  EXPECT_TRUE(result.ok()) << result.payload;
  EXPECT_EQ(Loads(), 2U);
  EXPECT_LT(std::stol(result.payload), 100'000);  // loading has used some of it
}

TEST_F(CodeFunctionTest, CodeThatAlwaysHangsHasTheFunctionsTime) {
  const InvocationResult result = Call(1000, 5);
  EXPECT_EQ(result.function_error, "Unhandled");
  EXPECT_EQ(
      result.payload,
      R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 5.00 seconds"})");
  EXPECT_EQ(Loads(), 2U);
}

}  // namespace
}  // namespace dynarock
