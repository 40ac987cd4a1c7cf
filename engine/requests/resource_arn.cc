#include "engine/requests/resource_arn.h"

#include "engine/base/errors.h"

namespace dynarock {
namespace {

// "arn", "aws", "dynamodb", region, account, resource; fewer if there are not so many.
std::vector<std::string_view> PartsOf(std::string_view arn) {
  std::vector<std::string_view> parts;
  while (parts.size() < 5) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  parts.push_back(arn);
  return parts;
}

// "table/NAME" with nothing behind it.
bool IsTable(std::string_view resource) {
  constexpr std::string_view kTable = "table/";
  constexpr std::size_t kShortestName = 3;
  if (resource.substr(0, kTable.size()) != kTable) return false;
  const std::string_view name = resource.substr(kTable.size());
  return name.size() >= kShortestName && name.find('/') == std::string_view::npos;
}

Result<void> CheckService(std::string_view arn, const std::vector<std::string_view>& parts) {
  if (parts[0] != "arn") return InvalidParameter("ARNs must start with 'arn:': " + std::string(arn));
  if (parts.size() == 6 && parts[2] == "dynamodb") return {};
  return InvalidParameter("Provided Arn is not a DynamoDB resource arn: " + std::string(arn));
}

ApiError NeitherTableNorStream(std::string_view arn) {
  return InvalidParameter("Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
                          std::string(arn));
}

}  // namespace

ApiError AccessDenied(const Database& database, std::string_view operation, std::string_view arn) {
  return {ErrorCode::kAccessDenied,
          "User: arn:aws:iam::" + database.identity().account_id + ":root is not authorized to perform: dynamodb:" +
              std::string(operation) + " on resource: " + (arn.empty() ? "*" : std::string(arn)),
          {}};
}

Result<void> CheckTableArn(const Database& database, std::optional<std::string_view> arn, std::string_view operation) {
  if (!arn) return ValidationError("Invalid TableArn");
  const std::vector<std::string_view> parts = PartsOf(*arn);
  TRY_VOID(CheckService(*arn, parts));
  if (!IsTable(parts[5])) return NeitherTableNorStream(*arn);
  if (parts[3] != database.identity().region) {
    return ValidationError("Invalid TableArn: Invalid ResourceArn provided as input " + std::string(*arn));
  }
  if (parts[4] != database.identity().account_id) return AccessDenied(database, operation, *arn);
  return {};
}

Result<void> CheckPolicyArn(const Database& database, std::string_view arn) {
  const std::vector<std::string_view> parts = PartsOf(arn);
  TRY_VOID(CheckService(arn, parts));
  const std::string_view name = TableOfResource(arn);
  const bool is_stream = parts[5].find("/stream/") != std::string_view::npos;
  if (!is_stream && !IsTable(parts[5])) return NeitherTableNorStream(arn);
  if (name.empty() || parts[1] != "aws" || parts[3] != database.identity().region) {
    return InvalidParameter("Invalid resource Arn: " + std::string(arn));
  }
  if (parts[4] != database.identity().account_id) {
    return ValidationError("This action is only supported by accounts that match the resource owner\u2019s account.");
  }
  return {};
}

std::string_view TableOfResource(std::string_view arn) {
  const std::string_view name = TableNameOf(arn);
  return name.substr(0, name.find('/'));
}

Result<TablePtr> FindByArn(Database& database, std::string_view arn) {
  auto table = database.catalog().FindAny(TableNameOf(arn));
  if (table) return table;
  return errors::ResourceNotFound("ResourcArn: " + std::string(arn) + " not found");
}

}  // namespace dynarock
