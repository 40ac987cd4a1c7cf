#include "protocol/table_arn.h"

#include <array>
#include <span>

#include "protocol/codec/request_parts.h"

namespace dynarock {
namespace {

constexpr std::string_view kFormat =
    "Valid ARN format is 'arn:<awsPartition>:<vendor>:<region>:<subscriber>:resourceType/resourceName', where Resource "
    "name must have length less than or equal to 255, Resource name must have length greater than or equal to 3, "
    "Resource name must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
constexpr std::string_view kTooLong = "Member must have length less than or equal to 1024";
constexpr std::size_t kMaxArn = 1024;  // bytes
constexpr std::size_t kMinName = 3;
constexpr std::size_t kMaxName = 255;

}  // namespace

std::string_view TableArnProblem(std::string_view arn) {
  if (arn.size() > kMaxArn) return kTooLong;
  std::array<std::string_view, 5> parts;  // "arn", partition, service, region, account
  for (std::string_view& part : parts) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return kFormat;
    part = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  const std::size_t slash = arn.find('/');
  if (slash == std::string_view::npos) return kFormat;
  if (arn.substr(0, slash) != "table") return "Invalid resource type";
  const std::string_view name = arn.substr(slash + 1);
  if (name.size() < kMinName) return "Table name of ARN must have length greater than or equal to 3";
  // That another service or partition is refused so is a guess.
  const bool is_ours = parts[1] == "aws" && parts[2] == "dynamodb";
  return is_ours && name.size() <= kMaxName && IsResourceName(name) ? std::string_view() : kFormat;
}

}  // namespace dynarock
