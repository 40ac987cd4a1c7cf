// Requests with one or two parts replaced by something else: each gets an answer, none a crash.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iterator>
#include <random>
#include <sstream>

#include "protocol/dispatcher.h"
#include "protocol/json_members.h"

namespace dynarock {
namespace {

struct Seed {
  const char* operation;
  const char* body;
};

struct Request {
  std::string operation;
  std::string body;
};

constexpr Seed kSeeds[] = {
    {"CreateTable",
     R"j({"TableName":"made","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],)j"
     R"j("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",)j"
     R"j("LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)j"
     R"j("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]}}],"GlobalSecondaryIndexes":[{"IndexName":"global",)j"
     R"j("KeySchema":[{"AttributeName":"sk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],"TableClass":"STANDARD","DeletionProtectionEnabled":false})j"},
    {"DescribeTable", R"j({"TableName":"chat"})j"},
    {"ListTables", R"j({"Limit":3,"ExclusiveStartTableName":"aaa"})j"},
    {"DeleteTable", R"j({"TableName":"made"})j"},
    {"PutItem",
     R"j({"TableName":"chat","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"m":{"M":{"a":{"L":[{"NULL":true},{"B":"AAE="}]}}},"s":{"SS":["a","b"]},)j"
     R"j("n":{"NS":["1","2"]},"b":{"BS":["AAE="]},"t":{"BOOL":true}},"ConditionExpression":"attribute_not_exists(#n) OR size(m) > :v",)j"
     R"j("ExpressionAttributeNames":{"#n":"n"},"ExpressionAttributeValues":{":v":{"N":"0"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"INDEXES"})j"},
    {"PutItem",
     R"j({"TableName":"chat","Item":{"pk":{"S":"a"},"sk":{"N":"2"}},"Expected":{"a":{"Exists":false},"b":{"ComparisonOperator":"IN",)j"
     R"j("AttributeValueList":[{"S":"x"},{"S":"y"}]}},"ConditionalOperator":"OR"})j"},
    {"GetItem",
     R"j({"TableName":"chat","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"ProjectionExpression":"m.a[0], #s","ExpressionAttributeNames":{"#s":"s"},"ConsistentRead":true})j"},
    {"GetItem", R"j({"TableName":"chat","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"AttributesToGet":["m","s"]})j"},
    {"UpdateItem",
     R"j({"TableName":"chat","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"SET x = if_not_exists(x, :z) + :v, l = list_append(:l, :l) REMOVE m.a[1] ADD n :n DELETE s :s",)j"
     R"j("ExpressionAttributeValues":{":z":{"N":"0"},":v":{"N":"1"},":l":{"L":[{"S":"x"}]},":n":{"NS":["9"]},":s":{"SS":["b"]}},"ReturnValues":"UPDATED_NEW"})j"},
    {"UpdateItem",
     R"j({"TableName":"chat","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"AttributeUpdates":{"x":{"Action":"ADD","Value":{"N":"1"}},"y":{"Action":"DELETE"}}})j"},
    {"DeleteItem",
     R"j({"TableName":"chat","Key":{"pk":{"S":"b"},"sk":{"N":"1"}},"ReturnItemCollectionMetrics":"SIZE"})j"},
    {"Query",
     R"j({"TableName":"chat","KeyConditionExpression":"pk = :p AND sk BETWEEN :a AND :b","FilterExpression":"contains(s, :s)","Limit":2,"ScanIndexForward":false,)j"
     R"j("ExpressionAttributeValues":{":p":{"S":"a"},":a":{"N":"0"},":b":{"N":"9"},":s":{"S":"a"}},"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"5"}},"Select":"ALL_ATTRIBUTES"})j"},
    {"Query",
     R"j({"TableName":"chat","IndexName":"by-sk","KeyConditions":{"sk":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}]}},)j"
     R"j("QueryFilter":{"x":{"ComparisonOperator":"NOT_NULL"}},"AttributesToGet":["pk"]})j"},
    {"Scan",
     R"j({"TableName":"chat","Segment":0,"TotalSegments":3,"ScanFilter":{"x":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"1"}]}},"Select":"COUNT"})j"},
    {"BatchWriteItem",
     R"j({"RequestItems":{"chat":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"N":"7"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"b"},"sk":{"N":"7"}}}}]},"ReturnConsumedCapacity":"TOTAL"})j"},
    {"ExecuteStatement",
     R"j({"Statement":"SELECT * FROM \"chat\" WHERE pk = ?","Parameters":[{"S":"a"}],"Limit":1,"ConsistentRead":true,"NextToken":"AQID","ReturnConsumedCapacity":"TOTAL"})j"},
    {"BatchExecuteStatement",
     R"j({"Statements":[{"Statement":"UPDATE \"chat\" SET x = ? WHERE pk = 'a' AND sk = 1","Parameters":[{"N":"1"}],"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}]})j"},
    {"ExecuteTransaction",
     R"j({"TransactStatements":[{"Statement":"INSERT INTO \"chat\" VALUE {'pk': 't', 'sk': ?}","Parameters":[{"N":"1"}]}],"ClientRequestToken":"t"})j"},
    {"BatchGetItem",
     R"j({"RequestItems":{"chat":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"7"}},{"pk":{"S":"a"},"sk":{"N":"1"}}],"ProjectionExpression":"pk","ConsistentRead":true}}})j"},
};

