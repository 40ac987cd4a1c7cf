#include "server/lambda/http_url.h"

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

TEST(HttpUrl, LoopbackAndPrivateAddressesMayBeReached) {
  for (const char* address : {"127.0.0.1", "127.1.2.3", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255",
                              "192.168.1.1", "fd00::1", "::ffff:10.1.1.1"}) {
    EXPECT_TRUE(CheckAddress({}, "compose", address)) << address;
  }
  for (const char* address :
       {"8.8.8.8", "172.15.0.1", "172.32.0.1", "169.254.169.254", "fe80::1", "0.0.0.0", "::", "2001:db8::1",
        "::ffff:8.8.8.8", "::ffff:169.254.169.254", "224.0.0.1", "255.255.255.255", "fe80::1%eth0", "nonsense"}) {
    EXPECT_FALSE(CheckAddress({}, "rebound", address)) << address;
  }
}

TEST(HttpUrl, MoreIsAllowedByName) {
  EXPECT_TRUE(CheckAddress({"hooks.example.com"}, "hooks.example.com", "93.184.216.34"));
  EXPECT_FALSE(CheckAddress({"hooks.example.com"}, "other.example.com", "93.184.216.34"));
  EXPECT_TRUE(CheckAddress({"*"}, "other.example.com", "93.184.216.34"));
  EXPECT_FALSE(CheckAddress({"*"}, "rebound.example.com", "169.254.169.254"));
  EXPECT_TRUE(CheckAddress({"*", "169.254.169.254"}, "169.254.169.254", "169.254.169.254"));
  EXPECT_FALSE(CheckHttpUrl({}, "http://169.254.169.254/latest/meta-data"));
  EXPECT_TRUE(CheckHttpUrl({}, "http://a-name-that-is-resolved-later/"));
}

}  // namespace
}  // namespace dynarock
