#include "server/admin/metric_label.h"

namespace dynarock {

std::string MetricLabel(std::string_view name, std::string_view value) {
  std::string label(name);
  label += "=\"";
  for (const char letter : value) {
    if (letter == '\\' || letter == '"') label += '\\';
    if (letter == '\n') {
      label += "\\n";
    } else {
      label += letter;
    }
  }
  return label + '"';
}

}  // namespace dynarock
