#include "engine/base/uuid.h"

#include <gtest/gtest.h>

#include <regex>

namespace dynarock {
namespace {

TEST(Uuid, IsOfVersionFour) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = NewUuid();
    EXPECT_TRUE(std::regex_match(uuid, form)) << uuid;
    EXPECT_NE(uuid, NewUuid());
  }
}

TEST(Uuid, TextOfBytes) {
  EXPECT_EQ(UuidText("0123456789abcdefXYZ"), "30313233-3435-3637-3839-616263646566");
}

}  // namespace
}  // namespace dynarock
