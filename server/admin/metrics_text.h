// Prometheus's text format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynarock {

// Names and values of labels, in order.
using MetricLabels = std::vector<std::pair<std::string_view, std::string>>;

// Builds one page: for each metric its family, then its samples.
class MetricsText {
 public:
  // `type` is "gauge", "counter" or "histogram".
  void Family(std::string_view name, std::string_view help, std::string_view type);

  // A sample of the last family, or of that family's name with `suffix` ("_sum").
  void Sample(const MetricLabels& labels, std::int64_t value);
  void Sample(std::string_view suffix, const MetricLabels& labels, std::string_view value);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string family_;
};

}  // namespace dynarock
