#include "protocol/sigv4/signature.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "engine/base/ascii.h"
#include "engine/base/percent_encoding.h"

namespace dynarock {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SignatureScope kScope{"20150830", "us-east-1", "service"};
constexpr std::string_view kTime = "20150830T123600Z";

struct Vector {
  std::string flags;
  std::map<std::string, std::string> parts;  // by the name of the suite's file
};

// By the name of the suite's folder.
std::map<std::string, Vector> ReadVectors() {
  std::map<std::string, Vector> vectors;
  std::ifstream file("protocol/sigv4/signature_vectors.txt");
  Vector* vector = nullptr;
  std::string* part = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      const std::string head = line.substr(4);
      vector = &vectors[head.substr(0, head.find(' '))];
      vector->flags = head.substr(std::min(head.find(' '), head.size()));
      part = nullptr;
    } else if (vector != nullptr && line.starts_with("--- ")) {
      part = &vector->parts[line.substr(4)];
    } else if (part != nullptr) {
      *part += part->empty() ? line : "\n" + line;
    }
  }
  return vectors;
}

struct RawRequest {
  std::string method, path, query, authorization, body;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
};

RawRequest ReadRequest(const std::string& text) {
  RawRequest request;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  request.method = line.substr(0, first);
  const std::string target = line.substr(first + 1, last - first - 1);
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) request.query = target.substr(mark + 1);
  while (std::getline(lines, line) && !line.empty()) {
    if (line[0] == ' ') {  // goes on with the header before
      request.headers.back().second += line;
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string name = LowerCase(line.substr(0, colon));
    (name == "authorization" ? request.authorization : request.headers.emplace_back(name, "").second) =
        line.substr(colon + 1);
  }
  std::getline(lines, request.body, '\0');
  return request;
}

// What follows `name=` up to `end`.
std::string ValueOf(const std::string& text, const std::string& name, char end) {
  const std::size_t at = text.find(name + "=");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 1;
  return text.substr(begin, text.find(end, begin) - begin);
}

std::string CanonicalOf(const RawRequest& request, const std::string& signed_names, const std::string& query,
                        const Vector& vector) {
  SignedParts parts{request.method, request.path, query, {}, Sha256Hex(request.body)};
  const std::string names = ";" + signed_names + ";";
  for (const auto& [name, value] : request.headers) {
    if (names.find(";" + name + ";") != std::string::npos) parts.headers.emplace_back(name, value);
  }
  return CanonicalRequest(parts, vector.flags.find("unnormalized") == std::string::npos);
}

std::string SignatureOf(const std::string& canonical) {
  return Sign(DeriveSigningKey(kSecret, kScope), StringToSign(kTime, kScope, canonical));
}

TEST(SignatureTest, HeadersOfTheSuite) {
  const auto vectors = ReadVectors();
  EXPECT_EQ(vectors.size(), 38u);
  for (const auto& [name, vector] : vectors) {
    SCOPED_TRACE(name);
    const RawRequest request = ReadRequest(vector.parts.at("header-signed-request"));
    const std::string signed_names = ValueOf(request.authorization, "SignedHeaders", ',');
    const std::string canonical = CanonicalOf(request, signed_names, request.query, vector);
    EXPECT_EQ(canonical, vector.parts.at("header-canonical-request"));
    EXPECT_EQ(SignatureOf(canonical), ValueOf(request.authorization, "Signature", ','));
  }
}

TEST(SignatureTest, QueriesOfTheSuite) {
  for (const auto& [name, vector] : ReadVectors()) {
    SCOPED_TRACE(name);
    const RawRequest request = ReadRequest(vector.parts.at("query-signed-request"));
    std::vector<std::string_view> without = {"X-Amz-Signature"};
    if (vector.flags.find("token-omitted") != std::string::npos) without.push_back("X-Amz-Security-Token");
    const std::string signed_names = PercentDecoded(ValueOf(request.query, "X-Amz-SignedHeaders", '&'));
    const std::string canonical = CanonicalOf(request, signed_names, WithoutParameters(request.query, without), vector);
    EXPECT_EQ(canonical, vector.parts.at("query-canonical-request"));
    EXPECT_EQ(SignatureOf(canonical), ValueOf(request.query, "X-Amz-Signature", '&'));
  }
}

// Source: IAM User Guide, "Create a signed AWS API request", the example of a derived key.
TEST(SignatureTest, DerivesTheKeyOfTheGuide) {
  const SigningKey key = DeriveSigningKey(kSecret, {"20150830", "us-east-1", "iam"});
  const std::string_view expected =
      "\xc4\xaf\xb1\xcc\x57\x71\xd8\x71\x76\x3a\x39\x3e\x44\xb7\x03\x57\x1b\x55\xcc\x28\x42\x4d\x1a\x5e\x86\xda\x6e\xd3"
      "\xc1\x54\xa4\xb9";
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(key.data()), key.size()), expected);
}

TEST(SignatureTest, ComparesWholeTexts) {
  EXPECT_TRUE(SameBytes("", ""));
  EXPECT_TRUE(SameBytes("abc", "abc"));
  EXPECT_FALSE(SameBytes("abc", "abd"));
  EXPECT_FALSE(SameBytes("abc", "ab"));
}

}  // namespace
}  // namespace dynarock
