#include "protocol/boolean_words.h"

#include "engine/base/ascii.h"

namespace dynarock {

std::optional<bool> BooleanWord(std::string_view text) {
  for (const std::string_view word : {"true", "yes", "1"}) {
    if (EqualsIgnoringCase(text, word)) return true;
  }
  for (const std::string_view word : {"false", "no", "0"}) {
    if (EqualsIgnoringCase(text, word)) return false;
  }
  return std::nullopt;
}

}  // namespace dynarock
