// Letters, digits and blanks of all scripts as ranges of code points.
#pragma once

#include <array>

namespace dynarock {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// Ascending. Written by unicode_table.py.
extern const std::array<CodePointRange, 739> kWordRanges;

}  // namespace dynarock
