#include "conformance/runner.h"

#include <gtest/gtest.h>

#include <sstream>

namespace dynarock::conformance {
namespace {

std::string Output(const std::string& cases, Wording wording = Wording::kCurrent) {
  const auto target = OpenInProcess(wording, "");
  std::ostringstream out;
  Runner runner(*target, {.wording = wording}, out);
  runner.Run(ParseCaseFile("cases/items/rule.case", "# Source: x\nTable $t pk:S\n" + cases));
  runner.PrintScore();
  return out.str();
}

bool Passes(const std::string& cases, Wording wording = Wording::kCurrent) {
  return Output(cases, wording).find("1 passed, 0 failed") != std::string::npos;
}

TEST(Runner, PassesAndFails) {
  const std::string put = "## Put\nPutItem {\"TableName\":\"$t\",\"Item\":{\"pk\":{\"S\":\"a\"}}}\n";
  EXPECT_TRUE(Passes(put));
  EXPECT_TRUE(Passes(put + "200 {}\n"));
  EXPECT_FALSE(Passes(put + "200 {\"a\":1}\n"));
  EXPECT_FALSE(Passes(put + "400 {}\n"));
  const std::string output = Output(put + "200 {\"a\":1}\n");
  EXPECT_NE(output.find("FAILED cases/items/rule.case:4: Put\n"), std::string::npos) << output;
  EXPECT_NE(output.find("  expected: 200 {\"a\":1}\n  got:      200 {}\n  because:  /a is missing\n"),
            std::string::npos);
  EXPECT_NE(output.find("0 passed, 1 failed"), std::string::npos);
}

TEST(Runner, Wordings) {
  const std::string put = "## Put\nPutItem {\"TableName\":\"$t\",\"Item\":{\"pk\":{\"SS\":[]}}}\n";
  const std::string rule =
      "ValidationException: One or more parameter values were invalid: An string set  may not be empty\n";
  for (const Wording wording : {Wording::kCurrent, Wording::kClassic}) {
    EXPECT_TRUE(Passes(put + "400 enveloped " + rule, wording));
    EXPECT_EQ(Passes(put + "400 " + rule, wording), wording == Wording::kClassic);
    EXPECT_TRUE(Passes(put + "400 classic " + rule + "400 current ValidationException\n", wording));
    EXPECT_TRUE(Passes(put + "400 local ValidationException: not this one\n400 enveloped " + rule, wording));
  }
}

TEST(Runner, WordingOfDynamoDbLocal) {
  const std::string get = "## Get\nGetItem {\"TableName\":\"none\",\"Key\":{\"pk\":{\"S\":\"a\"}}}\n";
  const std::string local = "ResourceNotFoundException: Cannot do operations on a non-existent table\n";
  const std::string other = "ResourceNotFoundException: Requested resource not found\n";
  EXPECT_TRUE(Passes(get + "400 local " + local + "400 " + other, Wording::kLocal));
  EXPECT_TRUE(Passes(get + "400 " + other + "400 local " + local, Wording::kLocal));
  EXPECT_FALSE(Passes(get + "400 " + other, Wording::kLocal));
  EXPECT_TRUE(Passes(get + "400 classic " + local + "400 current " + other, Wording::kLocal));
}

TEST(Runner, SeveralConstraintsInAnyOrder) {
  const std::string get = "## Get\nGetItem {}\n400 ValidationException: ";
  const std::string key = "Value null at 'key' failed to satisfy constraint: Member must not be null";
  const std::string table = "Value null at 'tableName' failed to satisfy constraint: Member must not be null";
  EXPECT_TRUE(Passes(get + "2 validation errors detected: " + key + "; " + table + "\n"));
  EXPECT_TRUE(Passes(get + "2 validation errors detected: " + table + "; " + key + "\n"));
  EXPECT_FALSE(Passes(get + "2 validation errors detected: " + key + "; " + key + "\n"));
  EXPECT_FALSE(Passes(get + "3 validation errors detected: " + key + "; " + table + "\n"));
}

TEST(Runner, CapturesGoIntoLaterRequests) {
  EXPECT_TRUE(
      Passes("## Page\nPutItem {\"TableName\":\"$t\",\"Item\":{\"pk\":{\"S\":\"a\"}}}\nScan "
             "{\"TableName\":\"$t\",\"Limit\":1}\n"
             "200 {\"LastEvaluatedKey\":\"$$last\",\"...\":true}\n"
             "Scan {\"TableName\":\"$t\",\"ExclusiveStartKey\":\"$last\"}\n200 "
             "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}\n"));
}

TEST(Runner, FailedSetUpFailsAllCases) {
  EXPECT_NE(
      Output("Scan {\"TableName\":\"$u\"}\n## a\nScan {}\n400 {\"...\":true}\n## b\nScan {}\n400 {\"...\":true}\n")
          .find("0 passed, 2 failed"),
      std::string::npos);
}

TEST(Runner, LeavesNoTables) {
  const auto target = OpenInProcess(Wording::kCurrent, "");
  std::ostringstream out;
  Runner runner(*target, {}, out);
  runner.Run(ParseCaseFile("cases/items/rule.case", "# Source: x\n## a\nTable $t pk:S\nTable $z pk:S\n"));
  EXPECT_TRUE(runner.all_passed()) << out.str();
  EXPECT_EQ(target->Call("ListTables", "{}").body, R"({"TableNames":[]})");
}

}  // namespace
}  // namespace dynarock::conformance
