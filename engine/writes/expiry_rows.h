// Expiry rows: the items of a table with a time to live, in the order in which they expire.
#pragma once

#include "engine/writes/index_rows.h"

namespace dynarock {

// When `item` expires, in seconds since 1970, or nullopt if it never does: no number, before 1970, or beyond any clock.
std::optional<std::uint64_t> ExpiryOf(const TimeToLive& ttl, ItemView item);

// Adds what a write changes in the expiry rows, if the table has a time to live.
// Requires: the table's gate is held, and this is its newest version.
void WriteExpiry(const Table& table, const RowChange& change, WriteBatch& batch);

}  // namespace dynarock