// Statements, whose words are mutated by themselves as well.
constexpr const char* kStatements[] = {
    R"(SELECT pk, m.a[0], "s" FROM "chat" WHERE pk = 'a' AND sk BETWEEN -1 AND 1E3 AND NOT (contains(s, 'a') OR n IN [1, 2]))",
    R"(SELECT * FROM "chat"."by-sk" WHERE sk IN [1, 2, ?] AND size(s) > 0 ORDER BY sk DESC)",
    R"(SELECT * FROM "chat" WHERE (pk = ? AND sk = 1) OR (pk = 'b' AND sk < 5 AND x IS NOT MISSING))",
    R"(INSERT INTO "chat" VALUE {'pk': 'c', 'sk': 1, 'l': [1, 'x', <<'a'>>, {'m': null}], 'p': ?})",
    R"(UPDATE "chat" SET x = x + 1, l = list_append(l, [1]) REMOVE m.a[1] SET s = set_add(s, <<'z'>>) WHERE pk = 'a' AND sk = 1 AND begins_with(s, 'a') = false RETURNING MODIFIED NEW *)",
    R"(DELETE FROM "chat" WHERE pk = ? AND sk = 1 AND attribute_type(x, 'N') RETURNING ALL OLD *;)",
    R"(EXISTS(SELECT * FROM "chat" WHERE pk = 'a' AND sk = 1 AND x IS NULL))",
};

constexpr const char* kWords[] = {"SELECT",   "FROM",      "WHERE", "AND",
                                  "OR",       "NOT",       "IN",    "IS",
                                  "MISSING",  "BETWEEN",   "(",     ")",
                                  "[",        "]",         "{",     "}",
                                  "<<",       ">>",        ",",     ".",
                                  ":",        ";",         "=",     "<>",
                                  "<",        ">=",        "+",     "-",
                                  "*",        "?",         "'",     "\"",
                                  "''",       "\"\"",      "pk",    "\"chat\"",
                                  "m.a[0]",   "[-1]",      "1E999", "'x'",
                                  "null",     "true",      "size(", "list_append(",
                                  "ORDER BY", "RETURNING", "LIMIT", "SET",
                                  "REMOVE",   "--",        "/*",    "\xf0\x9f",
                                  "\0"};

constexpr const char* kReplacements[] = {"null",
                                         "true",
                                         "0",
                                         "-1",
                                         "1e400",
                                         "1.5",
                                         "\"\"",
                                         "\"x\"",
                                         "\"#n\"",
                                         "\":v\"",
                                         "[]",
                                         "[null]",
                                         "[[]]",
                                         "[\"\"]",
                                         "{}",
                                         "{\"S\":null}",
                                         "{\"L\":[null]}",
                                         "{\"SS\":[null]}",
                                         "{\"NS\":[\"\"]}",
                                         "{\"M\":{\"\":{}}}",
                                         "{\"S\":\"\"}",
                                         "{\"B\":\"\"}",
                                         "{\"N\":\"1E999\"}",
                                         "\"((((((((\"",
                                         "\"a[99999999999999999999]\"",
                                         "\"a = :v AND \"",
                                         "\"ALL_NEW\"",
                                         "[{}]"};

using Allocator = rapidjson::MemoryPoolAllocator<>;

