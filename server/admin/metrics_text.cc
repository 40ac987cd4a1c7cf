#include "server/admin/metrics_text.h"

namespace dynarock {
namespace {

void AppendEscaped(std::string& out, std::string_view value) {
  for (const char letter : value) {
    if (letter == '\\' || letter == '"') out += '\\';
    if (letter == '\n') {
      out += "\\n";
    } else {
      out += letter;
    }
  }
}

}  // namespace

void MetricsText::Family(std::string_view name, std::string_view help, std::string_view type) {
  family_ = name;
  text_ += "# HELP " + family_ + " ";
  text_ += help;
  text_ += "\n# TYPE " + family_ + " ";
  text_ += type;
  text_ += "\n";
}

void MetricsText::Sample(const MetricLabels& labels, std::int64_t value) {
  Sample("", labels, std::to_string(value));
}

void MetricsText::Sample(std::string_view suffix, const MetricLabels& labels, std::string_view value) {
  text_ += family_;
  text_ += suffix;
  char before = '{';
  for (const auto& [name, label] : labels) {
    text_ += before;
    text_ += name;
    text_ += "=\"";
    AppendEscaped(text_, label);
    text_ += '"';
    before = ',';
  }
  if (!labels.empty()) text_ += '}';
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

}  // namespace dynarock
