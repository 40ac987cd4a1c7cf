#!/usr/bin/env python3
"""Checks that includes follow the layers, and that no file and no function is too long.

  tools/check_layers.py [ROOT]

Exits with 1 if an include is against the tables below, or if a file or function is longer than the limits.
To add a folder, give it a row in LAYERS.
"""
import re
import subprocess
import sys
from pathlib import Path

ENGINE_CORE = ["engine/base", "engine/item", "engine/expression", "engine/storage", "engine/database"]
OPERATIONS = ["engine/requests", "engine/reads", "engine/writes", "engine/tables", "engine/settings", "engine/streams"]

# Layer -> layers its sources may include. A folder without a row belongs to the nearest folder above it that has one.
LAYERS = {
    "engine/base": [],
    "engine/item": ["engine/base"],
    "engine/expression": ["engine/base", "engine/item"],
    "engine/storage": ["engine/base", "engine/item"],
    "engine/database": ["engine/base", "engine/item", "engine/storage"],
    "engine/requests": ENGINE_CORE,
    "engine/streams": [*ENGINE_CORE, "engine/requests"],
    "engine/reads": [*ENGINE_CORE, "engine/requests"],
    "engine/writes": [*ENGINE_CORE, "engine/requests", "engine/streams"],
    "engine/tables": [*ENGINE_CORE, "engine/requests", "engine/streams", "engine/writes"],
    "engine/settings": [*ENGINE_CORE, "engine/requests", "engine/streams", "engine/writes", "engine/tables"],
    "engine/triggers": [*ENGINE_CORE, "engine/streams"],
    "engine/partiql": [*ENGINE_CORE, "engine/requests", "engine/reads", "engine/writes"],
    "engine/model": [*ENGINE_CORE, *OPERATIONS],
    "protocol": [*ENGINE_CORE, *OPERATIONS, "engine/partiql"],
    "protocol/sigv4": ["engine/base"],
    "server/http": ["engine/base"],
    "server/http_client": ["engine/base"],
    "server/admin": ["engine/base", "engine/storage", "engine/database", "engine/triggers"],
    "server/api": ["engine/base", "engine/database", "protocol", "protocol/sigv4", "server/http", "server/admin"],
    "server/lambda": [
        *(*ENGINE_CORE, "engine/streams", "engine/triggers", "protocol", "protocol/sigv4"),
        *("server/http", "server/http_client", "server/admin", "server/api"),
    ],
    "conformance": [*ENGINE_CORE, *OPERATIONS, "protocol", "server/http_client"],
    "tools/client": ["engine/base", "protocol/sigv4", "server/http_client"],
    "tools/cruddur": [
        *("engine/base", "protocol", "protocol/sigv4", "server/http_client", "server/lambda", "tools/client"),
    ],
    "tools/health": ["server/http_client", "tools/client"],
    # `protocol` for its writer of JSON.
    "tools/trigger": ["engine/base", "protocol", "protocol/sigv4", "server/http_client", "tools/client"],
    "tools/bench": [*ENGINE_CORE, *OPERATIONS, "server/http"],
    "tools/fuzz": [*ENGINE_CORE, *OPERATIONS, "engine/partiql", "protocol", "tools/fuzz/targets"],
    "tools/fuzz/targets": [
        *(*ENGINE_CORE, *OPERATIONS, "engine/partiql", "engine/triggers", "protocol", "protocol/sigv4"),
        *("server/http", "server/api", "server/lambda"),
    ],
    "tools/dynarock": [
        *(*ENGINE_CORE, *OPERATIONS, "engine/triggers", "protocol", "protocol/sigv4"),
        *("server/http", "server/admin", "server/api", "server/lambda"),
        *("tools/client", "tools/cruddur", "tools/health", "tools/trigger"),
    ],
}

# Library -> the first folder of its headers, and where they may be included: layers, folders or sources.
LIBRARIES = {
    "RocksDB": ("rocksdb", ["engine/storage", "tools/dynarock/version.cc"]),
    "RapidJSON": ("rapidjson", ["protocol", "server/lambda", "tools", "conformance"]),
    "Boost": ("boost", ["server", "tools/dynarock/version.cc"]),
    "OpenSSL": ("openssl", ["server", "protocol/sigv4", "engine/storage", "tools/dynarock/version.cc"]),
    "CLI11": ("CLI", ["tools", "conformance"]),
    "minizip": ("minizip", ["server/lambda/code_archive.cc", "server/lambda/code_archive_test.cc"]),
    "zlib": ("zlib.h", ["server", "tools"]),
    "libdeflate": ("libdeflate.h", ["server/api/amazon_headers.cc", "tools/dynarock/version.cc"]),
    "LZ4": ("lz4.h", ["tools/dynarock/version.cc"]),
    "libpq": ("libpq-fe.h", ["tools/cruddur/postgres_users.cc"]),
}

