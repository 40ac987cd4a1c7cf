#include "engine/reads/page_size.h"

#include "engine/item/size.h"

namespace dynarock {
namespace {

constexpr std::size_t kContainerCost = 3;

std::size_t StoredSize(ValueView value);

std::size_t LengthSize(std::size_t length) {
  return length < 128 ? 1 : length < 16384 ? 2 : 3;
}

std::size_t TextSize(ValueView value) {
  return value.payload().size() + LengthSize(value.payload().size());
}

std::size_t MembersSize(std::string_view payload) {
  std::size_t size = 0;
  std::string_view name;
  ValueView value;
  for (MapReader members(payload); members.Next(name, value);) size += 1 + StoredSize(value);
  return size;
}

std::size_t ElementsSize(std::string_view payload) {
  std::size_t size = 0;
  ValueView element;
  for (ListReader elements(payload); elements.Next(element);) size += 1 + StoredSize(element);
  return size;
}

std::size_t StoredSize(ValueView value) {
  switch (value.type()) {
    case Type::kString:
      return TextSize(value);
    case Type::kBinary:
    case Type::kNumber:
      return BilledSize(value) + 1;
    case Type::kBool:
      return 2;
    case Type::kNull:
      return 0;
    case Type::kMap:
      return kContainerCost + ElementCount(value) + MembersSize(value.payload());
    case Type::kList:
      return kContainerCost + ElementsSize(value.payload());
    default:
      return BilledSize(value) + ElementCount(value) + 1;
  }
}

}  // namespace

std::size_t PageSize(const Table& table, ItemView item) {
  constexpr std::size_t kHead = 2, kChunk = 3072, kChunkHead = 18;
  std::string_view sort_key;  // no attribute's name is empty
  if (!table.keys().sort.empty()) sort_key = table.keys().sort[0].name;
  std::size_t sort_key_size = 0, size = 0;
  std::string_view name;
  ValueView value;
  for (MapReader members(item.members()); members.Next(name, value);) {
    if (name == sort_key) [[unlikely]] {
      sort_key_size = BilledSize(value);
    } else if (value.type() == Type::kString) [[likely]] {
      size += 1 + TextSize(value);
    } else {
      size += 1 + StoredSize(value);
    }
  }
  return kHead + size + (1 + (1 + size) / kChunk) * (kChunkHead + sort_key_size);
}

}  // namespace dynarock
