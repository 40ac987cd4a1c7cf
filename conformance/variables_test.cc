#include "conformance/variables.h"

#include <gtest/gtest.h>

#include "conformance/case_file.h"

namespace dynarock::conformance {
namespace {

TEST(Variables, TablesAndCaptures) {
  Variables variables("p-");
  EXPECT_EQ(variables.Expand(R"({"TableName":"$t"} table/$u/x)"), R"({"TableName":"p-t"} table/p-u/x)");
  variables.captures()["key"] = R"({"S":"1"})";
  variables.captures()["id"] = R"("abc")";
  EXPECT_EQ(variables.Expand(R"({"a":"$key"})"), R"({"a":{"S":"1"}})");
  EXPECT_EQ(variables.Expand(R"({"a":"$id"})"), R"({"a":"abc"})");
  EXPECT_EQ(variables.Expand(R"({"a":"x-$id"})"), R"({"a":"x-abc"})");
  EXPECT_THROW(variables.Expand("$other"), CaseError);
}

TEST(Variables, PatternsStay) {
  const Variables variables("p-");
  for (const char* text : {R"("$$name")", R"("$any")", R"("$number")", R"({"$any_order":[]})", "5 $ 6", "$"}) {
    EXPECT_EQ(variables.Expand(text), text);
  }
}

TEST(Variables, Generators) {
  const Variables variables("p-");
  EXPECT_EQ(variables.Expand("x$repeat(ab,3)y"), "xabababy");
  EXPECT_EQ(variables.Expand("$repeat((,2)a$repeat(),2)"), "((a))");
  EXPECT_EQ(variables.Expand("$repeat(:v, ,2):v"), ":v, :v, :v");
  EXPECT_EQ(variables.Expand(R"({$list("a%":%,3)})"), R"({"a1":1,"a2":2,"a3":3})");
  EXPECT_EQ(variables.Expand("$repeat(a,0)"), "");
  EXPECT_EQ(variables.Expand("$list($t%,2)"), "p-t1,p-t2");
  EXPECT_THROW(variables.Expand("$repeat(a"), CaseError);
}

}  // namespace
}  // namespace dynarock::conformance
