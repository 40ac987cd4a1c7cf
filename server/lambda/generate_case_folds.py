#!/usr/bin/env python3
"""Writes case_folds.h from Unicode's CaseFolding.txt (Debian: apt-get install unicode-data).

  server/lambda/generate_case_folds.py /usr/share/unicode/CaseFolding.txt > server/lambda/case_folds.h

Only simple folds (status C and S): one code point becomes one. Code points that follow each other, or every second one,
and fold over the same distance are one row.
"""
import re
import sys

HEAD = """// Made by generate_case_folds.py from %s of the Unicode Character Database.
#pragma once

#include <array>
#include <cstdint>

namespace dynarock {

// Code points from `first` to `last`, each `step`th, and the distance to their folds.
struct FoldRow {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t step;
  std::int32_t distance;
};

inline constexpr auto kFolds = std::to_array<FoldRow>({"""


def simple_folds(lines):
    for line in lines:
        fields = re.match(r"([0-9A-F]+); ([CS]); ([0-9A-F]+);", line)
        if fields:
            yield int(fields[1], 16), int(fields[3], 16)


def rows(folds):
    """Lists of first, last, step, distance."""
    found = []
    for code, fold in folds:
        distance = fold - code
        if found:
            first, last, step, same = found[-1]
            gap = code - last
            if same == distance and gap in (1, 2) and (gap == step or first == last):
                found[-1] = [first, code, gap, distance]
                continue
        found.append([code, code, 1, distance])
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        lines = source.readlines()
    print(HEAD % lines[0][2:].strip())
    for first, last, step, distance in rows(sorted(simple_folds(lines))):
        print(f"    {{0x{first:04X}, 0x{last:04X}, {step}, {distance}}},")
    print("});\n\n}  // namespace dynarock")


if __name__ == "__main__":
    main()
