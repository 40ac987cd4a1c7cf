// The bodies of threads: what is thrown there is logged, and ends neither the thread's work nor the process.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "engine/base/log.h"

namespace dynarock {

// Runs `body`; false if it threw. `what` is for the log: "ending a function".
template <class Body>
bool RunGuarded(std::string_view what, const Body& body) {
  try {
    body();
    return true;
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "a thread failed", {{"at", what}, {"error", std::string_view(error.what())}});
  } catch (...) {
    Log(LogLevel::kError, "a thread failed", {{"at", what}});
  }
  return false;
}

}  // namespace dynarock
