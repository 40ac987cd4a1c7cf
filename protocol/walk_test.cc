// Every member of every operation's request, at every level: left out, of each wrong type, repeated, huge and deep.
// Each request gets an answer that is JSON, and none an internal error. Worth most under the address sanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "protocol/attribute_value.h"
#include "protocol/codec/batches.h"
#include "protocol/codec/items.h"
#include "protocol/codec/partiql.h"
#include "protocol/codec/reads.h"
#include "protocol/codec/request_parts.h"
#include "protocol/codec/settings.h"
#include "protocol/codec/streams.h"
#include "protocol/codec/tables.h"
#include "protocol/codec/tags.h"
#include "protocol/codec/transactions.h"
#include "protocol/dispatcher.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

// A JSON value that is put together, and may have anything in one of its places.
struct Node {
  std::string text;                                      // of a scalar, or instead of the parts
  char open = 0;                                         // '{' or '['
  std::vector<std::pair<std::string, Node>> parts = {};  // an array's have no names
};

void Write(const Node& node, std::string& out) {
  if (!node.text.empty()) {
    out += node.text;
    return;
  }
  out += node.open;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    if (i > 0) out += ',';
    if (node.open == '{') out += '"' + node.parts[i].first + "\":";
    Write(node.parts[i].second, out);
  }
  out += node.open == '{' ? '}' : ']';
}

std::string TextOfNode(const Node& node) {
  std::string text;
  Write(node, text);
  return text;
}

Node Scalar(std::string text) {
  return {.text = std::move(text)};
}

// Requests that are right as far as a shape can say it.
class SampleMaker {
 public:
  explicit SampleMaker(bool with_optional) : with_optional_(with_optional) {}

  Node Of(const Shape& shape, std::string_view name) {
    switch (shape.kind) {
      case ShapeKind::kBoolean:
        return Scalar("true");
      case ShapeKind::kString:
        return Scalar('"' + Text(shape, name) + '"');
      case ShapeKind::kInteger:
      case ShapeKind::kLong:
      case ShapeKind::kDouble:
        return Scalar(std::to_string(std::max<std::int64_t>(shape.min, 1)));
      case ShapeKind::kBlob:
        return Scalar("\"AAE=\"");
      case ShapeKind::kList:
        return {.text = "", .open = '[', .parts = {{"", Of(*shape.element, name)}}};
      case ShapeKind::kMap:
        return {.text = "", .open = '{', .parts = {{KeyOf(name), Of(*shape.element, "")}}};
      case ShapeKind::kStructure:
        return Structure(shape);
      default:
        return Value();
    }
  }

 private:
  Node Structure(const Shape& shape) {
    Node node{.text = "", .open = '{'};
    for (const Field& field : shape.fields) {
      if (field.shape->kind == ShapeKind::kUnserved) continue;
      if (!with_optional_ && field.presence == Presence::kOptional) continue;
      node.parts.emplace_back(field.name, Of(*field.shape, field.name));
    }
    return node;
  }

  // All types once; then one, which is what a key may be.
  Node Value() {
    Node one{.text = "", .open = '{', .parts = {{"S", Scalar("\"a\"")}}};
    if (std::exchange(has_all_types_, true)) return one;
    Node all = Structure(kAttributeValueStructure);
    for (const Field& field : kAttributeValueStructure.fields) {
      if (!with_optional_) all.parts.emplace_back(field.name, Of(*field.shape, field.name));
    }
    Node map{.text = "", .open = '{'};
    for (auto& member : all.parts) {
      map.parts.emplace_back("x" + member.first, Node{.text = "", .open = '{', .parts = {member}});
    }
    return {.text = "", .open = '{', .parts = {{"M", map}}};
  }

  static std::string KeyOf(std::string_view field) {
    if (field == "ExpressionAttributeNames") return "#n";
    if (field == "ExpressionAttributeValues") return ":v";
    return field == "RequestItems" ? "walk" : "pk";
  }

  static std::string Text(const Shape& shape, std::string_view name) {
    if (!shape.allowed.empty()) return std::string(shape.allowed[0]);
    if (name == "TableName") return "walk";
    if (name == "KeyConditionExpression" || name == "FilterExpression") return "pk = :v";
    if (name == "UpdateExpression") return "SET #n = :v";
    if (name == "Statement") return "SELECT * FROM walk WHERE pk = ?";
    if (name.ends_with("Arn")) return "arn:aws:dynamodb:us-east-1:000000000000:table/walk";
    if (name == "AttributeName") return "pk";
    return std::string(static_cast<std::size_t>(std::max<std::int64_t>(shape.min, 4)), '1');
  }

  const bool with_optional_;
  bool has_all_types_ = false;
};

