#!/usr/bin/env python3
"""Wraps the paragraphs and list items of Markdown at 100 columns, and tidies blank lines; leaves everything else alone.

  tools/format_markdown.py           formats all Markdown that git knows
  tools/format_markdown.py --check   names the files that are not formatted and exits with 1

Tables, code blocks, headings, quotes and HTML are not touched: the usual formatters pad tables to the width of their longest
cell, so that a change of one word changes every line of the table. What links and code spans break over is whitespace only.
"""
import re
import subprocess
import sys
from pathlib import Path

WIDTH = 100
ROOT = Path(__file__).resolve().parents[1]
GENERATED = ("THIRD-PARTY.md",)

FENCE = re.compile(r" *(```+|~~~+)")
ITEM = re.compile(r"( *)([-*+]|\d+[.)])( +)(?=\S)")
ALONE = re.compile(r" *(#|\||>|<(?!https?:)|\[[^\]]+\]: |(-{3,}|\*{3,}|_{3,})$)")
# A line that begins with one of these would no longer be text.
MARKUP = re.compile(r"([-*+>]|#+|\d+[.)])$")


def words_of(text):
    """What may be on a line of its own; a word that would be markup there stays with the one before."""
    words = []
    for word in text.split():
        if words and MARKUP.match(word):
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def wrapped(lines, first, rest):
    """One paragraph in lines of at most WIDTH, `first` and `rest` ahead of them. A hard line break stays one."""
    out, line, is_empty = [], first, True
    for text in lines:
        for word in words_of(text):
            if not is_empty and len(line) + 1 + len(word) > WIDTH:
                out.append(line)
                line, is_empty = rest, True
            line += word if is_empty else f" {word}"
            is_empty = False
        if text.endswith(("  ", "\\")):
            out.append(line + ("  " if text.endswith("  ") else ""))
            line, is_empty = rest, True
    return out if is_empty else [*out, line]


def paragraph_end(lines, start):
    """The place after the last line of the paragraph that begins at `start`."""
    end = start + 1
    while end < len(lines):
        line = lines[end]
        if not line.strip() or FENCE.match(line) or ITEM.match(line) or ALONE.match(line):
            break
        end += 1
    return end


def skip_fence(lines, start):
    """The place after the fenced block that begins at `start`."""
    fence = FENCE.match(lines[start])[1]
    end = start + 1
    while end < len(lines) and not lines[end].strip().startswith(fence):
        end += 1
    return end + 1


def skip_front_matter(lines):
    """The place after the settings between two lines of dashes at the top."""
    if not lines or lines[0] != "---":
        return 0
    return lines.index("---", 1) + 1


def formatted(text):
    lines = text.rstrip("\n").split("\n")
    place = skip_front_matter(lines)
    out = lines[:place]
    in_list = False
    while place < len(lines):
        line = lines[place]
        if FENCE.match(line):
            end = skip_fence(lines, place)
            out += lines[place:end]
        elif not line.strip():
            end = place + 1
            if out and out[-1]:
                out.append("")
        elif item := ITEM.match(line):
            end = paragraph_end(lines, place)
            marker = "-" if item[2] in "*+" else item[2]
            first = f"{item[1]}{marker}{item[3]}"
            out += wrapped([line[item.end() :], *lines[place + 1 : end]], first, " " * len(first))
            in_list = True
        elif ALONE.match(line) or (line.startswith("    ") and not in_list):
            end = place + 1
            out.append(line.rstrip())
            in_list = in_list and line.startswith(" ")
        else:
            end = paragraph_end(lines, place)
            indent = re.match(r" *", line)[0]
            out += wrapped(lines[place:end], indent, indent)
            in_list = in_list and bool(indent)
        place = end
    return "\n".join(out) + "\n"


def pages():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True, check=True
    )
    return [name for name in sorted(set(listed.stdout.split())) if name not in GENERATED and (ROOT / name).is_file()]


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    found = 0
    for name in pages():
        text = (ROOT / name).read_text(encoding="utf-8")
        if (tidy := formatted(text)) == text:
            continue
        found += 1
        if sys.argv[1:]:
            print(f"not formatted: {name}")
        else:
            (ROOT / name).write_text(tidy, encoding="utf-8")
    if found and sys.argv[1:]:
        sys.exit("Run tools/format_markdown.py.")


if __name__ == "__main__":
    main()
