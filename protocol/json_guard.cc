#include "protocol/json_guard.h"

#include <algorithm>
#include <cstdint>

namespace dynarock {
namespace {

constexpr std::ptrdiff_t kFew = 32;  // names that are worth no sorting

// A bit for a name. Requires: not empty.
std::uint64_t MarkOf(std::string_view name) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(name[at]); };
  return std::uint64_t{1} << ((name.size() * 7 + byte(0) * 3U + byte(name.size() - 1) * 5U + byte(name.size() / 2)) &
                              63);
}

}  // namespace

// Of few names, most have a bit of their own, and only the others are compared.
bool HasRepeated(std::string_view* begin, std::string_view* end) {
  if (end - begin > kFew) {
    std::sort(begin, end);
    return std::adjacent_find(begin, end) != end;
  }
  std::uint64_t marks = 0;
  for (std::string_view* name = begin; name != end; ++name) {
    const std::uint64_t mark = name->empty() ? 1 : MarkOf(*name);
    if ((marks & mark) != 0 && std::find(begin, name, *name) != name) return true;
    marks |= mark;
  }
  return false;
}

}  // namespace dynarock
