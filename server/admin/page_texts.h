// Texts of pages, embedded in the program from the .html files beside this one.
#pragma once

#include <string_view>

namespace dynarock {

extern const std::string_view kWelcomePageText;

}  // namespace dynarock
