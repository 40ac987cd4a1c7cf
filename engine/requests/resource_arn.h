// ResourceArn of tags and resource policies: whose it is, and of which table.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

// Of tags. Errors: kValidation, kAccessDenied for what is no ARN of a table of this account.
Result<void> CheckTableArn(const Database& database, std::optional<std::string_view> arn, std::string_view operation);

// Of resource policies, which streams have too. Errors: kValidation.
Result<void> CheckPolicyArn(const Database& database, std::string_view arn);

// The name of the table in the ARN of a table or of one of its streams. Requires: CheckPolicyArn.
std::string_view TableOfResource(std::string_view arn);

// Errors: kAccessDenied, "User: ... is not authorized to perform: dynamodb:<operation> on resource: <arn>".
ApiError AccessDenied(const Database& database, std::string_view operation, std::string_view arn);

// Errors: kResourceNotFound that names the ARN. Requires: CheckTableArn.
Result<TablePtr> FindByArn(Database& database, std::string_view arn);

}  // namespace dynarock
