#include "conformance/case_file.h"

#include <gtest/gtest.h>

namespace dynarock::conformance {
namespace {

CaseFile Parsed(const std::string& text) {
  return ParseCaseFile("cases/family/rule.case", text);
}

std::string ErrorOf(const std::string& text) {
  try {
    Parsed(text);
  } catch (const CaseError& error) {
    return error.what();
  }
  return "";
}

constexpr const char* kFile = R"(# A rule.
# Source: API_PutItem
Table $t pk:S

## First
PutItem {"TableName":"$t",
  "Item":{"pk":{"S":"a"}}}
200 {}

## Second
# A remark.
GetItem {"TableName":"$t"}
400 classic ValidationException: one
  and two
400 current ValidationException: three
Scan {}
400 enveloped ValidationException: x
Query {}
)";

TEST(CaseFile, PartsOfAFile) {
  const CaseFile file = Parsed(kFile);
  EXPECT_EQ(file.family, "family");
  EXPECT_EQ(file.source, "API_PutItem");
  ASSERT_EQ(file.set_up.exchanges.size(), 1U);
  EXPECT_EQ(file.set_up.exchanges[0].operation, "CreateTable");
  ASSERT_EQ(file.cases.size(), 2U);
  EXPECT_EQ(file.cases[0].title, "First");
  EXPECT_EQ(file.cases[0].line, 5);
  const Exchange& put = file.cases[0].exchanges.at(0);
  EXPECT_EQ(put.line, 6);
  EXPECT_EQ(put.body, R"({"TableName":"$t", "Item":{"pk":{"S":"a"}}})");
  EXPECT_EQ(put.expected.at(0).json, "{}");
}

TEST(CaseFile, Expectations) {
  const CaseFile file = Parsed(kFile);
  const std::vector<Exchange>& exchanges = file.cases[1].exchanges;
  ASSERT_EQ(exchanges.size(), 3U);
  const Expectation& classic = exchanges[0].expected.at(0);
  EXPECT_EQ(classic.status, 400);
  EXPECT_EQ(classic.wording, Wording::kClassic);
  EXPECT_EQ(classic.error_name, "ValidationException");
  EXPECT_EQ(classic.message, "one and two");
  EXPECT_EQ(exchanges[0].expected.at(1).wording, Wording::kCurrent);
  EXPECT_TRUE(exchanges[1].expected.at(0).is_enveloped);
  EXPECT_TRUE(exchanges[2].expected.empty());
}

TEST(CaseFile, Mistakes) {
  EXPECT_EQ(ErrorOf("## a\nScan {}\n"), "cases/family/rule.case:1: a case file needs a line `# Source: ...`");
  EXPECT_EQ(ErrorOf("# Source: x\nScan {}\n"), "cases/family/rule.case:1: no case: a case starts with `## title`");
  EXPECT_EQ(ErrorOf("# Source: x\n## a\n## b\nScan {}\n"), "cases/family/rule.case:2: the case has no request");
  EXPECT_EQ(ErrorOf("# Source: x\n## a\n200 {}\n"), "cases/family/rule.case:3: a reply without a request");
  EXPECT_EQ(ErrorOf("# Source: x\n## a\nscan {}\n"), "cases/family/rule.case:3: neither a request nor a reply: scan");
  EXPECT_EQ(ErrorOf("# Source: x\n\n  {}\n"), "cases/family/rule.case:3: nothing to continue");
  EXPECT_EQ(ErrorOf("# Source: x\n## a\nScan {}\n400 oops\n"),
            "cases/family/rule.case:4: no reply: give JSON or an error");
  EXPECT_EQ(ErrorOf("# Source: x\n## a\nScan {}\n## a\nScan {}\n"),
            "cases/family/rule.case:4: two cases of this title");
  EXPECT_EQ(ErrorOf("# Source: x\nTable $t\n## a\nScan {}\n"),
            "cases/family/rule.case:2: a table is `Table $t pk:S sk:N`");
}

TEST(CaseFile, ShortFormOfATable) {
  EXPECT_EQ(CreateTableBody({"$t pk:S sk:N"}),
            R"({"TableName":"$t","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
            R"({"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"pk",)"
            R"("AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}]})");
  const std::string indexed = CreateTableBody({"$t pk:S", "gsi by_a a:B pk:S ALL", "lsi by_b pk:S b:N INCLUDE x y"});
  EXPECT_NE(indexed.find(R"("GlobalSecondaryIndexes":[{"IndexName":"by_a","KeySchema":[{"AttributeName":"a",)"
                         R"("KeyType":"HASH"},{"AttributeName":"pk","KeyType":"RANGE"}],"Projection":)"
                         R"({"ProjectionType":"ALL"}}])"),
            std::string::npos);
  EXPECT_NE(indexed.find(R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x","y"]})"),
            std::string::npos);
  EXPECT_THROW(CreateTableBody({"$t pk:S", "index a"}), std::invalid_argument);
  EXPECT_THROW(CreateTableBody({"$t pk:S", "gsi a pk:S"}), std::invalid_argument);
}

}  // namespace
}  // namespace dynarock::conformance
