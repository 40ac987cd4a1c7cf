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

// Credential is keyid/date/region/service/aws4_request; a presigned query spells '/' as %2F.
Result<void> CheckKeyId(std::string_view credential) {
  const std::string_view key_id = credential.substr(0, credential.find_first_of("/%"));
  const bool well_formed = !key_id.empty() && std::all_of(key_id.begin(), key_id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
  if (well_formed) return {};
  return ApiError{ErrorCode::kUnrecognizedClient, "The Access Key ID or security token is invalid.", {}};
}

Result<void> CheckHeader(const HttpRequest& request, std::string_view authorization) {
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
  return CheckKeyId(Parameter(authorization, ", ", "Credential"));
}

Result<void> CheckQuery(const HttpRequest& request) {
  std::string message;
  for (const std::string_view name :
       {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (Parameter(request.query, "&", name).empty()) {
      message += "AWS query-string parameters must include '" + std::string(name) + "'. ";
    }
  }
  if (!message.empty()) return Incomplete(message + "Re-examine the query-string parameters.");
  return CheckKeyId(Parameter(request.query, "&", "X-Amz-Credential"));
}

}  // namespace

Result<void> CheckAuthorization(const HttpRequest& request) {
  const std::string_view authorization = request.header("Authorization");
  const bool in_query = request.query.find("X-Amz-Algorithm") != std::string_view::npos;
  if (!authorization.empty() && in_query) {
    return ApiError{ErrorCode::kInvalidSignature,
                    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
                    {}};
  }
  if (in_query) return CheckQuery(request);
  if (authorization.substr(0, 5) != "AWS4-") {
    return ApiError{ErrorCode::kMissingAuthenticationToken, "Request is missing Authentication Token", {}};
  }
  return CheckHeader(request, authorization);
}

}  // namespace dynarock
