// ExclusiveStartKey: from the key a client sends back to the row behind which a page goes on.
#pragma once

#include "engine/reads/page_reader.h"

namespace dynarock {

// kValidation: "The provided starting key is invalid", and the text of `why` after it.
ApiError InvalidStartKey();
ApiError InvalidStartKey(ApiError why);

// Whether a query finds one item at most: the table has no sort key.
bool FindsOneItem(const ReadTarget& target);

// What a query asks of its start key before it looks at the key condition. Errors: kValidation if attributes are
// missing or too many, the partition key has another type, or FindsOneItem. Observed:
// conformance/cases/query/start_key_errors.case
Result<void> CheckStartPartition(const ReadTarget& target, ItemView start_key);

// Errors: kValidation, "The provided starting key is invalid...", if attributes are missing or too many, or the key of
// what is read, of an index or by a query, has another type in one.
Result<void> CheckStartKey(const ReadTarget& target, ItemView start_key, bool is_query);

// The row key that `start_key` names, after which a page continues. Errors: kValidation if the table's key in it has
// another type in one. Requires: CheckStartKey, or a key that a page ended with.
Result<std::string> StartRowKey(const Store& store, const ReadTarget& target, ItemView start_key, bool forward);

}  // namespace dynarock
