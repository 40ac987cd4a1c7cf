// The most expensive request of each family at its full size: each is answered in time that grows with its size, not
// with its square, and what takes the square of it does not end within the time that the test has. With
// DYNAROCK_MEASURE=1 it prints what each one costs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>

#include "protocol/dispatcher.h"

namespace dynarock {
namespace {

// `count` texts of `make(i)` with commas between.
std::string Joined(int count, const std::function<std::string(int)>& make, std::string_view separator = ",") {
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += separator;
    text += make(i);
  }
  return text;
}

std::string Repeated(int count, const std::string& part, std::string_view separator = ",") {
  return Joined(
      count, [&](int) { return part; }, separator);
}

std::string Quoted(const std::string& text) {
  return "\"" + text + "\"";
}

// Names of equal length, in an order that is not that of their texts.
std::string NameOf(int i) {
  std::string name(4, 'a');
  for (char& c : name) {
    c = static_cast<char>('a' + i % 26);
    i /= 26;
  }
  return name;
}

double CpuMillis() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Megabytes resident, or the most of it since the peak was reset.
double Megabytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::atof(line.c_str() + field.size()) / 1024;
  }
  return 0;
}

class WorstRequests : public testing::Test {
 protected:
  WorstRequests() {
    Send("CreateTable", R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  }

  // The status and the reply's body.
  std::string Send(const std::string& operation, std::string body) {
    const Result<void> authentication;
    const std::size_t size = body.size();
    std::ofstream("/proc/self/clear_refs") << "5";
    const double cpu = CpuMillis(), memory = Megabytes("VmRSS:");
    const Reply reply = dispatcher_.Dispatch({"DynamoDB_20120810." + operation, body, authentication}, scratch_);
    if (std::getenv("DYNAROCK_MEASURE")) {
      std::printf("%-60s %-22s %8.1f ms %7.1f MB beyond a body of %5.1f MB: %d %.90s\n",
                  testing::UnitTest::GetInstance()->current_test_info()->name(), operation.c_str(), CpuMillis() - cpu,
                  Megabytes("VmHWM:") - memory, static_cast<double>(size) / 1e6, reply.status,
                  std::string(reply.body).c_str());
    }
    return std::to_string(reply.status) + " " + std::string(reply.body);
  }

  void Put(const std::string& key, const std::string& attributes) {
    EXPECT_EQ(Send("PutItem", R"({"TableName":"tab","Item":{"pk":{"S":")" + key + "\"}," + attributes + "}}"),
              "200 {}");
  }

  std::string Update(const std::string& key, const std::string& parameters) {
    return Send("UpdateItem", R"({"TableName":"tab","Key":{"pk":{"S":")" + key + "\"}}," + parameters + "}");
  }

  std::string Check(const std::string& condition, const std::string& values) {
    return Send("DeleteItem", R"({"TableName":"tab","Key":{"pk":{"S":"a"}},"ConditionExpression":)" +
                                  Quoted(condition) +
                                  (values.empty() ? "" : R"(,"ExpressionAttributeValues":{)" + values + "}") + "}");
  }

  std::string Run(const std::string& statement, const std::string& parameters = "") {
    return Send("ExecuteStatement", R"({"Statement":)" + Quoted(statement) +
                                        (parameters.empty() ? "" : ",\"Parameters\":[" + parameters + "]") + "}");
  }

  static bool Has(const std::string& reply, const std::string& text) { return reply.find(text) != std::string::npos; }

  const std::unique_ptr<Databases> databases_ =
      std::move(*Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>()));
  const Dispatcher dispatcher_{*databases_, {}};
  DispatchScratch scratch_;
};

constexpr const char* kFailed = "The conditional request failed";
constexpr const char* kTooLarge = "Item size to update has exceeded the maximum allowed size";

