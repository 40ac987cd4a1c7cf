// What a read has found.
#pragma once

#include <string>
#include <vector>

#include "engine/item/item.h"

namespace dynarock {

// Items one after the other in one buffer.
class ItemList {
 public:
  void Add(ItemView item) {
    bytes_ += item.bytes();
    ends_.push_back(bytes_.size());
  }
  std::size_t size() const { return ends_.size(); }
  // Of all items.
  std::size_t bytes() const { return bytes_.size(); }
  ItemView operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return ItemView(std::string_view(bytes_).substr(begin, ends_[i] - begin));
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

}  // namespace dynarock
