// What JsonReader lets through: depth, values, names, and the checks in RapidJSON's accessors.
#include "protocol/json.h"

#include <gtest/gtest.h>

#include <utility>

namespace dynarock {
namespace {

std::string Nested(std::size_t depth, const std::string& open, const std::string& close, const std::string& middle) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += middle;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

std::string Repeated(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) (all += i == 0 ? "" : ",") += text;
  return all;
}

JsonProblem ProblemOf(std::string text, RepeatedNames repeated = RepeatedNames::kRefused) {
  JsonReader reader;
  std::string copy = text;
  const Json* json = reader.Parse(text, repeated);
  EXPECT_EQ(json == nullptr, reader.problem() != JsonProblem::kNone);
  JsonReader checker;
  EXPECT_EQ(checker.Check(copy, repeated), reader.problem());
  return reader.problem();
}

// Few brackets are parsed by recursion, many are not.
TEST(Json, DepthIsParsedUpToItsLimit) {
  JsonReader reader;
  for (const std::size_t depth : {1U, 15U, 16U, 17U, 240U, 256U, 1022U, 1023U, 1024U, 1025U, 4095U, 4096U}) {
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
      std::string text = Nested(depth, open, close, "1");
      const Json* value = reader.Parse(text);
      ASSERT_TRUE(value) << depth;
      std::size_t found = 0;
      for (; !value->IsInt(); ++found) value = value->IsArray() ? &*value->Begin() : &value->MemberBegin()->value;
      EXPECT_EQ(found, depth);
      EXPECT_EQ(ProblemOf(Nested(depth, open, "", "1")), JsonProblem::kNoJson) << depth;
    }
  }
  for (const std::size_t depth : {4097U, 4352U, 200'000U, 1'000'000U}) {
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}"), std::pair("[", "")}) {
      EXPECT_EQ(ProblemOf(Nested(depth, open, close, "1")), JsonProblem::kTooDeep) << depth;
    }
  }
}

TEST(Json, TextBehindAZeroByteIsNoJson) {
  EXPECT_EQ(ProblemOf(std::string("{}\0", 3)), JsonProblem::kNoJson);
  EXPECT_EQ(ProblemOf(std::string("{}\0{}", 5)), JsonProblem::kNoJson);
  EXPECT_EQ(ProblemOf(" {} \n"), JsonProblem::kNone);
}

TEST(Json, ValuesAreCounted) {
  const std::size_t open = JsonLimits::kOpenValues - 1;  // one is the array itself
  EXPECT_EQ(ProblemOf("[" + Repeated(open, "1") + "]"), JsonProblem::kNone);
  EXPECT_EQ(ProblemOf("[" + Repeated(open + 1, "1") + "]"), JsonProblem::kTooManyValues);
  EXPECT_EQ(ProblemOf("[[" + Repeated(open, "1") + "]]"), JsonProblem::kTooManyValues);
  const std::string half = "[" + Repeated(open / 2, "0") + "]";
  const std::size_t halves = JsonLimits::kValues / (open / 2 + 1);
  EXPECT_EQ(ProblemOf("[" + Repeated(halves - 1, half) + "]"), JsonProblem::kNone);
  EXPECT_EQ(ProblemOf("[" + Repeated(halves + 1, half) + "]"), JsonProblem::kTooManyValues);
}

