#include "tools/client/caller.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "engine/base/ascii.h"
#include "engine/base/iso_time.h"
#include "protocol/sigv4/signature.h"
#include "tools/client/command_error.h"

namespace dynarock {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string OneOf(const std::string& first, const std::string& second) {
  return first.empty() ? second : first;
}

}  // namespace

Credentials CallersKeys() {
  Credentials keys{Variable("AWS_ACCESS_KEY_ID"), Variable("AWS_SECRET_ACCESS_KEY"), Variable("AWS_SESSION_TOKEN")};
  if (!keys.access_key_id.empty()) return keys;
  const std::string file = OneOf(Variable("AWS_SHARED_CREDENTIALS_FILE"), Variable("HOME") + "/.aws/credentials");
  if (const auto profiles = ReadCredentialsFile(file)) {
    const std::string wanted = OneOf(Variable("AWS_PROFILE"), "default");
    for (const auto& [name, found] : *profiles) {
      if (name == wanted) return found;
    }
  }
  return {"dynarock", "dynarock"};
}

std::string CallersRegion() {
  return OneOf(OneOf(Variable("AWS_REGION"), Variable("AWS_DEFAULT_REGION")), "us-east-1");
}

void CheckRegion(const std::string& region) {
  constexpr std::size_t kLongest = 64;
  const bool is_name =
      !region.empty() && region.size() <= kLongest &&
      std::all_of(region.begin(), region.end(), [](char c) { return IsAsciiLetterOrDigit(c) || c == '-' || c == '_'; });
  if (is_name) return;
  throw CommandError("The region '" + region.substr(0, kLongest) +
                     "' is not of 1 to 64 letters, digits, '-' and '_': give one such as us-east-1 by --region or "
                     "AWS_REGION.");
}

void SignCall(const Endpoint& endpoint, const std::string& region, const std::string& service, const Credentials& keys,
              HttpCall& call) {
  const std::string time = BasicIsoTime(std::time(nullptr));
  call.headers.emplace_back("X-Amz-Date", time);
  if (!keys.session_token.empty()) call.headers.emplace_back("X-Amz-Security-Token", keys.session_token);
  const std::string host = endpoint.HostHeader();
  std::vector<std::string> names;
  for (const auto& [name, value] : call.headers) names.push_back(LowerCase(name));
  const std::size_t mark = std::min(call.target.find('?'), call.target.size());
  const std::string query = mark < call.target.size() ? call.target.substr(mark + 1) : "";
  const std::string path = call.target.substr(0, mark);
  SignedParts parts{call.method, path, query, {{"host", host}}, Sha256Hex(call.body)};
  for (std::size_t i = 0; i < names.size(); ++i) parts.headers.emplace_back(names[i], call.headers[i].second);
  const SignatureScope scope{time.substr(0, 8), region, service};
  const std::string signature =
      Sign(DeriveSigningKey(keys.secret_access_key, scope), StringToSign(time, scope, CanonicalRequest(parts)));
  call.headers.emplace_back(
      "Authorization", std::string(kSignatureAlgorithm) + " Credential=" + keys.access_key_id + "/" + scope.Text() +
                           ", SignedHeaders=" + SignedHeaderNames(parts.headers) + ", Signature=" + signature);
}

}  // namespace dynarock
