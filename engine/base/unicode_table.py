#!/usr/bin/env python3
"""Writes unicode_table.cc: the code points of letters, digits and blanks, by this Python's Unicode Character Database.

  engine/base/unicode_table.py > engine/base/unicode_table.cc && tools/format
"""
import sys
import unicodedata

RANGES_PER_LINE = 5


def ranges():
    """[first, last] of each run of code points whose category is L*, N* or Z*."""
    found = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code))[0] not in "LNZ":
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def main():
    table = ranges()
    print(f"// Written by unicode_table.py from Unicode {unicodedata.unidata_version}.")
    print('#include "engine/base/unicode_table.h"\n\nnamespace dynarock {\n')
    print("// clang-format off")
    print(f"const std::array<CodePointRange, {len(table)}> kWordRanges = {{{{")
    for start in range(0, len(table), RANGES_PER_LINE):
        line = table[start : start + RANGES_PER_LINE]
        print("    " + " ".join(f"{{{first:#x}, {last:#x}}}," for first, last in line))
    print("}};\n// clang-format on\n\n}  // namespace dynarock")


main()