// The largest list that fits in an item, and as many names.
TEST(Json, ValuesOfALargeItemAreFew) {
  EXPECT_EQ(ProblemOf(R"({"TableName":"t","Item":{"k":{"S":"a"},"l":{"L":[)" + Repeated(204'800, R"({"NULL":true})") +
                      "]}}}"),
            JsonProblem::kNone);
  std::string members;
  for (int i = 0; i < 100'000; ++i) members += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"NULL":true})";
  EXPECT_EQ(ProblemOf(R"({"TableName":"t","Item":{"k":{"S":"a"},"m":{"M":{)" + members + "}}}}"), JsonProblem::kNone);
}

TEST(Json, RepeatedNamesAreRefusedAtEveryLevel) {
  for (const char* object : {R"({"a":1,"a":1})", R"({"a":1,"a":"x"})", R"({"a":null,"a":1})", R"({"a":1,"b":2,"a":3})",
                             R"({"":1,"":2})", R"({"a":1,"\u0061":2})", R"({"é":1,"\u00e9":2})"}) {
    for (const std::string& text : {std::string(object), "[" + std::string(object) + "]",
                                    R"({"b":{"c":[)" + std::string(object) + "]}}", Nested(300, "[", "]", object)}) {
      EXPECT_EQ(ProblemOf(text), JsonProblem::kRepeatedName) << text;
      EXPECT_EQ(ProblemOf(text, RepeatedNames::kAllowed), JsonProblem::kNone) << text;
    }
  }
  for (const char* text : {R"({"a":1,"b":{"a":1}})", R"([{"a":1},{"a":1}])", R"({"a":{"a":{"a":1}}})",
                           R"({"a":1,"A":1})", R"({"":1,"a":1,"aa":1})"}) {
    EXPECT_EQ(ProblemOf(text), JsonProblem::kNone) << text;
  }
}

// Around the number of names from which they are sorted.
TEST(Json, RepeatedNamesAreFoundAtEveryPlace) {
  for (const int count : {2, 3, 31, 32, 33, 40, 300}) {
    std::vector<std::string> members;
    for (int i = 0; i < count; ++i) members.push_back("\"name" + std::to_string(i * 7919 % 1000) + "\":0");
    const auto object = [&] {
      std::string text = "{";
      for (const std::string& member : members) text += member + ",";
      text.back() = '}';
      return text;
    };
    EXPECT_EQ(ProblemOf(object()), JsonProblem::kNone) << count;
    for (int place = 1; place < count; ++place) {
      const std::string kept = std::exchange(members[static_cast<std::size_t>(place)], members[0]);
      EXPECT_EQ(ProblemOf(object()), JsonProblem::kRepeatedName) << count << " " << place;
      members[static_cast<std::size_t>(place)] = kept;
    }
  }
}

// Also in a release.
TEST(Json, AValueIsNotReadAsAnotherType) {
  std::string text = R"({"number":5,"text":"x","list":[1]})";
  JsonReader reader;
  const Json& json = *reader.Parse(text);
  EXPECT_THROW(static_cast<void>(TextOf(*FindField(json, "number"))), std::exception);
  EXPECT_THROW(static_cast<void>(TextOf(*FindField(json, "list"))), std::exception);
  EXPECT_THROW(static_cast<void>(FindField(json, "text")->GetBool()), std::exception);
  EXPECT_THROW(static_cast<void>(FindField(json, "text")->GetArray()), std::exception);
  EXPECT_THROW(static_cast<void>(FindField(json, "number")->GetObject()), std::exception);
  EXPECT_THROW(static_cast<void>(FindField(json, "text")->GetDouble()), std::exception);
  EXPECT_THROW(static_cast<void>((*FindField(json, "list"))[1]), std::exception);
}

TEST(Json, TheReaderIsUsedAgainAfterEachProblem) {
  JsonReader reader;
  for (int i = 0; i < 3; ++i) {
    for (std::string text : {Nested(5000, "[", "]", ""), "[" + Repeated(300'000, "1") + "]", std::string("{"),
                             std::string(R"({"a":1,"a":2})"), Nested(500, "[{\"a\":", "}]", "1")}) {
      reader.Parse(text);
      reader.Trim();
    }
    std::string text = R"({"a":[1,"x"]})";
    const Json* json = reader.Parse(text);
    ASSERT_TRUE(json);
    EXPECT_EQ(FindField(*json, "a")->Size(), 2U);
  }
}

}  // namespace
}  // namespace dynarock
