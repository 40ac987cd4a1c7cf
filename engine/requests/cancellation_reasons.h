// Why a transaction is canceled: a reason for each of its actions.
#pragma once

#include <vector>

#include "engine/base/error.h"

namespace dynarock {

// "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"
ApiError TransactionCanceled(std::vector<CancellationReason> reasons);

// What the error of one action is among the reasons.
CancellationReason ReasonOf(ApiError error);

}  // namespace dynarock
