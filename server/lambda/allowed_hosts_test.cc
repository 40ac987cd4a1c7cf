#include "server/lambda/allowed_hosts.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(AllowedHosts, LoopbackAndPrivateAddressesMayBeReached) {
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

TEST(AllowedHosts, MoreIsAllowedByName) {
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
