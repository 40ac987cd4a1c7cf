#include "server/authorization.h"

#include <algorithm>
#include <array>

namespace dynarock {
namespace {

ApiError Incomplete(std::string message) {
  return {ErrorCode::kIncompleteSignature, std::move(message), {}};
}

// The value of `name=` among parts set apart by any of `separators`; "" if absent.
std::string_view Parameter(std::string_view text, std::string_view separators, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool starts_part = at == 0 || separators.find(text[at - 1]) != std::string_view::npos;
    const std::size_t value = at + name.size() + 1;
    if (!starts_part || value > text.size() || text[value - 1] != '=') continue;
    std::size_t end = value;
    while (end < text.size() && separators.find(text[end]) == std::string_view::npos) ++end;
    return text.substr(value, end - value);
  }
  return {};
}

// A query's value with its %2F as '/', in memory of this thread.
std::string_view DecodedSlashes(std::string_view text) {
  thread_local std::string decoded;
  decoded.clear();
  while (!text.empty()) {
    const bool is_slash = text.starts_with("%2F") || text.starts_with("%2f");
    decoded += is_slash ? '/' : text[0];
    text.remove_prefix(is_slash ? 3 : 1);
  }
  return decoded;
}

// Credential is keyid/date/region/service/aws4_request; a presigned query spells '/' as %2F.
Result<void> CheckKeyId(std::string_view credential, KeyIds key_ids) {
  const std::string_view key_id = credential.substr(0, credential.find_first_of("/%"));
  const bool well_formed = !key_id.empty() && std::all_of(key_id.begin(), key_id.end(), [key_ids](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (key_ids == KeyIds::kLettersDigitsAndDashes && (c == '_' || c == '-'));
  });
  if (well_formed) return {};
  return ApiError{ErrorCode::kUnrecognizedClient, "The Access Key ID or security token is invalid.", {}};
}

Result<void> CheckHeader(const HttpRequest& request, std::string_view authorization, KeyIds key_ids) {
  std::string message;
  for (const std::string_view name : {"Credential", "Signature", "SignedHeaders"}) {
    if (Parameter(authorization, ", ", name).empty()) {
      message += "Authorization header requires '" + std::string(name) + "' parameter. ";
    }
  }
  if (request.header("X-Amz-Date").empty() && request.header("Date").empty()) {
    message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!message.empty()) return Incomplete(message + "Authorization=" + std::string(authorization));
  return CheckKeyId(Parameter(authorization, ", ", "Credential"), key_ids);
}

Result<void> CheckQuery(const HttpRequest& request, KeyIds key_ids) {
  std::string message;
  for (const std::string_view name :
       {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (Parameter(request.query, "&", name).empty()) {
      message += "AWS query-string parameters must include '" + std::string(name) + "'. ";
    }
  }
  if (!message.empty()) return Incomplete(message + "Re-examine the query-string parameters.");
  return CheckKeyId(Parameter(request.query, "&", "X-Amz-Credential"), key_ids);
}

}  // namespace

Result<void> CheckAuthorization(const HttpRequest& request, KeyIds key_ids) {
  const std::string_view authorization = request.header("Authorization");
  const bool in_query = request.query.find("X-Amz-Algorithm") != std::string_view::npos;
  if (!authorization.empty() && in_query) {
    return ApiError{ErrorCode::kInvalidSignature,
                    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
                    {}};
  }
  if (in_query) return CheckQuery(request, key_ids);
  if (authorization.substr(0, 5) != "AWS4-") {
    return ApiError{ErrorCode::kMissingAuthenticationToken, "Request is missing Authentication Token", {}};
  }
  return CheckHeader(request, authorization, key_ids);
}

Caller CallerOf(const HttpRequest& request) {
  std::string_view credential = Parameter(request.header("Authorization"), ", ", "Credential");
  if (credential.empty()) credential = DecodedSlashes(Parameter(request.query, "&", "X-Amz-Credential"));
  std::array<std::string_view, 3> parts;  // key id, date, region
  for (std::string_view& part : parts) {
    const std::size_t slash = std::min(credential.find('/'), credential.size());
    part = credential.substr(0, slash);
    credential.remove_prefix(std::min(slash + 1, credential.size()));
  }
  return {parts[0], parts[2]};
}

}  // namespace dynarock
