// The members of an object by the fields of its shape, found in one pass: as a search for each field costs more than
// the check of what it finds.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

class FoundFields {
 public:
  static constexpr std::size_t kMostFields = 32;

  // Requires: an object; at most kMostFields fields, which protocol_test sees to.
  FoundFields(const Json& object, std::span<const Field> fields) {
    std::fill_n(found_.begin(), fields.size(), nullptr);
    for (const auto& member : object.GetObject()) {
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (!IsNamed(member.name, fields[i].name)) continue;
        found_[i] = member.value.IsNull() ? nullptr : &member.value;
        break;
      }
    }
  }

  // As FindField: null if the member is absent or null.
  const Json* operator[](std::size_t field) const { return found_[field]; }

 private:
  std::array<const Json*, kMostFields> found_;
};

}  // namespace dynarock
