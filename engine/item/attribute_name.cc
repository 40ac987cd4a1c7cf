#include "engine/item/attribute_name.h"

#include "engine/base/limits.h"

namespace dynarock {

std::string_view AttributeNameProblem(std::string_view name) {
  if (name.empty()) return "Empty attribute name";
  if (name.size() > kMaxAttributeNameSize) return "Attribute name is too large, must be less than 65536 bytes";
  return {};
}

}  // namespace dynarock
