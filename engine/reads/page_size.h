// What an item adds to the 1 MB that one Query or Scan reads.
#pragma once

#include "engine/database/table.h"
#include "engine/item/item.h"

namespace dynarock {

// Bytes of `item` in the service's own form, which is not what it bills: an attribute's name counts one byte, values
// carry their length, and each 3 KB repeat the sort key.
// Source: worked out by dynalite's authors against the service; conformance/cases/query/page_boundary.case
std::size_t PageSize(const Table& table, ItemView item);

}  // namespace dynarock
