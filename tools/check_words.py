#!/usr/bin/env python3
"""Flags phrases in docs, scripts and user-visible text that do not read as plain English; CONTRIBUTING.md has the list.

  tools/check_words.py [ROOT]

Reads Markdown without its code blocks, the texts in quotes of the sources in SOURCES, and of the scripts in SCRIPTS their
comments too. Exits with 1 if it finds any.
To allow a phrase of AWS's or DynamoDB Local's, write the sentence into QUOTED.
"""
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

# Phrase -> what to write instead.
PHRASES = {
    r"\b(goes|go|going|went) on\b(?! and off)": "continues, resumes, keeps running",
    r"\b(nobody|somebody|whoever|anybody)\b": "the caller, the client, a thread, an operator",
    r"\b(behind|beyond) the first\b": "after the first",
    r"\b(is|are|was|were) told\b": "returned, reported, printed",
    r"(?<!there )\b(is|are) no (?!longer\b|more\b)\w+\b(?! in)": "is not a ..., has no ...",
    r"\b(records|requests|calls|times|bytes|commits|replies) an? (second|minute|hour|day|call|request|turn|line)\b": "per",
    r"\ba sentence a mistake\b": "one sentence per mistake",
    r"\bslip of the pen\b": "unknown ...; did you mean ...?",
    r"\bunder way\b": "in progress",
    r"\b(is|are) passed over\b": "is skipped",
    r"\b(all|everything) is gone\b": "is lost",
    r"\btakes a free one\b": "picks a free one",
    r"\bas soon as it can be\b": "later, not yet",
    r"\bis \w+ no further\b": "could not be ...",
    r"\b(items|records|rows) stay\b": "could not be ...",
    r"\bwhere (it|there|they) (is|are) (missing|none|not there)\b": "if",
    r"\b(tries|attempts) behind\b": "retries after",
    r"\b(most|least) (records|messages|bytes|items|calls)\b": "maximum, minimum",
    r"\b(stays|stay) as (it|they) (was|were)\b": "is not changed, stays in use",
    r"\bcosts what\b": "is charged, consumes",
    r"\banew\b": "again, new",
    r"\bnot to be had\b": "not available",
    r"(?<!there )\bis no (error|part|place|program|file|dynarock)\b": "is not a ..., has no ...",
    r"\b(nothing|code|folder|layer|sources?) behind (it|them|that)\b": "after",
    r"\bby itself has\b": "alone",
    r"\bwhat (it|they|callers?) (wants?|asks?)( for)?\b": "requests, requires",
}

# Sources whose texts in quotes a user sees.
SOURCES = (
    *("tools/dynarock/*.cc", "tools/health/*.cc", "tools/trigger/*.cc", "tools/cruddur/*.cc", "tools/client/*.cc"),
    *("server/http/*.cc", "server/http/*.h", "server/api/*.cc", "server/admin/*.cc"),
    *("engine/storage/store_directory.cc", "tools/npm/*.js", "tools/up", "tools/test", "tools/install.sh"),
    "tools/stages.sh",
)

# Scripts, whose comments and texts in quotes are both read.
SCRIPTS = (
    *(".ci/run", "docker/*", "conformance/*.py", "tools/*.py", "tools/*.sh", "tools/*.cmake", "tools/*.js", "*CMakeLists.txt"),
    *("tools/check", "tools/coverage", "tools/format", "tools/release", "tools/test", "tools/up"),
    *("tools/bench/*", "tools/fuzz/run", "tools/profile/record", "tools/cmake/*"),
)

# Sentences of AWS's and DynamoDB Local's, which stand as they are.
QUOTED = ()
# The pages with the list of phrases, and texts of others.
UNREAD = ("CONTRIBUTING.md", "THIRD-PARTY.md", "tools/check_words.py", "tools/checks_test.py")


def tracked(root, *patterns):
    """The files that git knows by these patterns, and new ones that it does not ignore."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", *patterns],
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted({name for name in listed.stdout.split("\n") if name and (Path(root) / name).is_file()})


def blanked(text):
    """As many lines, with nothing in them."""
    return "\n" * text.count("\n")


def prose(markdown):
    """Markdown without code blocks and code spans; lines keep their numbers."""
    text = re.sub(r"^ *```.*?^ *```", lambda match: blanked(match[0]), markdown, flags=re.S | re.M)
    return re.sub(r"(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)", lambda span: "x" + blanked(span[0]), text, flags=re.S)


def quoted(source):
    """The texts in quotes, neighbors joined; lines keep their numbers."""
    parts = []
    for line in source.split("\n"):
        code = "" if re.match(r"\s*(//|#)", line) else line
        parts.append(" ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', code)))
    return "\n".join(parts)


def is_script(path):
    """Not a C++ source, data, or a page."""
    return path.suffix in ("", ".py", ".sh", ".cmake", ".js", ".yaml", ".txt") and path.name != "conversation.txt"


def read_script(name, source):
    """Comments and texts in quotes of a script; lines keep their numbers."""
    if name.endswith(".py") or source.startswith("#!/usr/bin/env python3"):
        return read_python(source)
    parts = []
    for line in source.split("\n"):
        comment = re.search(r"(?:^|\s)(?:#|//|--)\s(.*)", line)
        texts = re.findall(r'"((?:[^"\\]|\\.)*)"', line[: comment.start()] if comment else line)
        parts.append(" ".join([*texts, comment[1] if comment else ""]))
    return "\n".join(parts)


def read_python(source):
    """The same of Python: comments and texts of more than one word, docstrings among them."""
    lines = [""] * (source.count("\n") + 2)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and " " in token.string):
            for offset, text in enumerate(token.string.split("\n")):
                lines[token.start[0] - 1 + offset] += f" {text}"
    return "\n".join(lines)


def problems_of(name, text):
    for sentence in QUOTED:
        text = text.replace(sentence, blanked(sentence))
    flat = text.replace("\n", " ")  # of the same length, so places are the same
    for phrase, instead in PHRASES.items():
        for match in re.finditer(phrase, flat, re.I):
            number = text.count("\n", 0, match.start()) + 1
            yield f'{name}:{number}: "{match[0]}": write "{instead}".'


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
    pages = [name for name in tracked(root, "*.md") if name not in UNREAD]
    scripts = [name for name in tracked(root, *SCRIPTS) if name not in UNREAD and is_script(root / name)]
    sources = [name for name in tracked(root, *SOURCES) if not name.endswith("_test.cc") and name not in scripts]
    if not pages or not sources or not scripts:
        sys.exit(f"There are no pages, sources or scripts in {root}.")
    problems = []
    for name in pages:
        problems += problems_of(name, prose((root / name).read_text(encoding="utf-8")))
    for name in sources:
        problems += problems_of(name, quoted((root / name).read_text(encoding="utf-8")))
    for name in scripts:
        problems += problems_of(name, read_script(name, (root / name).read_text(encoding="utf-8")))
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print(f"ok: {len(pages)} pages, {len(sources)} sources and {len(scripts)} scripts")


if __name__ == "__main__":
    main()
