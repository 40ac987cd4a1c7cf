// A resource policy's document: checked for its form, and written as AWS tells it back.
#pragma once

#include "engine/tables/table_requests.h"

namespace dynarock {

// Minified, with members in one order, Version given, lists of one element as that element, accounts as their root.
// Observed: conformance/cases/resource_policy/document.case
PolicyDocument ReadPolicy(std::string_view text);

}  // namespace dynarock
