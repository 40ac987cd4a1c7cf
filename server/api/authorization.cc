#include "server/api/authorization.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/base/ascii.h"
#include "engine/base/percent_encoding.h"
#include "engine/base/text_parts.h"
#include "protocol/sigv4/signature.h"

namespace dynarock {
namespace {

ApiError Incomplete(std::string message) {
  return {ErrorCode::kIncompleteSignature, std::move(message), {}};
}

// `name=value` of a header or a query.
struct Parameter {
  std::string_view name;
  std::string_view value = {};
  bool is_found = false;
};

// Gives each parameter the value of the first part that begins with `name=`. Parts are set apart by `separator`, and by
// blanks.
void FindParameters(std::string_view text, char separator, std::span<Parameter> parameters) {
  while (!text.empty()) {
    for (std::string_view word = TakePart(text, ' '); !word.empty();) {
      const std::string_view part = TakePart(word, separator);
      for (auto& [name, value, is_found] : parameters) {
        if (is_found || part.size() <= name.size() || part[name.size()] != '=' || !part.starts_with(name)) continue;
        is_found = true;
        value = part.substr(name.size() + 1);
      }
    }
  }
}

Result<void> CheckKeyId(std::string_view credential, KeyIds key_ids) {
  const std::string_view key_id = credential.substr(0, credential.find('/'));
  const bool well_formed = !key_id.empty() && std::all_of(key_id.begin(), key_id.end(), [key_ids](char c) {
    return IsAsciiLetterOrDigit(c) || (key_ids == KeyIds::kLettersDigitsAndDashes && (c == '_' || c == '-'));
  });
  if (well_formed) return {};
  return ApiError{ErrorCode::kUnrecognizedClient, "The Access Key ID or security token is invalid.", {}};
}

Result<void> CheckHeader(const HttpRequest& request, std::string_view authorization, KeyIds key_ids) {
  std::array parameters = {Parameter{"Credential"}, Parameter{"Signature"}, Parameter{"SignedHeaders"}};
  FindParameters(authorization, ',', parameters);
  std::string message;
  for (const Parameter& parameter : parameters) {
    if (parameter.value.empty()) {
      message += "Authorization header requires '" + std::string(parameter.name) + "' parameter. ";
    }
  }
  if (request.header("X-Amz-Date").empty() && request.header("Date").empty()) {
    message += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!message.empty()) return Incomplete(message + "Authorization=" + std::string(authorization));
  return CheckKeyId(parameters[0].value, key_ids);
}

Result<void> CheckQuery(const HttpRequest& request, KeyIds key_ids) {
  std::array parameters = {Parameter{"X-Amz-Algorithm"}, Parameter{"X-Amz-Credential"}, Parameter{"X-Amz-Signature"},
                           Parameter{"X-Amz-SignedHeaders"}, Parameter{"X-Amz-Date"}};
  FindParameters(request.query, '&', parameters);
  std::string message;
  for (const Parameter& parameter : parameters) {
    if (parameter.value.empty()) {
      message += "AWS query-string parameters must include '" + std::string(parameter.name) + "'. ";
    }
  }
  if (!message.empty()) return Incomplete(message + "Re-examine the query-string parameters.");
  return CheckKeyId(PercentDecoded(parameters[1].value), key_ids);
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

std::string_view FindParameter(std::string_view text, char separator, std::string_view name) {
  Parameter parameter{name};
  FindParameters(text, separator, {&parameter, 1});
  return parameter.value;
}

std::string ClaimedCredential(const HttpRequest& request) {
  const std::string_view of_header = FindParameter(request.header("Authorization"), ',', "Credential");
  if (!of_header.empty()) return std::string(of_header);
  return PercentDecoded(FindParameter(request.query, '&', "X-Amz-Credential"));
}

Caller CallerOf(const HttpRequest& request) {
  thread_local std::string claimed;
  claimed = ClaimedCredential(request);
  std::string_view credential = claimed;
  std::array<std::string_view, 3> parts;  // key id, date, region
  for (std::string_view& part : parts) part = TakePart(credential, '/');
  return {parts[0], parts[2]};
}

}  // namespace dynarock
