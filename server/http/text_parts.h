// Texts that separators cut into parts: headers and queries.
#pragma once

#include <algorithm>
#include <string_view>

namespace dynarock {

// Takes the text up to the separator, and the separator, from the front of `text`.
inline std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// Without blanks around it.
inline std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

}  // namespace dynarock
