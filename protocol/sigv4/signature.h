// Signature Version 4: from a request to its signature.
// Source: IAM User Guide, "Create a signed AWS API request".
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynarock {

inline constexpr std::string_view kSignatureAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kScopeTerminator = "aws4_request";

using HeaderField = std::pair<std::string_view, std::string_view>;  // name in lower case, value

// What of a request is signed. Views of what is on the wire, nothing decoded.
struct SignedParts {
  std::string_view method;
  std::string_view path;
  std::string_view query;            // without '?'
  std::vector<HeaderField> headers;  // several of one name in their order
  std::string payload_hash;          // hex
};

// Where and when a signature holds.
struct SignatureScope {
  std::string date;  // "20150830"
  std::string region;
  std::string service;

  std::string Text() const { return date + "/" + region + "/" + service + "/" + std::string(kScopeTerminator); }
};

using SigningKey = std::array<unsigned char, 32>;

// Dot segments and double slashes of the path are resolved first unless `normalize` is false, as S3 has it.
std::string CanonicalRequest(const SignedParts& parts, bool normalize = true);

// `time` as in X-Amz-Date: "20150830T123600Z".
std::string StringToSign(std::string_view time, const SignatureScope& scope, std::string_view canonical_request);

SigningKey DeriveSigningKey(std::string_view secret_access_key, const SignatureScope& scope);

// 64 hex digits in lower case.
std::string Sign(const SigningKey& key, std::string_view string_to_sign);
std::string Sha256Hex(std::string_view text);

// The sorted names of `headers`, each once, with ';' between them.
std::string SignedHeaderNames(const std::vector<HeaderField>& headers);

// `query` without the parameters of these names, decoded as they are compared.
std::string WithoutParameters(std::string_view query, const std::vector<std::string_view>& names);

// In a time that depends on the sizes only.
bool SameBytes(std::string_view left, std::string_view right);

}  // namespace dynarock
