#include "server/api/proxied_hosts.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

constexpr std::array<std::string_view, 5> kAwsDomains = {"amazonaws.com", "amazonaws.com.cn", "api.aws",
                                                         "api.amazonwebservices.com.cn", "amazonaws.eu"};
constexpr std::array<std::string_view, 5> kServices = {"dynamodb", "dynamodb-fips", "streams.dynamodb", "lambda",
                                                       "ddb"};
constexpr std::array<std::string_view, 3> kLocalDomains = {".localhost", ".local", ".internal"};

bool IsService(std::string_view labels) {
  const auto begins = [&](std::string_view service) { return labels.starts_with(std::string(service) + "."); };
  if (std::any_of(kServices.begin(), kServices.end(), begins)) return true;
  // Names by account (123456789012.ddb.us-east-1) and of VPC endpoints (vpce-1a2b.dynamodb.us-east-1.vpce).
  const std::size_t dot = labels.find('.');
  if (dot == std::string_view::npos) return false;
  labels.remove_prefix(dot + 1);
  return std::any_of(kServices.begin(), kServices.end(), begins);
}

}  // namespace

ProxiedNames AwsNames() {
  return {.domains = kAwsDomains, .contains = IsAwsHost};
}

bool IsAwsHost(std::string_view host) {
  const std::string name = LowerCase(host);
  for (const std::string_view domain : kAwsDomains) {
    if (name.ends_with("." + std::string(domain))) return IsService(name.substr(0, name.size() - domain.size()));
  }
  return false;
}

bool AnswersForHost(std::string_view host) {
  const std::string name = LowerCase(host);
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.:") != std::string::npos) return false;
  if (name.find('.') == std::string::npos) return true;  // also IPv6, in which there are colons
  if (name.find_first_not_of("0123456789.") == std::string::npos) return true;
  for (const std::string_view domain : kLocalDomains) {
    if (name.ends_with(domain)) return true;
  }
  return IsAwsHost(name);
}

}  // namespace dynarock