LONG_FILE = 400
LONG_FUNCTION = 50
# Files that may be longer, and why.
LONG_FILES = {"engine/expression/reserved_words.cc": "a list of words"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def sources(root):
    """Our .h and .cc files, by their path from the root: those git knows, and new ones it does not ignore."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.h", "*.cc"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.split("\n")
    else:
        names = [str(path.relative_to(root)) for path in Path(root).rglob("*") if path.suffix in (".h", ".cc")]
    names = [name for name in names if name and not name.startswith("build/") and (Path(root) / name).is_file()]
    return sorted(set(names))


def layer_of(path):
    """The layer of a source or of an include's path; None if no row covers it."""
    folder = Path(path).parent
    for candidate in [folder, *folder.parents]:
        if str(candidate) in LAYERS:
            return str(candidate)
    return None


def is_in(path, places):
    return any(path == place or path.startswith(place + "/") for place in places)


def includes(text):
    """(line number, quoted path or None, system path or None) of each include."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match[1], match[2]


def is_test_of_same_house(source, layer):
    """A test may use what stands above its folder, within engine, protocol or server."""
    return source.endswith("_test.cc") and layer.split("/")[0] == source.split("/")[0]


def check_quoted(source, number, included, known):
    if included not in known:
        return f'{source}:{number}: "{included}" is not a file of the project; name it from the root.'
    here, there = layer_of(source), layer_of(included)
    if here is None:
        return f"{source}: its folder has no row in LAYERS of tools/check_layers.py."
    if here == there or there in LAYERS[here] or is_test_of_same_house(source, there):
        return None
    return f'{source}:{number}: {here} must not include {there} ("{included}").'


def check_system(source, number, included):
    for library, (first_folder, places) in LIBRARIES.items():
        if included.split("/")[0] != first_folder:
            continue
        if not is_in(source, places):
            return f"{source}:{number}: headers of {library} belong only to {', '.join(places)}."
    return None


def check_includes(texts):
    """Sentences, one for each include that is against the tables."""
    problems = []
    for source, text in texts.items():
        for number, quoted, system in includes(text):
            problem = (
                check_quoted(source, number, quoted, texts) if quoted else check_system(source, number, system)
            )
            if problem:
                problems.append(problem)
    return problems


def find_cycle(edges):
    """A cycle among `edges` (node -> nodes) as a list of nodes, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return None
        path.append(node)
        for other in edges.get(node, ()):
            if cycle := visit(other):
                return cycle
        path.pop()
        done.add(node)
        return None

    return next((cycle for node in edges if (cycle := visit(node))), None)


def file_edges(texts):
    return {
        source: sorted({quoted for _, quoted, _ in includes(text) if quoted in texts}) for source, text in texts.items()
    }


def check_cycles(texts):
    problems = []
    if cycle := find_cycle(LAYERS):
        problems.append(f"LAYERS has a cycle: {' -> '.join(cycle)}.")
    if cycle := find_cycle(file_edges(texts)):
        problems.append(f"headers include each other: {' -> '.join(cycle)}.")
    return problems


def long_functions(text):
    """(first line, length) of each function at namespace level, as our formatting lays them out."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if line == "}":
            if start and number - start + 1 > LONG_FUNCTION:
                yield start, number - start + 1
            start = None
        elif line[:1].isalpha():
            start = number


def check_lengths(texts):
    for source, text in texts.items():
        lines = text.count("\n")
        if lines > LONG_FILE and source not in LONG_FILES:
            yield f"{source}: {lines} lines, more than {LONG_FILE}"
        for start, length in long_functions(text):
            yield f"{source}:{start}: a function of {length} lines, more than {LONG_FUNCTION}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    texts = {name: (root / name).read_text(encoding="utf-8") for name in sources(str(root))}
    if not texts:
        sys.exit(f"There are no sources in {root}.")
    problems = [*check_includes(texts), *check_cycles(texts), *check_lengths(texts)]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"ok: {len(texts)} files follow the layers")


if __name__ == "__main__":
    main()
