// A resource policy's document: checked for its form, and written as AWS tells it back.
#pragma once

#include "engine/tables/table_requests.h"
#include "protocol/members.h"

namespace dynarock {

// Minified, with members in one order, Version given, lists of one element as that element, accounts as their root.
// Observed: conformance/cases/resource_policy/document.case
bool Read(const Json& value, const Shape& shape, PolicyDocument& out);

}  // namespace dynarock