// 390 KB, which is near the most that an item can have.
std::string NumberSet(int from = 0) {
  return R"({"NS":[)" + Joined(100'000 - from, [&](int i) { return "\"" + std::to_string(from + i) + "\""; }) + "]}";
}
std::string NullList(int count = 195'000) {
  return R"({"L":[)" + Repeated(count, R"({"NULL":true})") + "]}";
}
std::string ManyAttributes(int count = 55'000) {
  return Joined(count, [](int i) { return Quoted(NameOf(i)) + R"(:{"N":"1"})"; });
}

TEST_F(WorstRequests, ElementsOfSets) {
  Put("a", "\"s\":" + NumberSet());
  const std::string values = R"("ExpressionAttributeValues":{":v":)";
  EXPECT_EQ(Update("a", R"("UpdateExpression":"ADD s :v",)" + values + NumberSet() + "}"), "200 {}");
  EXPECT_EQ(Update("a", R"("UpdateExpression":"DELETE s :v",)" + values + NumberSet(1) + "}"), "200 {}");
  const std::string left = Send("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"a"}}})");
  EXPECT_TRUE(Has(left, R"("s":{"NS":["0"]})")) << left;
}

TEST_F(WorstRequests, LegacyUpdates) {
  Put("a", ManyAttributes());
  const auto all = [](const std::string& update, int count) {
    return R"("AttributeUpdates":{)" + Joined(count, [&](int i) { return Quoted(NameOf(i)) + ":" + update; }) + "}";
  };
  EXPECT_EQ(Update("a", all(R"({"Action":"ADD","Value":{"N":"1"}})", 55'000)), "200 {}");
  EXPECT_TRUE(Has(Update("a", all(R"({"Action":"PUT","Value":{"N":"1"}})", 125'000)), kTooLarge));
  EXPECT_TRUE(Has(Update("a", all(R"({"Action":"DELETE"})", 125'000)), kTooLarge));
}

TEST_F(WorstRequests, LegacyConditions) {
  const std::string tests =
      Joined(125'000, [](int i) { return Quoted(NameOf(i)) + R"(:{"ComparisonOperator":"NULL"})"; });
  const std::string scan = Send("Scan", R"({"TableName":"tab","ScanFilter":{)" + tests + "}}");
  EXPECT_TRUE(Has(scan, "Too many conditions and values")) << scan;
  const std::string expected = Update("a", R"("Expected":{)" + tests + "}");
  EXPECT_TRUE(Has(expected, "Too many conditions and values")) << expected;
  const std::string get = Send("GetItem", R"({"TableName":"tab","Key":{"pk":{"S":"a"}},"AttributesToGet":[)" +
                                              Joined(250'000, [](int i) { return Quoted(NameOf(i)); }) + "]}");
  EXPECT_TRUE(Has(get, "400 "));
}

TEST_F(WorstRequests, ListsAppendedToThemselves) {
  Put("a", "\"l\":" + NullList(100'000));
  const auto each = [](const std::string& value) {
    return R"("UpdateExpression":"SET )" + Joined(110, [&](int i) { return NameOf(i) + "=" + value; }) + "\"";
  };
  EXPECT_TRUE(Has(Update("a", each("list_append(l,l)")), kTooLarge));
  EXPECT_TRUE(Has(Update("a", each("l")), kTooLarge));
  std::string nested = "list_append(l,l)";
  for (int i = 0; i < 60; ++i) nested = "list_append(if_not_exists(x," + nested + "),l)";
  EXPECT_TRUE(Has(Update("a", R"("UpdateExpression":"SET m=)" + nested + "\""), kTooLarge));
}

TEST_F(WorstRequests, LargeValuesUsedOftenInUpdates) {
  const std::string update = R"("UpdateExpression":"SET )" + Joined(300, [](int i) { return NameOf(i) + "=:v"; }) +
                             R"(","ExpressionAttributeValues":{":v":)";
  EXPECT_TRUE(Has(Update("a", update + NullList(250'000) + "}"), kTooLarge));
  const std::string text = R"({"S":")" + std::string(2'200'000, 'a') + "\"}";
  EXPECT_TRUE(Has(Update("a", update + text + "}"), "exceeds max size"));
}

TEST_F(WorstRequests, Placeholders) {
  const auto values = [](int count, const std::string& value) {
    return R"("ExpressionAttributeValues":{)" +
           Joined(count, [&](int i) { return "\":" + NameOf(i) + "\":" + value; }) + "}";
  };
  const std::string update =
      R"("UpdateExpression":"SET )" + Joined(300, [](int i) { return NameOf(i) + "=:" + NameOf(i); }) + "\",";
  const std::string unused = Update("a", update + values(125'000, R"({"NULL":true})"));
  EXPECT_TRUE(Has(unused, "unused in expressions")) << unused;
  EXPECT_LT(unused.size(), 64U * 1024);
  EXPECT_TRUE(Has(Update("a", update + values(125'000, R"({"S":"aaaaaaaaaaaaaaaaaaaa"})")),
                  "ExpressionAttributeValues exceeds max size"));
  const std::string names = Joined(125'000, [](int i) { return "\"#" + NameOf(i) + R"(":"a")"; });
  const std::string get = R"({"TableName":"tab","Key":{"pk":{"S":"a"}},"ProjectionExpression":")" +
                          Joined(650, [](int i) { return "#" + NameOf(i + 124'000); }) +
                          R"(","ExpressionAttributeNames":{)";
  EXPECT_TRUE(Has(Send("GetItem", get + names + "}}"), "overlap"));
  EXPECT_TRUE(
      Has(Send("GetItem",
               get + Joined(125'000, [](int i) { return "\"#" + NameOf(i) + R"(":"aaaaaaaaaaaaaaaaaaaa")"; }) + "}}"),
          "ExpressionAttributeNames exceeds max size"));
}

// Paths that neither overlap nor conflict, in each of a hundred reads and writes.
TEST_F(WorstRequests, ManyPathsManyTimes) {
  const std::string projection = Joined(580, [](int i) { return NameOf(i) + "." + NameOf(i)[0]; });
  const auto key = [](int i) { return R"("TableName":"tab","Key":{"pk":{"S":")" + NameOf(i) + "\"}}"; };
  const std::string got =
      Send("TransactGetItems", R"({"TransactItems":[)" + Joined(100, [&](int i) {
                                 return R"({"Get":{)" + key(i) + R"(,"ProjectionExpression":")" + projection + "\"}}";
                               }) + "]}");
  EXPECT_TRUE(Has(got, "200 ")) << got;
  const std::string removed = Send(
      "TransactWriteItems", R"({"TransactItems":[)" + Joined(100, [&](int i) {
                              return R"({"Update":{)" + key(i) + R"(,"UpdateExpression":"REMOVE )" +
                                     Joined(290, [](int path) { return NameOf(path) + "." + NameOf(path); }) + "\"}}";
                            }) + "]}");
  EXPECT_TRUE(Has(removed, "200 ")) << removed;
}

TEST_F(WorstRequests, ManyPathsOfALargeItem) {
  Put("a", R"("l":)" + NullList(60'000) + R"(,"m":{"M":{)" + ManyAttributes(30'000) + R"(}},"z":{"S":"z"})");
  const std::string in = "z IN (" + Repeated(95, "m.zz") + ")";
  EXPECT_TRUE(Has(Check(Repeated(8, in, " OR "), ""), kFailed));
  const std::string elements =
      "z IN (" + Joined(95, [](int i) { return "l[" + std::to_string(59'000 + i) + "]"; }) + ")";
  EXPECT_TRUE(Has(Check(Repeated(4, elements, " OR "), ""), kFailed));
  const std::string sizes = Repeated(70, "size(l)=size(m)", " OR ");
  EXPECT_TRUE(Has(Check(sizes, ""), kFailed));
  const std::string columns = Joined(1'100, [](int i) { return "m." + NameOf(i); });
  EXPECT_TRUE(Has(Run("SELECT z FROM tab"), R"({"z":{"S":"z"}})"));
  EXPECT_TRUE(Has(Run("SELECT " + columns + " FROM tab"), "200 "));
}

TEST_F(WorstRequests, ContainsOfLargeValues) {
  Put("a", R"("l":)" + NullList(190'000));
  const std::string in_list = Joined(
      130, [](int i) { return "contains(l,:" + NameOf(i) + ")"; }, " OR ");
  const std::string values = Joined(130, [](int i) { return "\":" + NameOf(i) + R"(":{"N":"1"})"; });
  EXPECT_TRUE(Has(Check(in_list, values), kFailed));
  Put("a", R"("l":)" + NumberSet());
  EXPECT_TRUE(Has(Check(in_list, Joined(130, [](int i) { return "\":" + NameOf(i) + R"(":{"N":"-1"})"; })), kFailed));
  Put("a", R"("l":{"S":")" + std::string(390'000, 'a') + "\"}");
  const std::string part = std::string(150'000, 'a') + "b" + std::string(20'000, 'a');
  EXPECT_TRUE(Has(Check("contains(l,:v)", R"(":v":{"S":")" + part + "\"}"), kFailed));
  EXPECT_TRUE(Has(Check(Repeated(150, "contains(l,:v)", " OR "), R"(":v":{"S":")" + part + "\"}"), kFailed));
  // A large literal is asked for what small items have.
  EXPECT_TRUE(Has(Check(Repeated(150, "contains(:v,pk)", " OR "), R"(":v":)" + NullList(250'000)), kFailed));
}

// A page of small items ends early if its filter costs too much, and the next ones bring the rest.
TEST_F(WorstRequests, FiltersOverManyItems) {
  const auto put = [](int i) { return R"({"PutRequest":{"Item":{"pk":{"S":")" + NameOf(i) + "\"}}}}"; };
  for (int i = 0; i < 10'000; i += 25) {
    const std::string puts = Joined(25, [&](int j) { return put(i + j); });
    ASSERT_TRUE(Has(Send("BatchWriteItem", R"({"RequestItems":{"tab":[)" + puts + "]}}"), "200 "));
  }
  const std::string in = "pk IN (" + Repeated(95, "x") + ")";
  const auto scan = [&](const std::string& filter, const std::string& value) {
    return Send("Scan", R"({"TableName":"tab","FilterExpression":)" + Quoted(filter) +
                            R"(,"ExpressionAttributeValues":{":v":)" + value + "}}");
  };
  const std::string page = scan("NOT pk = :v", R"({"S":"-"})");
  EXPECT_FALSE(Has(page, "LastEvaluatedKey"));
  EXPECT_TRUE(Has(page, R"("ScannedCount":10000)"));
  EXPECT_TRUE(Has(scan(Repeated(13, in, " OR ") + " OR pk = :v", R"({"S":"-"})"), "LastEvaluatedKey"));
  const std::string costly = scan("contains(:v,pk)", NullList(250'000));
  EXPECT_TRUE(Has(costly, "LastEvaluatedKey")) << costly;
  EXPECT_TRUE(Has(Run("SELECT " + Joined(1'600, NameOf) + " FROM tab"), "200 "));
}

TEST_F(WorstRequests, DeepExpressions) {
  EXPECT_TRUE(Has(Check(std::string(2'000, '(') + "a = :v" + std::string(2'000, ')'), R"(":v":{"S":"x"})"), "400 "));
  EXPECT_TRUE(Has(Check(Repeated(1'000, "NOT", " ") + " a = :v", R"(":v":{"S":"x"})"), "operator count"));
  std::string call = "a";
  for (int i = 0; i < 600; ++i) call = "size(" + call + ")";
  EXPECT_TRUE(Has(Check(call + " = :v", R"(":v":{"N":"1"})"), "400 "));
  std::string append = "a";
  for (int i = 0; i < 180; ++i) append = "if_not_exists(a," + append + ")";
  EXPECT_TRUE(Has(Update("a", R"("UpdateExpression":"SET b=)" + append + "\""), "400 "));
}

TEST_F(WorstRequests, DeepStatements) {
  const std::string select = "SELECT * FROM tab WHERE ";
  const auto is_refused = [](const std::string& reply) { return Has(reply, "Nested too deeply"); };
  EXPECT_TRUE(is_refused(Run(select + Repeated(4'000, "a", "="))));
  EXPECT_TRUE(is_refused(Run(select + "a" + Repeated(1'000, " IS NULL", ""))));
  EXPECT_TRUE(is_refused(Run(select + Repeated(1'500, "a", " IN["))));
  EXPECT_TRUE(is_refused(Run(select + Repeated(1'500, "NOT", " ") + " a = 1")));
  EXPECT_TRUE(is_refused(Run(select + std::string(4'000, '(') + "a = 1" + std::string(4'000, ')'))));
  EXPECT_TRUE(is_refused(Run(select + "a" + Repeated(800, " IN (b)", ""))));
  EXPECT_TRUE(is_refused(Run(select + "a" + Repeated(400, " BETWEEN b AND c", ""))));
  EXPECT_TRUE(Has(Run("INSERT INTO tab VALUE {'pk': " + std::string(4'000, '[') + std::string(4'000, ']') + "}"),
                  "Nesting Levels"));
}

TEST_F(WorstRequests, StatementsOfManyParts) {
  const std::string keys = "SELECT * FROM tab WHERE pk IN ['" + Joined(100, NameOf, "','") + "'] AND ";
  EXPECT_TRUE(Has(Run(keys + Repeated(900, "a<1", " AND ")), "Too many decomposed"));
  const std::string columns = Joined(1'600, NameOf);
  const auto select = [&](int i) {
    return R"({"Statement":"SELECT )" + columns + " FROM tab WHERE pk = '" + NameOf(i) + "'\"}";
  };
  EXPECT_TRUE(Has(Send("BatchExecuteStatement", R"({"Statements":[)" + Joined(25, select) + "]}"), "200 "));
  const std::string removals = Joined(
      620, [](int i) { return " REMOVE " + NameOf(i); }, "");
  EXPECT_TRUE(Has(Run("UPDATE tab" + removals + " WHERE pk = 'a'"), kFailed));
}

TEST_F(WorstRequests, Parameters) {
  const std::string read = Run("SELECT * FROM tab WHERE pk = ?", Repeated(250'000, R"({"S":"1"})"));
  EXPECT_FALSE(Has(read, "500 ")) << read;
  EXPECT_TRUE(Has(Run("SELECT * FROM tab WHERE pk IN ?", NullList(250'000)), "too many operands"));
}

TEST_F(WorstRequests, TablesOfManyParts) {
  const std::string definitions =
      Joined(100'000, [](int i) { return R"({"AttributeName":")" + NameOf(i) + R"(","AttributeType":"S"})"; });
  const std::string indexes = Joined(40'000, [](int i) {
    return R"({"IndexName":"i)" + NameOf(i) + R"(","KeySchema":[{"AttributeName":")" + NameOf(99'999 - i) +
           R"(","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}})";
  });
  const std::string reply = Send("CreateTable", R"({"TableName":"many","AttributeDefinitions":[)" + definitions +
                                                    R"(],"KeySchema":[{"AttributeName":"aaaa","KeyType":"HASH"}],)"
                                                    R"("BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[)" +
                                                    indexes + "]}");
  EXPECT_TRUE(Has(reply, "400 "));
  EXPECT_LT(reply.size(), 100'000U);
}

}  // namespace
}  // namespace dynarock
