// Which names an attribute may have.
#pragma once

#include <string_view>

namespace dynarock {

// What is wrong with `name`, in AWS's words; empty if it is a name.
// Observed: conformance/cases/values/attribute_name_parameters.case
std::string_view AttributeNameProblem(std::string_view name);

}  // namespace dynarock
