// Filter patterns of event source mappings, matched against a record's event.
// Source: Lambda Developer Guide, "Control which events Lambda sends to your function", filter rule syntax.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "protocol/json.h"

namespace dynarock {

// All that Lambda says of a wrong pattern.
inline constexpr std::string_view kInvalidPattern = "Invalid filter pattern definition.";

class EventFilter {
 public:
  // Errors: kValidation, `kInvalidPattern` and why: no JSON object, a leaf that is no list, an unknown operator.
  static Result<EventFilter> Compile(const std::string& pattern);

  bool Matches(const Json& event) const;

 private:
  EventFilter() = default;
  std::shared_ptr<const JsonText> pattern_;
};

}  // namespace dynarock
