#include "tools/dynarock/licenses.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace dynarock {
namespace {

// Tests run in the repository's root.
std::string TextOf(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(name).rdbuf();
  return text.str();
}

TEST(Licenses, AreTheFilesOfTheRepository) {
  EXPECT_EQ(LicensesText(), TextOf("NOTICE") + "\n" + TextOf("LICENSE") + "\n" + TextOf("THIRD-PARTY.md"));
}

TEST(Licenses, NameWhatIsLinked) {
  EXPECT_NE(kLicense.find("Apache License"), std::string_view::npos);
  for (const char* name : {"RocksDB", "Boost", "OpenSSL", "RapidJSON", "CLI11", "zlib", "libdeflate", "LZ4", "minizip",
                           "GNU C Library", "GNU C++ standard library"}) {
    EXPECT_NE(kNotice.find(name), std::string_view::npos) << name;
    EXPECT_NE(kThirdParty.find("\n### " + std::string(name)), std::string_view::npos) << name;
  }
}

}  // namespace
}  // namespace dynarock
