// Document paths in the naive model: what they find, project, and how two of them stand to each other.
#pragma once

#include <vector>

#include "engine/item/path.h"
#include "engine/model/model_value.h"

namespace dynarock::model {

// The value at `path`, or null if there is none. Borrows from the item.
const Value* FindAt(const Item& item, const Path& path);
Value* FindAt(Item& item, const Path& path);

// Whether the map, list or item that would hold `path` is there.
bool HasParent(const Item& item, const Path& path);

// Only the parts of the item at the paths; elements of lists are closed up.
Item Project(const Item& item, const std::vector<Path>& paths);

// Whether one path lies in the other, or they take one place for a map and for a list.
bool Clash(const Path& one, const Path& two);
bool AnyClash(const std::vector<Path>& paths);

}  // namespace dynarock::model
