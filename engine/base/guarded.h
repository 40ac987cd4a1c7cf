// Work on a thread of our own: an exception that left it would end the process.
#pragma once

#include <exception>
#include <string_view>

namespace dynarock {

void LogFailure(std::string_view what, std::string_view why) noexcept;

// Runs `work`. An exception is logged, with `what` it was that failed, and ends there.
// Gives whether there was none.
template <class Work>
bool Guarded(std::string_view what, Work work) noexcept {
  try {
    work();
    return true;
  } catch (const std::exception& exception) {
    LogFailure(what, exception.what());
  } catch (...) {
    LogFailure(what, "unknown exception");
  }
  return false;
}

}  // namespace dynarock
