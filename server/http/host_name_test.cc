#include "server/http/host_name.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(HostNameTest, ReadsAddresses) {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "[::1]", "[::ffff:127.0.0.1]", "::ffff:7f00:1"}) {
    const auto host = ReadHost(text);
    ASSERT_TRUE(host) << text;
    EXPECT_TRUE(host->is_address && host->is_loopback) << text;
  }
  for (const char* text : {"128.0.0.1", "10.0.0.1", "0.0.0.0", "::", "fe80::1", "[2001:db8::1]", "::ffff:10.0.0.1"}) {
    const auto host = ReadHost(text);
    ASSERT_TRUE(host) << text;
    EXPECT_TRUE(host->is_address && !host->is_loopback) << text;
  }
}

TEST(HostNameTest, ReadsNames) {
  EXPECT_EQ(ReadHost("LocalHost."), (HostName{"localhost", false, true}));
  EXPECT_EQ(ReadHost("a.b.localhost"), (HostName{"a.b.localhost", false, true}));
  EXPECT_EQ(ReadHost("my_db-1"), (HostName{"my_db-1", false, false}));
  EXPECT_EQ(ReadHost("notlocalhost"), (HostName{"notlocalhost", false, false}));
  EXPECT_EQ(ReadHost("localhost.evil.example"), (HostName{"localhost.evil.example", false, false}));
  EXPECT_EQ(ReadHost("127.0.0.1.nip.io"), (HostName{"127.0.0.1.nip.io", false, false}));
  EXPECT_TRUE(ReadHost(std::string(63, 'a') + ".b"));
}

TEST(HostNameTest, RefusesWhatIsNeither) {
  for (const std::string text : {"",
                                 ".",
                                 "..",
                                 "a..b",
                                 ".a",
                                 "a@b",
                                 "user@localhost",
                                 "local host",
                                 "localhost\t",
                                 "a/b",
                                 "a,DNS:b",
                                 "1.2.3.4,DNS:b",
                                 "127.1",
                                 "2130706433",
                                 "0x7f000001",
                                 "0x7f.0.0.0x1",
                                 "0177.0.0.1",
                                 "127.0.0.1.",
                                 "256.1.1.1",
                                 "example.7",
                                 "[127.0.0.1]",
                                 "[localhost]",
                                 "[::1",
                                 "::1]",
                                 "[fe80::1%eth0]",
                                 "-a",
                                 "a-",
                                 "\xc3\xa9",
                                 "%6c",
                                 "*"}) {
    EXPECT_FALSE(ReadHost(text)) << text;
  }
  EXPECT_FALSE(ReadHost(std::string("localhost\0.evil", 15)));
  EXPECT_FALSE(ReadHost(std::string("127.0.0.1\0.evil", 15)));
  EXPECT_FALSE(ReadHost(std::string(64, 'a')));
  EXPECT_FALSE(ReadHost(std::string(60, 'a') + std::string(200, '.')));
}

TEST(HostNameTest, TakesPortsOff) {
  for (const char* text : {"localhost", "localhost:8000", "localhost.:8000", "localhost:"}) {
    EXPECT_EQ(ReadHostAndPort(text), (HostName{"localhost", false, true})) << text;
  }
  EXPECT_EQ(ReadHostAndPort("[::1]:8000"), (HostName{"::1", true, true}));
  EXPECT_EQ(ReadHostAndPort("127.0.0.1:8000"), (HostName{"127.0.0.1", true, true}));
  for (const char* text : {"localhost:x", "localhost:8000:9", "localhost:123456", "::1", ":8000", "localhost:80@evil",
                           "evil:80@localhost:8000", "[::1]8000", "localhost:8000 "}) {
    EXPECT_FALSE(ReadHostAndPort(text)) << text;
  }
}

TEST(HostNameTest, TellsWhatIsBelowADomain) {
  EXPECT_TRUE(IsWithin("internal", "internal"));
  EXPECT_TRUE(IsWithin("host.docker.internal", "internal"));
  EXPECT_FALSE(IsWithin("evilinternal", "internal"));
  EXPECT_FALSE(IsWithin("internal.evil", "internal"));
}

}  // namespace
}  // namespace dynarock
