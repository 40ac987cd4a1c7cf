// Changes of an item: evaluated first, then made in one pass from old bytes to new.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/item/path.h"

namespace dynarock {

// One change of one place.
struct Edit {
  enum class Kind {
    kSet,
    kRemove,
    kTouch,  // changes nothing, but what holds the place must be there
  };
  Kind kind = Kind::kSet;
  Path path;
  std::string value;  // of kSet: an encoded value
};

// The bytes of `item` with all edits made. Indexes of lists are those before the edits; an index behind the end
// appends. Requires: paths that neither overlap nor conflict.
// Errors: kValidation if a map or list on the way to a place is missing or of another type.
Result<std::string> ApplyEdits(ItemView item, const std::vector<Edit>& edits);

}  // namespace dynarock