// RapidJSON's SIMD reads some bytes behind a text.
void ParseText(const char* text, rapidjson::Document& document) {
  std::string padded(text);
  padded.reserve(padded.size() + 16);
  document.Parse(padded.c_str());
}

// Every value below `value`, itself included.
void Collect(Json& value, std::vector<Json*>& out) {
  out.push_back(&value);
  if (value.IsObject()) {
    for (auto& member : value.GetObject()) Collect(member.value, out);
  } else if (value.IsArray()) {
    for (auto& element : value.GetArray()) Collect(element, out);
  }
}

std::string Mutated(const Seed& seed, std::mt19937& random) {
  rapidjson::Document document;
  ParseText(seed.body, document);
  for (unsigned i = 0; i <= random() % 2; ++i) {
    std::vector<Json*> places;
    Collect(document, places);
    rapidjson::Document replacement(&document.GetAllocator());
    const std::size_t count = std::size(kReplacements);
    ParseText(kReplacements[random() % count], replacement);
    if (replacement.HasParseError()) replacement.SetDouble(1e308);
    Json copy;
    copy.CopyFrom(replacement, document.GetAllocator());
    places[random() % places.size()]->Swap(copy);
  }
  return WrittenValue(document);
}

// The statement with some of its words dropped, doubled, swapped or replaced.
std::string MutatedStatement(std::mt19937& random) {
  std::istringstream in(kStatements[random() % std::size(kStatements)]);
  std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
  for (unsigned i = 0; i <= random() % 3; ++i) {
    if (words.empty()) words.emplace_back();
    const std::size_t place = random() % words.size();
    switch (random() % 5) {
      case 0:
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      case 1:
        words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), std::string(words[place]));
        break;
      case 2:
        std::swap(words[place], words[random() % words.size()]);
        break;
      case 3:
        words[place] = kWords[random() % std::size(kWords)];
        break;
      default:
        words[place].resize(random() % (words[place].size() + 1));
    }
  }
  std::string statement;
  for (const std::string& word : words) statement += word + (random() % 8 == 0 ? "" : " ");
  return statement;
}

// A request with the statement in it, of one of the three operations.
Request RequestOf(const std::string& statement, std::mt19937& random) {
  const std::string parameters = random() % 2 == 0 ? "" : R"(,"Parameters":[{"S":"a"},{"N":"1"}])";
  const std::string body =
      R"({"Statement":)" + WrittenJson([&](JsonWriter& out) { WriteText(out, statement); }) + parameters + "}";
  switch (random() % 3) {
    case 0:
      return {"ExecuteStatement", body};
    case 1:
      return {"BatchExecuteStatement", R"({"ReturnConsumedCapacity":"INDEXES","Statements":[)" + body + "]}"};
    default:
      return {"ExecuteTransaction", R"({"TransactStatements":[)" + body + "]}"};
  }
}

std::mt19937 SeededRandom() {
  const char* given = std::getenv("DYNAROCK_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atol(given)) : std::random_device{}();
  std::printf("seed %u\n", seed);
  return std::mt19937(seed);
}

TEST(Mutation, EveryRequestGetsAnAnswer) {
  std::mt19937 random = SeededRandom();
  const auto databases = Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>());
  const Dispatcher dispatcher(**databases, {});
  DispatchScratch scratch;
  const Result<void> authentication;
  const auto send = [&](const std::string& operation, std::string body) {
    const std::string sent = body;
    const Reply reply = dispatcher.Dispatch({"DynamoDB_20120810." + operation, body, authentication}, scratch);
    ASSERT_TRUE(reply.status == 200 || reply.status == 400) << operation << " " << sent << " " << reply.body;
  };
  send(
      "CreateTable",
      R"j({"TableName":"chat","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],)j"
      R"j("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",)j"
      R"j("GlobalSecondaryIndexes":[{"IndexName":"by-sk","KeySchema":[{"AttributeName":"sk","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]})j");
  for (const Seed& unchanged : kSeeds) send(unchanged.operation, unchanged.body);
  for (int step = 0; step < 20000 && !HasFatalFailure(); ++step) {
    const Seed& base = kSeeds[random() % std::size(kSeeds)];
    send(base.operation, Mutated(base, random));
    if (step % 2 == 0) continue;
    const Request request = RequestOf(MutatedStatement(random), random);
    send(request.operation, request.body);
  }
}

}  // namespace
}  // namespace dynarock
