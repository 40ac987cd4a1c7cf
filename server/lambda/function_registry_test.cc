#include "server/lambda/function_registry.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "engine/base/uuid.h"
#include "engine/database/database.h"
#include "server/lambda/function_record.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

class FunctionRegistryTest : public testing::Test {
 protected:
  FunctionRegistryTest() : database_(std::move(*Database::Open({.in_memory = true}, {}, clock_))) {
    surroundings_.state_directory = root_.string();
  }
  ~FunctionRegistryTest() override { fs::remove_all(root_); }

  // A server's part, from its start to its end.
  struct Server {
    explicit Server(FunctionRegistryTest& test) : pool({}, disposal) {
      test.surroundings_.code_folders = std::make_shared<CodeFolders>((test.root_ / "code").string(), disposal);
      functions =
          std::make_unique<FunctionRegistry>(test.records_, test.surroundings_, BuiltinMaker(), test.clock_, pool);
    }
    Disposal disposal;
    ProcessPool pool;
    std::unique_ptr<FunctionRegistry> functions;
  };

  FunctionDefinition WithCode(const std::string& name) {
    FunctionDefinition function;
    function.name = name;
    function.code_folder = surroundings_.code_folders->New(name);
    function.code_directory = function.code_folder->path();
    function.owns_code = true;
    fs::create_directories(function.code_directory);
    return function;
  }

  std::size_t Folders() const {
    return fs::exists(root_ / "code")
               ? static_cast<std::size_t>(std::distance(fs::directory_iterator(root_ / "code"), {}))
               : 0;
  }

  const std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(EpochMillis{1'000'000});
  const fs::path root_ = fs::temp_directory_path() / ("dynarock-registry-" + NewUuid());
  FunctionSurroundings surroundings_;
  const std::unique_ptr<Database> database_;
  TriggerRecords records_{database_->store(), ""};
};

TEST_F(FunctionRegistryTest, RecordsThatCannotBeReadArePassedOver) {
  {
    Server server(*this);
    ASSERT_TRUE(server.functions->Create(WithCode("good")));
  }
  ASSERT_TRUE(records_.Put(TriggerRecord::kFunction, "torn", "\xff\xff\xff torn"));
  Server server(*this);
  ASSERT_TRUE(server.functions->Load());
  server.functions->RemoveStaleCode();
  EXPECT_TRUE(server.functions->Find("good"));
  EXPECT_FALSE(server.functions->Find("torn"));
  EXPECT_EQ(Folders(), 1u);
}

TEST(FunctionRecordTest, HoldsEverything) {
  FunctionDefinition function;
  function.name = "f";
  function.description = "d";
  function.runtime = "provided.al2023";
  function.owns_code = true;
  function.timeout = 9;
  function.environment = {{"NAME", "value"}, {"OTHER", ""}};
  function.tags = {{"team", "a"}};
  function.modified = {1234};
  function.revision_id = "r";
  const std::string record = EncodeFunction(function);
  EXPECT_EQ(record.substr(0, 8), std::string("\1\1f\2\1d\3\xf", 8));
  const auto decoded = DecodeFunction(record);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(EncodeFunction(*decoded), record);
  EXPECT_EQ(decoded->environment, function.environment);
  EXPECT_EQ(decoded->tags, function.tags);
  EXPECT_EQ(decoded->timeout, 9);
  const auto newer = DecodeFunction(record + "\x7f\3new");
  ASSERT_TRUE(newer);
  EXPECT_EQ(EncodeFunction(*newer), record);
}

TEST(FunctionRecordTest, TruncatedRecordsAreTorn) {
  FunctionDefinition function;
  function.name = "f";
  function.environment = {{"NAME", "value"}};
  const std::string record = EncodeFunction(function);
  std::set<std::size_t> ends;  // of fields: later ones keep their defaults
  for (std::size_t at = 0; at < record.size(); at += 2 + static_cast<std::size_t>(record[at + 1])) ends.insert(at);
  ends.erase(0);
  for (std::size_t length = 0; length < record.size(); ++length) {
    EXPECT_EQ(DecodeFunction(std::string_view(record).substr(0, length)).has_value(), ends.contains(length)) << length;
  }
}

TEST_F(FunctionRegistryTest, StoredUrlsThatAreNoneFailAlone) {
  FunctionDefinition bad;
  bad.name = "bad";
  bad.target = "http://localhost:99999999999999999999999/";
  ASSERT_TRUE(records_.Put(TriggerRecord::kFunction, "bad", EncodeFunction(bad)));
  bad.name = "long";
  bad.target = "http://" + std::string(70'000, 'a') + "/x";
  ASSERT_TRUE(records_.Put(TriggerRecord::kFunction, "long", EncodeFunction(bad)));
  Server server(*this);
  ASSERT_TRUE(server.functions->Load());
  for (const char* name : {"bad", "long"}) {
    const InvocationResult result = server.functions->Invoke(name, "{}");
    EXPECT_EQ(result.function_error, "Unhandled");
    EXPECT_NE(result.payload.find("Unreachable"), std::string::npos) << result.payload.substr(0, 200);
  }
}

TEST_F(FunctionRegistryTest, CodeIsThereAsLongAsAFunctionHasIt) {
  {
    Server server(*this);
    ASSERT_TRUE(server.functions->Create(WithCode("f")));
    EXPECT_FALSE(server.functions->Create(WithCode("f")));
    ASSERT_TRUE(server.functions->Create(WithCode("g")));
    ASSERT_TRUE(server.functions->Update("g", [&](FunctionDefinition& changed) -> Result<void> {
      changed = WithCode("g");
      return {};
    }));
    ASSERT_FALSE(server.functions->Update("g", [&](FunctionDefinition& changed) -> Result<void> {
      changed = WithCode("g");
      return ValidationError("no");
    }));
  }
  EXPECT_EQ(Folders(), 2u);
  fs::create_directories(root_ / "code" / "g-stale" / "inner");
  std::ofstream(root_ / "code" / "stale.zip") << "x";
  {
    Server server(*this);
    ASSERT_TRUE(server.functions->Load());
    EXPECT_EQ(Folders(), 4u);  // the archive counts
    server.functions->RemoveStaleCode();
    EXPECT_EQ(Folders(), 2u);
    ASSERT_TRUE(server.functions->Remove("f"));
  }
  EXPECT_EQ(Folders(), 1u);
}

}  // namespace
}  // namespace dynarock
