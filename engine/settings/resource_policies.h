// PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy: policies of tables and streams are kept, not enforced.
#pragma once

#include "engine/database/database.h"
#include "engine/tables/table_requests.h"

namespace dynarock {

struct PutPolicyRequest {
  std::string_view resource_arn;
  PolicyDocument policy;
  std::optional<std::string_view> expected_revision_id;
};

struct DeletePolicyRequest {
  std::string_view resource_arn;
  std::optional<std::string_view> expected_revision_id;
};

struct PolicyRevision {
  std::optional<std::string> id;  // none if there was nothing to delete
};

// Errors: kValidation, kResourceNotFound, kPolicyNotFound if the revision is another one.
Result<PolicyRevision> PutResourcePolicy(Database& database, const PutPolicyRequest& request);
Result<ResourcePolicy> GetResourcePolicy(Database& database, std::string_view resource_arn);
Result<PolicyRevision> DeleteResourcePolicy(Database& database, const DeletePolicyRequest& request);

}  // namespace dynarock
