// The order in which Java's HashMap walks its keys.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dynarock {

// String.hashCode: over UTF-16 code units. Requires: UTF-8.
std::uint32_t JavaHashCode(std::string_view text);

// The places of `names` in the order of a HashMap that they were put into one by one, from its default capacity on.
// Names of one bucket keep their order. Source: the documentation of java.util.HashMap; its hash spreads the upper
// half of the code into the lower one, and its table doubles when it is filled to three quarters.
std::vector<std::size_t> HashMapOrder(const std::vector<std::string_view>& names);

}  // namespace dynarock
