#include "engine/item/size.h"

namespace dynarock {
namespace {

// One byte, one for each two digits, one for a minus: the number's bytes, but that the byte form of a negative number
// of 20 digit pairs lacks the closing byte. Observed: conformance/cases/values/item_size.case
std::size_t NumberSize(std::string_view bytes) {
  const bool negative = static_cast<unsigned char>(bytes[0]) < 0x80;
  return bytes.size() + (negative && bytes.size() == 21 ? 1 : 0);
}

}  // namespace

std::size_t BilledSize(ValueView value) {
  constexpr std::size_t kContainerCost = 3;
  constexpr std::size_t kElementCost = 1;
  std::size_t size = 0;
  switch (value.type()) {
    case Type::kString:
    case Type::kBinary:
      return value.payload().size();
    case Type::kNumber:
      return NumberSize(value.payload());
    case Type::kBool:
    case Type::kNull:
      return 1;
    case Type::kMap: {
      std::string_view name;
      ValueView member;
      size = kContainerCost;
      for (MapReader members(value.payload()); members.Next(name, member);) {
        size += kElementCost + name.size() + BilledSize(member);
      }
      return size;
    }
    case Type::kList: {
      ValueView element;
      size = kContainerCost;
      for (ListReader elements(value.payload()); elements.Next(element);) size += kElementCost + BilledSize(element);
      return size;
    }
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet: {
      std::string_view element;
      for (SetReader elements(value.payload()); elements.Next(element);) {
        size += value.type() == Type::kNumberSet ? NumberSize(element) : element.size();
      }
      return size;
    }
  }
  return size;
}

std::size_t BilledMembersSize(std::string_view map_payload) {
  std::size_t size = 0;
  std::string_view name;
  ValueView value;
  for (MapReader members(map_payload); members.Next(name, value);) size += name.size() + BilledSize(value);
  return size;
}

}  // namespace dynarock
