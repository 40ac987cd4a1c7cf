// Lists as one text.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace dynarock {

// "a, b, c": `text_of(part)` of each part, a text or a member that is one.
template <class Parts, class TextOf = std::identity>
std::string Joined(const Parts& parts, std::string_view separator = ", ", TextOf text_of = {}) {
  std::string joined;
  bool is_first = true;
  for (const auto& part : parts) {
    if (!is_first) joined += separator;
    is_first = false;
    joined += std::invoke(text_of, part);
  }
  return joined;
}

// The same for a message of AWS's, cut past 32 KiB: whether theirs end somewhere is not known.
template <class Parts, class TextOf = std::identity>
std::string JoinedInMessage(const Parts& parts, TextOf text_of = {}) {
  constexpr std::size_t kLongest = 32 * 1024;  // bytes
  std::string joined;
  for (const auto& part : parts) {
    if (!joined.empty()) joined += ", ";
    if (joined.size() > kLongest) return joined + "...";
    joined += std::invoke(text_of, part);
  }
  return joined;
}

// The same part by part. There is no separator until `list` has text.
inline void AppendListed(std::string& list, std::string_view part, std::string_view separator = ", ") {
  if (!list.empty()) list += separator;
  list += part;
}

}  // namespace dynarock
