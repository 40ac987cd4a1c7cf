#include "engine/base/base64.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(Base64, ThereAndBack) {
  // Source: RFC 4648, 10.
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(FindBase64Fault(text), Base64Fault::kNone) << text;
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
    EXPECT_EQ(EncodeBase64(all).size(), Base64Size(all.size()));
    EXPECT_EQ(DecodeBase64(EncodeBase64(all)), all);
  }
}

TEST(Base64, AppendsBehindWhatIsThere) {
  std::string text = "x:";
  AppendBase64(text, "ab");
  EXPECT_EQ(text, "x:YWI=");
}

TEST(Base64, NamesTheFault) {
  for (const char* text : {"A", "AA", "AAA", "YQ=", "YQ==\n", "=", "=="})
    EXPECT_EQ(FindBase64Fault(text), Base64Fault::kLength) << text;
  for (const char* text : {"A*==", "AA-_", "AA A", "A===", "====", "=AAA", "AA=A", "\xff\xff\xff\xff", "    YQ=="})
    EXPECT_EQ(FindBase64Fault(text), Base64Fault::kCharacter) << text;
  for (const char* text : {"YR==", "YWJ=", "AAAAYf=="})
    EXPECT_EQ(FindBase64Fault(text), Base64Fault::kSpareBits) << text;
  EXPECT_EQ(DecodeBase64("YR=="), "a");
}

}  // namespace
}  // namespace dynarock
