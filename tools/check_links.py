#!/usr/bin/env python3
"""Checks that the links of all Markdown files lead somewhere: files, folders, headings; with --external, web pages too.

Paths of the repository in code spans must exist as well, with or without the ending of a source: `engine/base/clock`.

  tools/check_links.py [--external]

A page of docs/ that no other page links to is a finding as well. Exits with 1 if it finds anything.
"""
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GENERATED = ("THIRD-PARTY.md",)
WEB_LIMIT = 30  # seconds for one page
# Addresses of examples.
LOCAL = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\]|[^/]*\.example)\b")

LINK = re.compile(r"(?<!\\)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ *\[[^\]]+\]: *(\S+)", re.M)
AUTOMATIC = re.compile(r"<(https?://[^>\s]+)>")

PATH = re.compile(r"(?<!`)`((?:conformance|docker|docs|engine|protocol|server|tools)/[\w./-]*\w)`(?!`)")
ENDINGS = ("", ".h", ".cc", ".py", ".md", ".cmake", ".case", "_test.cc")


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", *patterns], capture_output=True, text=True, check=True
    )
    return sorted(name for name in set(listed.stdout.split("\n")) if name and (ROOT / name).is_file())


def without_code(text):
    """Code blocks and code spans blanked; lines keep their numbers."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])  # noqa: E731
    text = re.sub(r"^ *(```+|~~~+).*?^ *\1", blank, text, flags=re.S | re.M)
    return re.sub(r"(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)", blank, text, flags=re.S)


def headings(text):
    """The anchors of a page, as Git hosts make them of its headings."""
    anchors = {}
    fenced = re.sub(r"^ *(```+|~~~+).*?^ *\1", "", text, flags=re.S | re.M)
    for title in re.findall(r"^#+ +(.*?) *#*$", fenced, re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = anchors.get(anchor, -1) + 1
        anchors[anchor] = count
        if count:
            anchors[f"{anchor}-{count}"] = 0
    return set(anchors)


def links_of(text):
    """(line, target) of each link."""
    prose = without_code(text)
    for pattern in (LINK, REFERENCE, AUTOMATIC):
        for match in pattern.finditer(prose):
            yield prose.count("\n", 0, match.start()) + 1, match[1]


def missing_paths(text):
    """(line, path) of each path in a code span that is not in the repository."""
    blank = lambda block: "\n" * block[0].count("\n")  # noqa: E731
    prose = re.sub(r"^ *(```+|~~~+).*?^ *\1", blank, text, flags=re.S | re.M)
    for match in PATH.finditer(prose):
        names = [f"{match[1]}{ending}" for ending in ENDINGS] + [f"conformance/cases/{match[1]}.case"]
        if not any((ROOT / name).exists() for name in names):
            yield prose.count("\n", 0, match.start()) + 1, match[1]


def problem_of_file(page, target, linked):
    """Why a link inside of the repository leads nowhere; "" if it is right."""
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / urllib.parse.unquote(path) if path else ROOT / page
    file = file.resolve()
    if not file.is_relative_to(ROOT):
        return "leads out of the repository"
    if not file.exists():
        return "there is no such file"
    linked.add(str(file.relative_to(ROOT)))
    if anchor and file.suffix == ".md" and anchor not in headings(file.read_text(encoding="utf-8")):
        return "the page has no such heading"
    return ""


def problem_of_web(address):
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    try:
        with urllib.request.urlopen(request, timeout=WEB_LIMIT):
            return ""
    except (OSError, ValueError) as error:
        return str(error)


def main():
    if sys.argv[1:] not in ([], ["--external"]):
        sys.exit(__doc__)
    pages = [name for name in tracked("*.md") if name not in GENERATED]
    problems, linked, web = [], set(), {}
    count = 0
    for page in pages:
        text = (ROOT / page).read_text(encoding="utf-8")
        problems += [f"{page}:{line}: {path}: there is no such file" for line, path in missing_paths(text)]
        for line, target in links_of(text):
            count += 1
            if re.match(r"https?:", target):
                web.setdefault(target, f"{page}:{line}")
            elif re.match(r"[a-z]+:", target):
                problems.append(f"{page}:{line}: {target}: only http and https are checked")
            elif problem := problem_of_file(page, target, linked):
                problems.append(f"{page}:{line}: {target}: {problem}")
    problems += [f"{page}: no page links to it" for page in pages if page.startswith("docs/") and page not in linked | {"docs/README.md"}]
    if sys.argv[1:]:
        for address, place in web.items():
            if not LOCAL.match(address) and (problem := problem_of_web(address)):
                problems.append(f"{place}: {address}: {problem}")
    print("\n".join(problems) if problems else f"ok: {count} links of {len(pages)} pages")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
