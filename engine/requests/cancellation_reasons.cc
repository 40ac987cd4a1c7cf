#include "engine/requests/cancellation_reasons.h"

#include "engine/base/joined.h"

namespace dynarock {

CancellationReason ReasonOf(ApiError error) {
  std::string code = "ValidationError";
  if (error.code == ErrorCode::kConditionalCheckFailed) code = "ConditionalCheckFailed";
  if (error.code == ErrorCode::kItemCollectionSizeLimitExceeded) code = "ItemCollectionSizeLimitExceeded";
  if (error.code == ErrorCode::kResourceNotFound) code = "ResourceNotFound";
  if (error.code == ErrorCode::kDuplicateItem) code = "DuplicateItem";
  return {std::move(code), std::move(error.message), std::move(error.item), std::move(error.facts)};
}

ApiError TransactionCanceled(std::vector<CancellationReason> reasons) {
  ApiError error{ErrorCode::kTransactionCanceled,
                 "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
                     Joined(reasons, ", ", &CancellationReason::code) + "]",
                 {}};
  error.reasons = std::move(reasons);
  return error;
}

}  // namespace dynarock
