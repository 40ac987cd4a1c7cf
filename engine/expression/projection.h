// Which parts of an item a read returns.
#pragma once

#include <map>
#include <memory>

#include "engine/item/path.h"

namespace dynarock {

// A tree of the projected paths. Copy of the names; borrows nothing.
class Projection {
 public:
  // Requires: paths without overlaps and conflicts.
  explicit Projection(const std::vector<Path>& paths);

  // Item bytes with only the projected parts: maps keep the asked members, lists the asked elements, closed up in
  // the order of their indexes. A path that is not there leaves nothing behind.
  std::string Apply(ItemView item) const;

 private:
  struct Node {
    bool whole = false;
    std::map<std::string, Node, std::less<>> members;
    std::map<std::size_t, Node> elements;
  };

  static bool Append(std::string& out, const Node& node, ValueView value);
  static bool AppendMembers(std::string& out, const Node& node, std::string_view payload);
  static bool AppendElements(std::string& out, const Node& node, std::string_view payload);

  Node root_;
};

}  // namespace dynarock
