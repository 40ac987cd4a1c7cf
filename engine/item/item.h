// A whole item as canonical bytes: billed size, then its attributes sorted by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/item/value.h"

namespace dynarock {

// Borrows the bytes of an item. An empty view is no item.
class ItemView {
 public:
  ItemView() = default;
  explicit ItemView(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::string_view bytes() const { return bytes_; }
  // The attributes, in the form of a map's payload.
  std::string_view members() const { return bytes_.substr(kHeaderSize); }
  // Bytes billed for the item. Source: Developer Guide, "DynamoDB item sizes and formats".
  std::size_t billed_size() const { return ReadFixed32(bytes_.data()); }
  std::optional<ValueView> Find(std::string_view name) const { return FindMember(members(), name); }

  static constexpr std::size_t kHeaderSize = 4;

 private:
  std::string_view bytes_;
};

// Makes item bytes. Attributes must come in the order of their names.
//   ItemBuilder builder(out); builder.Add(name, value); builder.Finish();
class ItemBuilder {
 public:
  // Appends to `out`, which must be empty.
  explicit ItemBuilder(std::string& out) : out_(out) { out_.append(ItemView::kHeaderSize, '\0'); }
  void Add(std::string_view name, ValueView value) {
    AppendName(out_, name);
    out_ += value.bytes();
  }
  // Writes the billed size into the header.
  void Finish();

 private:
  std::string& out_;
};

// Item bytes with only those attributes of `item` whose names `keep(name)` accepts.
template <class Keep>
std::string FilterItem(ItemView item, Keep keep) {
  std::string out;
  ItemBuilder builder(out);
  std::string_view name;
  ValueView value;
  for (MapReader members(item.members()); members.Next(name, value);) {
    if (keep(name)) builder.Add(name, value);
  }
  builder.Finish();
  return out;
}

}  // namespace dynarock
