// For tests: headers of a request that is made by hand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/ascii.h"
#include "server/http/http_message.h"

namespace dynarock {

class GivenHeaders final : public HttpHeaders {
 public:
  using List = std::vector<std::pair<std::string, std::string>>;

  GivenHeaders() = default;
  explicit GivenHeaders(List given) : list(std::move(given)) {}

  std::string_view Find(std::string_view name) const override {
    const auto values = FindAll(name);
    return values.empty() ? "" : values[0];
  }
  std::vector<std::string_view> FindAll(std::string_view name) const override {
    std::vector<std::string_view> values;
    for (const auto& [header, value] : list) {
      if (EqualsIgnoringCase(header, name)) values.push_back(value);
    }
    return values;
  }

  List list;
};

}  // namespace dynarock
