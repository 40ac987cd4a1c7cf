#include "engine/database/insertion_order.h"

#include <algorithm>

#include "engine/base/item_bytes.h"

namespace dynarock {

std::uint64_t InsertionPlaces::Next(const Clock& clock) {
  constexpr std::uint64_t kPlacesPerMillisecond = 1000;
  const std::uint64_t now = static_cast<std::uint64_t>(clock.Now().value) * kPlacesPerMillisecond;
  std::uint64_t last = last_.load();
  while (!last_.compare_exchange_weak(last, std::max(last + 1, now))) continue;
  return std::max(last + 1, now);
}

Result<std::optional<std::uint64_t>> FindPlace(const Store& store, const Table& table, std::string_view row_key) {
  if (!table.definition().in_local_order) return std::optional<std::uint64_t>();
  std::string bytes;
  TRY(const bool found, store.Get(PlaceKey(row_key), bytes));
  if (!found || bytes.size() != sizeof(std::uint64_t)) return std::optional<std::uint64_t>();
  return std::optional(ReadBigEndian<std::uint64_t>(bytes.data()));
}

std::string PlaceBytes(std::uint64_t place) {
  std::string bytes;
  AppendBigEndian(bytes, place);
  return bytes;
}

}  // namespace dynarock
