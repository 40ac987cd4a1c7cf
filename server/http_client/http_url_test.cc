#include "server/http_client/http_url.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(HttpUrl, PartsOfUrls) {
  const auto plain = ParseHttpUrl("http://Web:8080/hook?a=b#c");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "web");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->target, "/hook?a=b");
  const auto bracketed = ParseHttpUrl("http://[::1]:9000");
  ASSERT_TRUE(bracketed);
  EXPECT_EQ(bracketed->host, "::1");
  EXPECT_EQ(bracketed->target, "/");
  EXPECT_EQ(bracketed->HostHeader(), "[::1]:9000");
  EXPECT_EQ(ParseHttpUrl("http://localhost?a")->target, "/?a");
  EXPECT_EQ(ParseHttpUrl("http://db")->port, 80);
  EXPECT_EQ(ParseHttpUrl("http://db:80")->HostHeader(), "db");
}

TEST(HttpUrl, EncryptedOnesOnlyWhereTheyAreAllowed) {
  EXPECT_FALSE(ParseHttpUrl("https://db"));
  const auto encrypted = ParseHttpUrl("https://db", UrlSchemes::kHttpAndHttps);
  ASSERT_TRUE(encrypted);
  EXPECT_TRUE(encrypted->is_encrypted);
  EXPECT_EQ(encrypted->port, 443);
  EXPECT_EQ(encrypted->HostHeader(), "db");
  EXPECT_EQ(ParseHttpUrl("https://db:80", UrlSchemes::kHttpAndHttps)->HostHeader(), "db:80");
  EXPECT_FALSE(ParseHttpUrl("http://db", UrlSchemes::kHttpAndHttps)->is_encrypted);
}

TEST(HttpUrl, RefusesWhatIsNotAUrl) {
  for (const std::string& text : {std::string("http://localhost:99999999999999999999999/"),
                                  std::string("http://localhost:65536/"),
                                  std::string("http://localhost:0/"),
                                  std::string("http://localhost:/"),
                                  std::string("http://localhost:-1/"),
                                  std::string("http://localhost:80x/"),
                                  "http://" + std::string(70'000, 'a') + "/",
                                  "http://" + std::string(254, 'a'),
                                  std::string("http://a/\r\nX-Header: b"),
                                  std::string("http://a\nb/"),
                                  std::string("http://a/\0b", 11),
                                  std::string("http://a b/"),
                                  std::string("http://user@host/"),
                                  std::string("http://[::1/"),
                                  std::string("http://[evil]/"),
                                  std::string("http://[::1]x/"),
                                  std::string("http:///path"),
                                  std::string("http://h\xc3\xa9/"),
                                  std::string("https://host/"),
                                  std::string("file:///x"),
                                  std::string()}) {
    EXPECT_FALSE(ParseHttpUrl(text)) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace dynarock
