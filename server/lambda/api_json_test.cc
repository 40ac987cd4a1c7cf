#include "server/lambda/api_json.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

template <class T>
std::string ErrorOf(const Result<T>& result) {
  return result ? "" : result.error().message;
}

TEST(ApiJson, ABodyIsAnObject) {
  EXPECT_TRUE(JsonBody("{}").Object());
  EXPECT_TRUE(JsonBody("").Object());
  for (const char* text : {"[]", "1", "\"a\"", "{", "{\"a\":1,}"}) {
    const JsonBody body(text);
    const auto object = body.Object();
    ASSERT_FALSE(object) << text;
    EXPECT_EQ(object.error().code, ErrorCode::kSerialization);
    EXPECT_EQ(object.error().message, "Could not parse request body into json: it is no JSON object.");
  }
}

TEST(ApiJson, MembersHaveTypes) {
  const JsonText text(R"({"text":"a","integer":7,"half":0.5,"yes":true,"object":{},"list":[],"null":null})");
  const Json& json = *text.json();
  EXPECT_EQ(*TextMember(json, "text"), "a");
  EXPECT_EQ(*IntegerMember(json, "integer"), 7);
  EXPECT_EQ(*BooleanMember(json, "yes"), true);
  EXPECT_TRUE((*ObjectMember(json, "object"))->IsObject());
  EXPECT_TRUE((*ListMember(json, "list"))->IsArray());
  for (const char* name : {"null", "absent"}) {
    EXPECT_EQ(*TextMember(json, name), std::nullopt) << name;
    EXPECT_EQ(*IntegerMember(json, name), std::nullopt) << name;
    EXPECT_EQ(*BooleanMember(json, name), std::nullopt) << name;
    EXPECT_EQ(*ObjectMember(json, name), nullptr) << name;
    EXPECT_EQ(*ListMember(json, name), nullptr) << name;
  }
  EXPECT_EQ(ErrorOf(TextMember(json, "integer")), "The value of integer is no string.");
  EXPECT_EQ(ErrorOf(IntegerMember(json, "half")), "The value of half is no integer.");
  EXPECT_EQ(ErrorOf(BooleanMember(json, "text")), "The value of text is no boolean.");
  EXPECT_EQ(ErrorOf(ObjectMember(json, "list")), "The value of list is no object.");
  EXPECT_EQ(ErrorOf(ListMember(json, "object")), "The value of object is no list.");
}

TEST(ApiJson, Base64) {
  EXPECT_EQ(*ParseBase64("YQ=="), "a");
  EXPECT_EQ(*ParseBase64("YR=="), "a");  // with bits that no byte takes
  EXPECT_EQ(*ParseBase64("YWJj"), "abc");
  EXPECT_EQ(*ParseBase64(""), "");
  for (const char* text : {"Y", "YQ=", "YQ==\n", "Y*==", "==", "\xff\xff\xff\xff"}) {
    EXPECT_EQ(ErrorOf(ParseBase64(text)), "The text is not valid Base64.") << text;
  }
}

TEST(ApiJson, QueryParametersAreDecoded) {
  constexpr std::string_view kQuery = "a=1&b=x%2Fy+z&&c&d=&e=p=q&a=2&%66=g";
  EXPECT_EQ(QueryParameter(kQuery, "a"), "1");
  EXPECT_EQ(QueryParameter(kQuery, "b"), "x/y z");
  EXPECT_EQ(QueryParameter(kQuery, "c"), "");
  EXPECT_EQ(QueryParameter(kQuery, "d"), "");
  EXPECT_EQ(QueryParameter(kQuery, "e"), "p=q");
  EXPECT_EQ(QueryParameter(kQuery, "f"), "g");
  EXPECT_EQ(QueryParameter(kQuery, "g"), std::nullopt);
  EXPECT_EQ(QueryParameter("", "a"), std::nullopt);
}

TEST(ApiJson, PagesFollowEachOther) {
  const std::vector<std::string> names = {"a", "b", "c", "d", "e"};
  std::string seen, query = "MaxItems=2";
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = PageOf(names, query, 50);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_LE(page->end - page->begin, 2U);
    for (std::size_t i = page->begin; i < page->end; ++i) seen += names[i];
    if (page->next.empty()) break;
    query = "MaxItems=2&Marker=" + page->next;
  }
  EXPECT_EQ(seen, "abcde");
  EXPECT_EQ(PageOf(names, "", 3)->end, 3U);
  EXPECT_EQ(PageOf(names, "MaxItems=5", 3)->end, 3U);
  EXPECT_EQ(PageOf(names, "Marker=bb", 50)->begin, 2U);  // a name that is gone
  EXPECT_EQ(PageOf(names, "Marker=z", 50)->begin, 5U);
  for (const char* wrong : {"0", "10001", "-1", "x", "", "1x", "99999999999999999999"}) {
    EXPECT_EQ(ErrorOf(PageOf(names, std::string("MaxItems=") + wrong, 50)),
              "MaxItems must be a number from 1 to 10000.")
        << wrong;
  }
}

}  // namespace
}  // namespace dynarock
