// PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy: policies of tables and streams are kept, not enforced.
#pragma once

#include "engine/requests/call_context.h"
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
Result<PolicyRevision> PutResourcePolicy(const CallContext& context, const PutPolicyRequest& request);
Result<ResourcePolicy> GetResourcePolicy(const CallContext& context, std::string_view resource_arn);
Result<PolicyRevision> DeleteResourcePolicy(const CallContext& context, const DeletePolicyRequest& request);

}  // namespace dynarock
