// Labels of Prometheus's text format.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// name="value", with what the format wants escaped.
std::string MetricLabel(std::string_view name, std::string_view value);

// Whether values stand under the names of tables, functions and owners, or are added up without them.
enum class MetricNames { kShown, kHidden };

}  // namespace dynarock
