// Filter patterns of event source mappings, matched against a record's event.
// Source: Lambda Developer Guide, "Control which events Lambda sends to your function", filter rule syntax; github
// aws/event-ruler, which matches them.
#pragma once

#include <memory>
#include <string>

#include "server/lambda/filter_pattern.h"

namespace dynarock {

// Matching takes time in proportion to the event's size times the pattern's.
class EventFilter {
 public:
  // Errors: InvalidPattern.
  static Result<EventFilter> Compile(const std::string& pattern);

  // Lists are looked into: a rule holds for a list if it holds for a value in it, also in a list in it. Rules for
  // several members of an object hold for one object of a list.
  bool Matches(const Json& event) const;

 private:
  EventFilter() = default;
  std::shared_ptr<const FilterPattern> pattern_;
};

}  // namespace dynarock
