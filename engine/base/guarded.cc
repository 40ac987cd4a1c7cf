#include "engine/base/guarded.h"

#include "engine/base/log.h"

namespace dynarock {

void LogFailure(std::string_view what, std::string_view why) noexcept {
  try {
    Log(LogLevel::kError, "failed", {{"what", what}, {"error", why}});
  } catch (const std::exception&) {
    // No memory for the line, either.
  }
}

}  // namespace dynarock
