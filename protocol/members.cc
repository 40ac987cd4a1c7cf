#include "protocol/members.h"

#include "protocol/found_fields.h"

namespace dynarock {

bool ReadMembers(const Json& object, std::span<const Field> members, void* out) {
  if (!object.IsObject()) return false;
  const FoundFields found(object, members);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Field& member = members[i];
    if (!found[i]) {
      if (member.presence != Presence::kOptional) return false;
    } else if (!(member.read ? member.read(*found[i], *member.shape, out) : Fits(*found[i], *member.shape))) {
      return false;
    }
  }
  return true;
}

bool Read(const Json& value, const Shape& shape, std::string_view& out) {
  if (!TextFits(value, shape)) return false;
  out = TextOf(value);
  return true;
}

bool Read(const Json& value, const Shape& shape, std::int64_t& out) {
  if (!NumberFits(value, shape)) return false;
  out = IntegerOf(value);
  return true;
}

bool Read(const Json& value, const Shape& shape, bool& out) {
  if (!shape.allowed.empty()) {
    if (!TextFits(value, shape)) return false;
    out = TextOf(value) == shape.allowed[0];
    return true;
  }
  const std::optional<bool> boolean = BooleanOf(value);
  if (boolean) out = *boolean;
  return boolean.has_value();
}

}  // namespace dynarock
