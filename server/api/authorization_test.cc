#include "server/api/authorization.h"

#include <gtest/gtest.h>

#include "server/http/given_headers.h"

namespace dynarock {
namespace {

struct Sent {
  std::string credential;
  bool in_query;

  std::string query() const {
    if (!in_query) return "";
    return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + credential +
           "&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
  }
  template <class Use>
  auto With(const Use& use) const {
    GivenHeaders headers(GivenHeaders::List{{"X-Amz-Date", "20150830T123600Z"}});
    if (!in_query) {
      headers.list.emplace_back("Authorization",
                                "AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=host, Signature=0");
    }
    const std::string text = query();
    std::string body;
    return use(HttpRequest{"POST", "/", text, body, "", headers});
  }
  bool IsTaken() const {
    return With([](const HttpRequest& request) {
      return CheckAuthorization(request, KeyIds::kLettersDigitsAndDashes).has_value();
    });
  }
  std::string Owner() const {
    return With([](const HttpRequest& request) {
      const Caller caller = CallerOf(request);
      return std::string(caller.access_key_id) + " " + std::string(caller.region);
    });
  }
};

TEST(AuthorizationTest, ReadsACredentialOnceForAllItsUses) {
  for (const Sent& sent : {Sent{"AKID/20150830/eu-west-1/dynamodb/aws4_request", false},
                           Sent{"AKID/20150830/eu-west-1/dynamodb/aws4_request", true},
                           Sent{"AKID%2F20150830%2feu-west-1%2Fdynamodb%2Faws4_request", true},
                           Sent{"%41KID%2F20150830%2Feu%2Dwest-1%2Fdynamodb%2Faws4_request", true}}) {
    EXPECT_TRUE(sent.IsTaken()) << sent.credential;
    EXPECT_EQ(sent.Owner(), "AKID eu-west-1") << sent.credential;
  }
}

TEST(AuthorizationTest, RefusesKeysThatAreOnlyKeysOnceMoreDecoded) {
  for (const Sent& sent : {Sent{"AKID%252F20150830%252Feu-west-1%252Fdynamodb%252Faws4_request", true},
                           Sent{"AKID%2F20150830%2Feu-west-1%2Fdynamodb%2Faws4_request", false},
                           Sent{"AKID%00/20150830/eu-west-1/dynamodb/aws4_request", true},
                           Sent{"AKID%/20150830/eu-west-1/dynamodb/aws4_request", true},
                           Sent{"%2FAKID/20150830/eu-west-1/dynamodb/aws4_request", true}}) {
    EXPECT_FALSE(sent.IsTaken()) << sent.credential;
  }
}

}  // namespace
}  // namespace dynarock
