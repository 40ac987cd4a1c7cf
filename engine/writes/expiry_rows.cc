#include "engine/writes/expiry_rows.h"

#include "engine/item/number.h"

namespace dynarock {

std::optional<std::uint64_t> ExpiryOf(const TimeToLive& ttl, ItemView item) {
  if (item.empty()) return std::nullopt;
  const auto value = item.Find(ttl.attribute);
  if (!value || value->type() != Type::kNumber) return std::nullopt;
  const std::optional<std::int64_t> seconds = NumberToInteger(value->payload());
  if (!seconds || *seconds < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*seconds);
}

void WriteExpiry(const Table& table, const RowChange& change, WriteBatch& batch) {
  const TimeToLive& ttl = table.definition().ttl;
  if (!ttl.enabled) return;
  const auto before = ExpiryOf(ttl, change.old_item), after = ExpiryOf(ttl, change.new_item);
  if (before == after && !change.old_item.empty()) return;
  if (before) batch.Delete(ExpiryKey(table.id(), *before, change.row_key));
  if (after) batch.Put(ExpiryKey(table.id(), *after, change.row_key), "");
}

}  // namespace dynarock
