// What UpdateItem counts of an update expression besides the item that comes of it.
#pragma once

#include "engine/expression/update.h"

namespace dynarock {

// Bytes of the values that the update brings along, and a fixed cost for each action, operand and step of a path.
// What it reads, and what it leaves alone, costs nothing. Counts no further than past the size of an item.
// Observed: conformance/cases/updates/charge.case
std::size_t ChargeOf(const Bound<Update>& update);

}  // namespace dynarock