std::vector<std::string> WrongValues() {
  std::vector<std::string> values = {"null",
                                     "true",
                                     "0",
                                     "-1",
                                     "1.5",
                                     "99999999999999999999",
                                     "\"\"",
                                     "\"x\"",
                                     "[]",
                                     "{}",
                                     "1e30",
                                     "[null]",
                                     "[[]]",
                                     "[5]",
                                     "{\"\":5}",
                                     "[{}]",
                                     R"({"S":"a"})",
                                     R"({"S":5})",
                                     R"({"x":null})",
                                     R"([{"S":[]}])",
                                     R"({"M":{"a":5},"unknown":[1]})"};
  values.push_back('"' + std::string(70'000, 'y') + '"');
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"M":{"a":)";
  deep += "5";
  for (int i = 0; i < 300; ++i) deep += "}}";
  values.push_back(deep);
  return values;
}

class Walk : public testing::Test {
 protected:
  void SetUp() override {
    databases_ = std::move(*Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>()));
    dispatcher_ = std::make_unique<Dispatcher>(*databases_, DispatchOptions{});
  }

  std::string Send(const std::string& target, const std::string& sent) {
    const Result<void> authentication;
    std::string body = sent;
    const Reply reply = dispatcher_->Dispatch({target, body, authentication}, scratch_);
    ++sent_;
    std::string text(reply.body);
    EXPECT_TRUE(reply.status == 200 || reply.status == 400) << target << " " << sent.substr(0, 2000) << "\n" << text;
    if (!text.empty()) {
      std::string copy = text;
      EXPECT_EQ(JsonReader().Check(copy), JsonProblem::kNone) << target << " " << sent.substr(0, 2000) << "\n" << text;
    }
    return text;
  }

  void MakeTable() {
    Send("DynamoDB_20120810.CreateTable",
         R"({"TableName":"walk","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
    Send("DynamoDB_20120810.PutItem", R"({"TableName":"walk","Item":{"pk":{"S":"a"},"x":{"N":"1"}}})");
  }

  void SendRepeated(const std::string& target, const Node& root) {
    const std::string reply = Send(target, TextOfNode(root));
    EXPECT_NE(reply.find("two members of the same name"), std::string::npos) << target << " " << TextOfNode(root);
  }

  // `node` is below `root`; both are as before when this returns.
  void WalkNode(const std::string& target, const Node& root, Node& node) {
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      const auto kept = node.parts;
      node.parts.erase(node.parts.begin() + static_cast<std::ptrdiff_t>(i));
      Send(target, TextOfNode(root));
      node.parts = kept;
      for (const std::string& value : wrong_) {
        node.parts[i].second = Scalar(value);
        Send(target, TextOfNode(root));
        node.parts = kept;
      }
      if (node.open == '{') {
        node.parts.push_back(kept[i]);
        SendRepeated(target, root);
        for (const char* value : {"null", "5", "\"x\"", "[5]", "{\"S\":5}"}) {
          node.parts.back().second = Scalar(value);
          SendRepeated(target, root);
          std::swap(node.parts.back(), node.parts[i]);
          SendRepeated(target, root);
          std::swap(node.parts.back(), node.parts[i]);
        }
        node.parts = kept;
      }
      WalkNode(target, root, node.parts[i].second);
    }
  }

  void WalkFamily(std::span<const Operation> family, const std::string& service = "DynamoDB_20120810.") {
    for (const Operation& operation : family) {
      MakeTable();
      for (const bool with_optional : {false, true}) {
        Node root = SampleMaker(with_optional).Of(operation.request, "");
        const std::string target = service + std::string(operation.name);
        Send(target, TextOfNode(root));
        WalkNode(target, root, root);
        root.parts.emplace_back("UnknownMember", Scalar(wrong_.back()));
        Send(target, TextOfNode(root));
        if (HasFailure()) return;
      }
    }
    EXPECT_GT(sent_, 100);
  }

  const std::vector<std::string> wrong_ = WrongValues();
  std::unique_ptr<Databases> databases_;
  std::unique_ptr<Dispatcher> dispatcher_;
  DispatchScratch scratch_;
  int sent_ = 0;
};

TEST_F(Walk, Items) {
  WalkFamily(ItemOperations());
}
TEST_F(Walk, Reads) {
  WalkFamily(ReadOperations());
}
TEST_F(Walk, Tables) {
  WalkFamily(TableOperations());
}
TEST_F(Walk, Tags) {
  WalkFamily(TagOperations());
}
TEST_F(Walk, Batches) {
  WalkFamily(BatchOperations());
}
TEST_F(Walk, Transactions) {
  WalkFamily(TransactionOperations());
}
TEST_F(Walk, Statements) {
  WalkFamily(StatementOperations());
}
TEST_F(Walk, Settings) {
  WalkFamily(SettingOperations());
}
TEST_F(Walk, Streams) {
  WalkFamily(StreamOperations(), "DynamoDBStreams_20120810.");
}

// Requests rely on it: only what decoding refuses has its types checked.
TEST(Decoding, RefusesEveryValueOfAWrongType) {
  const std::string types[] = {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"};
  const std::string values[] = {
      "5",         "1.5",         "true",   "\"1\"",        "\"AQI=\"",   "\"AQJ=\"",           "[]",
      "[5]",       "[\"1\"]",     "[[]]",   "[\"AQI=\"]",   "[\"AQJ=\"]", "[null,{\"S\":5}]",   "{}",
      "{\"a\":5}", "[{\"N\":5}]", "[null]", "{\"a\":null}", "\"yes\"",    "{\"a\":{\"S\":[]}}", "[{\"BOOL\":\"No\"}]"};
  std::size_t refused = 0;
  for (const std::string& type : types) {
    for (const std::string& value : values) {
      JsonText text(R"({"k":{")" + type + "\":" + value + "}}");
      ASSERT_TRUE(text.json());
      const bool is_refused = !CheckTypes(*text.json(), kItem);
      refused += is_refused;
      EXPECT_TRUE(!is_refused || DecodeItem(*text.json()).error) << type << " " << value;
    }
  }
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace dynarock
