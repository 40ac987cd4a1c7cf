#include "protocol/sigv4/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "engine/base/hex.h"
#include "engine/base/joined.h"
#include "engine/base/percent_encoding.h"
#include "engine/base/text_parts.h"

namespace dynarock {
namespace {

std::string Hex(const SigningKey& bytes) {
  return LowerHex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

SigningKey Hmac(const void* key, std::size_t key_size, std::string_view text) {
  SigningKey mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key, static_cast<int>(key_size), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       mac.data(), &size);
  return mac;
}

std::vector<std::string_view> FilledParts(std::string_view text, char separator) {
  std::vector<std::string_view> parts = PartsOf(text, separator);
  std::erase_if(parts, [](std::string_view part) { return part.empty(); });
  return parts;
}

// RFC 3986, 5.2.4, with empty segments left out.
std::string NormalizedPath(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : FilledParts(path, '/')) {
    if (segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string normalized;
  for (const std::string_view segment : kept) normalized += "/" + std::string(segment);
  const bool is_folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  if (normalized.empty() || is_folder) normalized += '/';
  return normalized;
}

using Parameter = std::pair<std::string, std::string>;

Parameter DecodedParameter(std::string_view text) {
  std::string name = PercentDecoded(TakePart(text, '='));
  return {std::move(name), PercentDecoded(text)};
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<Parameter> parameters;
  for (const std::string_view part : FilledParts(query, '&')) {
    const auto [name, value] = DecodedParameter(part);
    parameters.emplace_back(PercentEncoded(name), PercentEncoded(value));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    AppendListed(canonical, name + "=" + value, "&");
  }
  return canonical;
}

// Without space at its ends, and with one space for several.
std::string TrimmedValue(std::string_view value) {
  std::string trimmed;
  for (const std::string_view word : FilledParts(value, ' ')) {
    AppendListed(trimmed, word, " ");
  }
  return trimmed;
}

std::vector<HeaderField> Sorted(std::vector<HeaderField> headers) {
  std::stable_sort(headers.begin(), headers.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return headers;
}

}  // namespace

std::string CanonicalRequest(const SignedParts& parts, bool normalize) {
  std::string canonical(parts.method);
  const std::string path = normalize ? NormalizedPath(parts.path) : std::string(parts.path);
  canonical += "\n" + PercentEncoded(path, '/') + "\n" + CanonicalQuery(parts.query) + "\n";
  std::string_view before;
  for (const auto& [name, value] : Sorted(parts.headers)) {
    if (name == before) {
      canonical.back() = ',';
      canonical += TrimmedValue(value) + "\n";
    } else {
      canonical += std::string(name) + ":" + TrimmedValue(value) + "\n";
    }
    before = name;
  }
  return canonical + "\n" + SignedHeaderNames(parts.headers) + "\n" + parts.payload_hash;
}

std::string StringToSign(std::string_view time, const SignatureScope& scope, std::string_view canonical_request) {
  return std::string(kSignatureAlgorithm) + "\n" + std::string(time) + "\n" + scope.Text() + "\n" +
         Sha256Hex(canonical_request);
}

SigningKey DeriveSigningKey(std::string_view secret_access_key, const SignatureScope& scope) {
  const std::string first = "AWS4" + std::string(secret_access_key);
  SigningKey key = Hmac(first.data(), first.size(), scope.date);
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service), kScopeTerminator}) {
    key = Hmac(key.data(), key.size(), part);
  }
  return key;
}

std::string Sign(const SigningKey& key, std::string_view string_to_sign) {
  return Hex(Hmac(key.data(), key.size(), string_to_sign));
}

std::string Sha256Hex(std::string_view text) {
  SigningKey hash{};
  EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  return Hex(hash);
}

std::string SignedHeaderNames(const std::vector<HeaderField>& headers) {
  std::string names;
  std::string_view before;
  for (const auto& [name, value] : Sorted(headers)) {
    if (name == before) continue;
    AppendListed(names, name, ";");
    before = name;
  }
  return names;
}

std::string WithoutParameters(std::string_view query, const std::vector<std::string_view>& names) {
  std::string kept;
  for (const std::string_view part : FilledParts(query, '&')) {
    const std::string name = DecodedParameter(part).first;
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    AppendListed(kept, part, "&");
  }
  return kept;
}

bool SameBytes(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace dynarock
