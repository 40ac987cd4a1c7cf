// ResourceArn of tags and resource policies: whose it is, and of which table.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

// Of tags. Errors: kValidation, kAccessDenied for what is no ARN of a table of this account.
Result<void> CheckTableArn(const Database& database, std::optional<std::string_view> arn, std::string_view operation);

// Errors: kAccessDenied, "User: ... is not authorized to perform: dynamodb:<operation> on resource: <arn>".
ApiError AccessDenied(const Database& database, std::string_view operation, std::string_view arn);

// Errors: kResourceNotFound that names the ARN. Requires: CheckTableArn.
Result<TablePtr> FindByArn(Database& database, std::string_view arn);

}  // namespace dynarock
