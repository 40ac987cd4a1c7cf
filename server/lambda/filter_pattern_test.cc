#include "server/lambda/filter_pattern.h"

#include <gtest/gtest.h>

#include <array>

#include "server/lambda/event_filter.h"

namespace dynarock {
namespace {

std::string Nested(int depth) {
  std::string pattern;
  for (int i = 0; i < depth; ++i) pattern += R"({"a":)";
  return pattern + "[1]" + std::string(static_cast<std::size_t>(depth), '}');
}

// Source: event-ruler, JsonRuleCompilerTest.
TEST(FilterPatternTest, ValidPatterns) {
  for (const char* rules :
       {R"([1])", R"([null,true,"x"])", R"([{"prefix":"child"}])", R"([{"suffix":"child"}])",
        R"([{"prefix":{"equals-ignore-case":"child"}}])", R"([{"anything-but":"child"}])", R"([{"anything-but":111}])",
        R"([{"anything-but":["child0","child1"]}])", R"([{"anything-but":[111,222]}])",
        R"([{"anything-but":{"prefix":"foo"}}])", R"([{"anything-but":{"suffix":["abc","123"]}}])",
        R"([{"anything-but":{"equals-ignore-case":["abc",""]}}])", R"([{"exists":true}])", R"([{"exists":false}])",
        R"([{"equals-ignore-case":"abc"}])", R"([{"numeric":["=",3.8]}])", R"([{"numeric":["<",-4e-6]}])",
        R"([{"numeric":[">=",0,"<",1]}])", R"([{"numeric":[">",0,"<=",1]}])"}) {
    EXPECT_TRUE(EventFilter::Compile("{\"a\":" + std::string(rules) + "}")) << rules;
  }
  EXPECT_TRUE(EventFilter::Compile(Nested(90)));
}

// Source: event-ruler, JsonRuleCompilerTest; wildcard, cidr and exactly are not among Lambda's operators. An empty
// prefix by itself is refused, too: a guess.
constexpr auto kInvalidRules = std::to_array<const char*>({R"(1)",
                                                           R"("text")",
                                                           R"([])",
                                                           R"({})",
                                                           R"([[1]])",
                                                           R"([{}])",
                                                           R"([{"x":2}])",
                                                           R"([{"wildcard":"x*"}])",
                                                           R"([{"cidr":"10.0.0.0/8"}])",
                                                           R"([{"exactly":33}])",
                                                           R"([{"prefix":"child","foo":[]}])",
                                                           R"([{"prefix":3}])",
                                                           R"([{"prefix":["a"]}])",
                                                           R"([{"prefix":""}])",
                                                           R"([{"suffix":3}])",
                                                           R"([{"prefix":{"invalid-expression":["abc"]}}])",
                                                           R"([{"prefix":{"equals-ignore-case":5}}])",
                                                           R"([{"suffix":{"equals-ignore-case":"abc","test":"def"}}])",
                                                           R"([{"anything-but":[]}])",
                                                           R"([{"anything-but":["child0",111,"child2"]}])",
                                                           R"([{"anything-but":true}])",
                                                           R"([{"anything-but":null}])",
                                                           R"([{"anything-but":[null]}])",
                                                           R"([{"anything-but":["a",false]}])",
                                                           R"([{"anything-but":{"foo":3}}])",
                                                           R"([{"anything-but":{"prefix":27}}])",
                                                           R"([{"anything-but":{"prefix":""}}])",
                                                           R"([{"anything-but":{"prefix":["1",""]}}])",
                                                           R"([{"anything-but":{"suffix":[1,2]}}])",
                                                           R"([{"anything-but":{"prefix":"foo","a":1}}])",
                                                           R"([{"anything-but":{"wildcard":"x"}}])",
                                                           R"([{"equals-ignore-case":5}])",
                                                           R"([{"equals-ignore-case":["abc"]}])",
                                                           R"([{"exists":"yes"}])",
                                                           R"([{"numeric":[]}])",
                                                           R"([{"numeric":[">"]}])",
                                                           R"([{"numeric":["~",1]}])",
                                                           R"([{"numeric":["=",true]}])",
                                                           R"([{"numeric":["=",2.0e422]}])",
                                                           R"([{"numeric":["=","-4e-6"]}])",
                                                           R"([{"numeric":["<>",1,">",0]}])",
                                                           R"([{"numeric":["==",1]}])",
                                                           R"([{"numeric":["<",1,">",0]}])",
                                                           R"([{"numeric":[">",1,"<",1]}])",
                                                           R"([{"numeric":[">=",1,"<=",1]}])",
                                                           R"([{"numeric":[">",30,"<",1]}])",
                                                           R"([{"numeric":[">",1,">",2]}])",
                                                           R"([{"numeric":["=",1,"<",2]}])",
                                                           R"([{"numeric":[">",1,"<",30,false]}])",
                                                           R"([{"numeric":5}])"});

TEST(FilterPatternTest, InvalidRules) {
  for (const char* rules : kInvalidRules) {
    const auto filter = EventFilter::Compile("{\"a\":" + std::string(rules) + "}");
    ASSERT_FALSE(filter) << rules;
    EXPECT_EQ(filter.error().message, "Invalid filter pattern definition.") << rules;
    EXPECT_FALSE(filter.error().explanation.empty()) << rules;
  }
}

TEST(FilterPatternTest, InvalidObjects) {
  for (const std::string& pattern :
       {std::string(), std::string("[]"), std::string("{"), std::string("{}"), std::string(R"({"a":{"b":{}}})"),
        std::string(R"({"$or":[{"a":[1]}]})"), std::string(R"({"$or":[]})"), std::string(R"({"$or":{"a":[1]}})"),
        std::string(R"({"$or":[{"a":[1]},{}]})"), std::string(R"({"$or":[{"a":[1]},2]})"),
        std::string(R"({"$or":[{"numeric":[1]},{"a":[1]}]})"), std::string(R"({"a":{"$or":[{"a":[1]}]}})"), Nested(102),
        Nested(100'000)}) {
    EXPECT_FALSE(EventFilter::Compile(pattern)) << pattern.substr(0, 100);
  }
}

}  // namespace
}  // namespace dynarock
