#include "server/api/signature_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/base/ascii.h"
#include "engine/base/iso_time.h"
#include "engine/base/percent_encoding.h"
#include "engine/base/text_parts.h"
#include "server/api/authorization.h"

namespace dynarock {
namespace {

// Observed: DynamoDB's messages of 2016 and later say 5 minutes, those of 2014 said 15.
constexpr std::int64_t kSkew = 5 * 60;  // seconds
constexpr std::string_view kNoToken = "The security token included in the request is invalid";

// What a request says of its signature; decoded.
struct Claim {
  std::string algorithm;
  std::string credential;
  std::string signed_headers;
  std::string signature;
  std::string time;
  std::string token;
  std::string query;                   // without the signature itself
  std::optional<std::string> expires;  // seconds; of a query only
};

struct Credential {
  std::string key_id;
  SignatureScope scope;
  std::string terminator;
};

ApiError Incomplete(std::string message) {
  return {ErrorCode::kIncompleteSignature, std::move(message), {}};
}

ApiError Invalid(std::string message) {
  return {ErrorCode::kInvalidSignature, std::move(message), {}};
}

Claim ClaimOfHeader(const HttpRequest& request, std::string_view authorization) {
  const std::string_view date = request.header("X-Amz-Date");
  return {.algorithm = std::string(authorization.substr(0, authorization.find(' '))),
          .credential = ClaimedCredential(request),
          .signed_headers = std::string(FindParameter(authorization, ',', "SignedHeaders")),
          .signature = std::string(FindParameter(authorization, ',', "Signature")),
          .time = std::string(date.empty() ? request.header("Date") : date),
          .token = std::string(request.header("X-Amz-Security-Token")),
          .query = std::string(request.query),
          .expires = std::nullopt};
}

Claim ClaimOfQuery(const HttpRequest& request) {
  const auto value = [&](std::string_view name) { return PercentDecoded(FindParameter(request.query, '&', name)); };
  const std::string expires = value("X-Amz-Expires");
  return {.algorithm = value("X-Amz-Algorithm"),
          .credential = ClaimedCredential(request),
          .signed_headers = value("X-Amz-SignedHeaders"),
          .signature = value("X-Amz-Signature"),
          .time = value("X-Amz-Date"),
          .token = value("X-Amz-Security-Token"),
          .query = WithoutParameters(request.query, {"X-Amz-Signature"}),
          .expires = expires.empty() ? std::nullopt : std::optional(expires)};
}

std::optional<std::int64_t> Number(std::string_view digits) {
  std::int64_t number = 0;
  if (digits.starts_with('-')) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Result<void> CheckTime(const Claim& claim, std::int64_t now) {
  const std::optional<std::int64_t> time = ReadBasicIsoTime(claim.time);
  if (!time) {
    return Incomplete("Date must be in ISO-8601 'basic format'. Got '" + claim.time +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  std::int64_t life = kSkew;
  if (claim.expires) {
    const std::optional<std::int64_t> seconds = Number(*claim.expires);
    // A guess: S3's words for it, which are the only ones known.
    if (!seconds || *seconds > 604800) return Incomplete("X-Amz-Expires should be a number of at most 604800 seconds");
    life = *seconds;
  }
  if (*time < now - life) {
    const bool minutes = life % 60 == 0;
    return Invalid("Signature expired: " + claim.time + " is now earlier than " + BasicIsoTime(now - life) + " (" +
                   BasicIsoTime(now) + " - " + std::to_string(minutes ? life / 60 : life) +
                   (minutes ? " min.)" : " sec.)"));
  }
  if (*time > now + kSkew) {
    return Invalid("Signature not yet current: " + claim.time + " is still later than " + BasicIsoTime(now + kSkew) +
                   " (" + BasicIsoTime(now) + " + " + std::to_string(kSkew / 60) + " min.)");
  }
  return {};
}

Result<Credential> ReadCredential(std::string text) {
  const std::string given = text;
  while (text.ends_with('/')) text.pop_back();
  const std::vector<std::string_view> parts = PartsOf(text, '/');
  if (parts.size() != 5) {
    return Incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + given +
        "'");
  }
  return Credential{std::string(parts[0]),
                    {std::string(parts[1]), std::string(parts[2]), std::string(parts[3])},
                    std::string(parts[4])};
}

// Any region is served here, if it can be one.
bool IsRegion(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<void> CheckScope(const Credential& credential, const Claim& claim, std::string_view service) {
  std::string message;
  const SignatureScope& scope = credential.scope;
  if (!IsRegion(scope.region)) {
    message += "Credential should be scoped to a valid region, not '" + scope.region + "'. ";
  }
  if (scope.service != service) {
    message += "Credential should be scoped to correct service: '" + std::string(service) + "'. ";
  }
  if (credential.terminator != kScopeTerminator) {
    message += "Credential should be scoped with a valid terminator: '" + std::string(kScopeTerminator) + "', not '" +
               credential.terminator + "'. ";
  }
  const std::string day = claim.time.substr(0, 8);
  if (scope.date != day) {
    message += "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
               scope.date + "' != '" + day + "', from '" + claim.time + "'.";
  }
  if (message.empty()) return {};
  return Invalid(message);
}

// What decides whose request it is and what it does must be signed: without that, a signature could be sent again with
// another host, time or operation. A session token may be added after signing, as AWS allows it.
// Source: IAM User Guide, "Create a signed AWS API request": the host and any x-amz-* header that is there. The text is
// recorded for Host; for the others it is a guess after it.
Result<void> CheckSignedHeaders(const HttpRequest& request, const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 5> kActedOn = {"X-Amz-Date", "X-Amz-Target", "X-Amz-Invocation-Type",
                                                        "X-Amz-Log-Type", "X-Amz-Client-Context"};
  const bool has_header = !request.header("Authorization").empty();
  const auto is_signed = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_signed("host")) return Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  for (const std::string_view name : kActedOn) {
    const bool is_idle = name == "X-Amz-Date" && !has_header;  // the query's date counts
    if (is_idle || request.header(name).empty() || is_signed(LowerCase(name))) continue;
    return Invalid("'" + std::string(name) + "' must be a 'SignedHeader' in the AWS Authorization.");
  }
  return {};
}

// A header that is signed and absent counts as empty.
std::string CanonicalOf(const HttpRequest& request, const Claim& claim, const std::vector<std::string>& names) {
  SignedParts parts{request.method, request.path, claim.query, {}, Sha256Hex(request.wire_body)};
  for (const std::string& name : names) {
    const std::vector<std::string_view> values = request.headers.FindAll(name);
    for (const std::string_view value : values) parts.headers.emplace_back(name, value);
    if (values.empty()) parts.headers.emplace_back(name, "");
  }
  return CanonicalRequest(parts);
}

ApiError Mismatch(const std::string& canonical, const std::string& string_to_sign) {
  return Invalid(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request "
      "should have been\n'" +
      canonical + "'\n\nThe String-to-Sign should have been\n'" + string_to_sign + "'\n");
}

}  // namespace

SignatureCheck::SignatureCheck(const std::vector<Credentials>& credentials, std::shared_ptr<const Clock> clock)
    : clock_(std::move(clock)) {
  for (const Credentials& keys : credentials) credentials_.emplace(keys.access_key_id, keys);
}

// Source of order and texts: what public test suites and issue threads recorded of DynamoDB.
Result<void> SignatureCheck::Check(const HttpRequest& request, std::string_view service) const {
  TRY_VOID(CheckAuthorization(request, KeyIds::kLettersDigitsAndDashes));
  const std::string_view authorization = request.header("Authorization");
  if (request.headers.FindAll("Authorization").size() > 1) {
    return Incomplete("There must be one Authorization header. ");  // a guess
  }
  const Claim claim = authorization.empty() ? ClaimOfQuery(request) : ClaimOfHeader(request, authorization);
  TRY_VOID(CheckTime(claim, clock_->Now().value / 1000));
  const std::string signed_headers = LowerCase(claim.signed_headers);
  const std::vector<std::string_view> parts = PartsOf(signed_headers, ';');
  const std::vector<std::string> names(parts.begin(), parts.end());
  TRY_VOID(CheckSignedHeaders(request, names));
  if (claim.algorithm != kSignatureAlgorithm) {
    return Incomplete("Unsupported AWS 'algorithm': '" + claim.algorithm + "' (only " +
                      std::string(kSignatureAlgorithm) + " for now). ");
  }
  TRY(const Credential credential, ReadCredential(claim.credential));
  TRY_VOID(CheckScope(credential, claim, service));
  const auto known = credentials_.find(credential.key_id);
  if (known == credentials_.end()) {
    return ApiError{ErrorCode::kUnrecognizedClient, std::string(kNoToken) + ".", {}};
  }
  const std::string canonical = CanonicalOf(request, claim, names);
  const std::string string_to_sign = StringToSign(claim.time, credential.scope, canonical);
  if (!SameBytes(Sign(KeyFor(known->second, credential.scope), string_to_sign), claim.signature)) {
    return Mismatch(canonical, string_to_sign);
  }
  if (SameBytes(claim.token, known->second.session_token)) return {};
  return ApiError{ErrorCode::kUnrecognizedClient, std::string(kNoToken), {}};
}

SigningKey SignatureCheck::KeyFor(const Credentials& credentials, const SignatureScope& scope) const {
  constexpr std::size_t kMostKeys = 1024;  // regions come from clients
  const std::string name = credentials.access_key_id + "/" + scope.Text();
  const std::lock_guard lock(mutex_);
  if (const auto found = keys_.find(name); found != keys_.end()) return found->second;
  if (keys_.size() >= kMostKeys) keys_.clear();
  return keys_.emplace(name, DeriveSigningKey(credentials.secret_access_key, scope)).first->second;
}

}  // namespace dynarock
