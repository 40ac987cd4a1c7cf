// Labels of Prometheus's text format.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// name="value", with what the format wants escaped.
std::string MetricLabel(std::string_view name, std::string_view value);

}  // namespace dynarock
