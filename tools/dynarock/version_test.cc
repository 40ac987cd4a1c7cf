#include "tools/dynarock/version.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(Version, ListsWhatIsLinked) {
  const std::string text = VersionText();
  EXPECT_EQ(text.substr(0, text.find('\n')), "dynarock " DYNAROCK_VERSION);
  for (const char* name :
       {"RocksDB", "LZ4", "Boost", "RapidJSON", "OpenSSL", "zlib", "libdeflate", "CLI11", "glibc", "libstdc++"}) {
    const std::size_t place = text.find("\n" + std::string(name) + " ");
    ASSERT_NE(place, std::string::npos) << name << "\n" << text;
    const char first = text[place + std::string(name).size() + 2];
    EXPECT_TRUE(first >= '0' && first <= '9') << name << "\n" << text;
  }
}

}  // namespace
}  // namespace dynarock
