// The ARN of a table where a request may name the table.
#pragma once

#include <string_view>

namespace dynarock {

// Why `arn`, which begins with "arn:", is not the ARN of a table, as AWS says it after "failed to satisfy constraint:
// "; empty if it is one. Region and account are not looked at. Observed: conformance/cases/protocol/table_arns.case
std::string_view TableArnProblem(std::string_view arn);

}  // namespace dynarock
