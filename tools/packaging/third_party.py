#!/usr/bin/env python3
"""Writes THIRD-PARTY.md: the licenses of what the program and the images contain, from Debian's own copyright files.

  tools/packaging/third_party.py                   writes THIRD-PARTY.md
  tools/packaging/third_party.py --check [TREE]    exits with 1 if it is stale, or if the build tree TREE uses a package
                                                   that is not listed; with 77 on a system that is not Debian 12

Needs the packages of `tools/install.sh test`, which are those that the program and the images are made of.
"""
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "THIRD-PARTY.md"
DOC = Path("/usr/share/doc")
COMMON = Path("/usr/share/common-licenses")
SKIPPED = 77  # ctest's "skipped"


@dataclass(frozen=True)
class Part:
    """A library in the program."""

    title: str
    package: str  # Debian's, whose copyright file has the license
    license: str  # SPDX
    # Of a copyright file that covers far more than the program contains: only these license texts.
    only: tuple = ()


PARTS = (
    Part("RocksDB", "librocksdb-dev", "Apache-2.0 AND BSD-3-Clause"),
    # All headers that the program includes have one of these; the file lists thousands of others.
    Part("Boost (Asio, Beast and what they use)", "libboost1.81-dev", "BSL-1.0", only=("BSL-1.0", "OldBoost1")),
    Part("OpenSSL", "libssl-dev", "Apache-2.0"),
    Part("RapidJSON", "rapidjson-dev", "MIT AND BSD-3-Clause"),
    Part("CLI11", "libcli11-dev", "BSD-3-Clause"),
    Part("zlib", "zlib1g-dev", "Zlib"),
    Part("minizip", "libminizip-dev", "Zlib"),
    Part("libdeflate", "libdeflate-dev", "MIT"),
    Part("LZ4", "liblz4-dev", "BSD-2-Clause"),
    Part("GNU C Library", "libc6-dev", "LGPL-2.1-or-later"),
    Part("GNU C++ standard library and libgcc", "libstdc++-12-dev", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    Part("Zstandard, with Debian's build of RocksDB only", "libzstd-dev", "BSD-3-Clause"),
    Part("Snappy, with Debian's build of RocksDB only", "libsnappy-dev", "BSD-3-Clause"),
    Part("bzip2, with Debian's build of RocksDB only", "libbz2-dev", "bzip2-1.0.6"),
)
# Texts that the copyright files above name instead of having them.
REFERENCED = ("LGPL-2.1", "GPL-3")

# Packages whose headers are used without their code becoming part of the program.
NOT_CONTAINED = {
    "linux-libc-dev": "the kernel's interface, which its license exempts (Linux-syscall-note)",
    "libgtest-dev": "tests only",
    "libgmock-dev": "tests only",
    "libpq-dev": "only dynarock-postgres-users links it, as a shared library",
    "libgcc-12-dev": "listed with the C++ library, from the same source",
}

# What docker/lay_out copies into the images: programs with the libraries they are linked with.
IMAGE_PROGRAMS = ("/bin/bash", "/usr/bin/curl", "/bin/nc.openbsd", "/bin/busybox")
IMAGE_LIBRARIES = ("libpq.so.5", "libstdc++.so.6", "libgcc_s.so.1")  # of dynarock-postgres-users

HEAD = """\
# Third-party software

Made by `tools/packaging/third_party.py` from the copyright files of Debian's packages; the test
`third_party` says when it is stale. dynarock's own license is in [LICENSE](LICENSE). `dynarock
licenses` prints both.

## In the program

The released program is one static file that contains these:

| software | license | Debian package |
| --- | --- | --- |
"""

RELINKING = """\

The libraries marked "with Debian's build of RocksDB only" are in programs that were built where
RocksDB's source package was not available. A released program does not contain them.

### The GNU C Library and the LGPL

The program is linked statically with the GNU C Library, whose license requires that you can change the
library and link the program with it again. Everything this takes is public: this repository with its
build scripts, and the sources of the library (`apt-get source glibc` on Debian 12). To link with a
library of your own, put its `libc.a`, `libm.a` and start files (`rcrt1.o`, `crti.o`, `crtn.o`) into
a folder, and name it when you configure:

```text
tools/install.sh build
cmake --preset release -DCMAKE_EXE_LINKER_FLAGS="-B/path/to/libc -L/path/to/libc"
cmake --build --preset release --target dynarock
```

Without `-DDYNAROCK_STATIC=ON`, as in the preset `debug`, the program uses the system's shared
library. The GNU C++ standard library and libgcc come with an exception that puts no
conditions on a program that is compiled with GCC.

## In the images

The image `slim` contains the program alone. The images `drop-in` and `cruddur` also contain these Debian
packages, unchanged, as programs and shared libraries of their own. Each image has their copyright
files in `/usr/share/doc/PACKAGE/copyright`, their versions in `/usr/share/doc/packages.txt`, and
the licenses that these name in `/usr/share/common-licenses`. Debian publishes the sources of every
version: `apt-get source PACKAGE`, or <https://snapshot.debian.org>.

| Debian package | licenses named by its copyright file |
| --- | --- |
"""


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def copyright_of(package):
    path = DOC / package / "copyright"
    if not path.exists():
        sys.exit(f"There is no {path}: tools/install.sh test installs the package.")
    return path.read_text(encoding="utf-8")


def owners_of(paths):
    """Path -> the package that installed it. A merged /usr has two names for some files."""
    names = {}
    for path in paths:
        for name in (path, path.removeprefix("/usr"), f"/usr{path}", str(Path(path).resolve())):
            names.setdefault(name, path)
    search = subprocess.run(["dpkg-query", "--search", *names], capture_output=True, text=True, check=False)
    owners = {}
    for line in search.stdout.splitlines():
        packages, _, name = line.partition(": ")
        if name in names and not packages.startswith("diversion by"):
            owners[names[name]] = packages.split(":")[0].split(",")[0]
    for path in paths:
        if path not in owners:
            sys.exit(f"No package has {path}: tools/install.sh test installs what the images contain.")
    return owners


def stand_alone_licenses(text, names):
    """The texts of stand-alone license paragraphs of a copyright file in Debian's machine-readable form."""
    found = {}
    for paragraph in re.split(r"\n[ \t]*\n(?=\S)", text):
        match = re.match(r"License: *(\S+)\n(.+)", paragraph, re.S)
        if match and match[1] in names:
            found[match[1]] = match[0].rstrip()
    missing = set(names) - set(found)
    if missing:
        sys.exit(f"The copyright file has no text for {', '.join(sorted(missing))}.")
    return "\n\n".join(found[name] for name in names)


def licenses_named(text):
    """The short names of licenses in a copyright file, or of the common licenses that it refers to."""
    names = set()
    for line in re.findall(r"^License: *(\S.*)$", text, re.M):
        parts = re.split(r"[, ]+(?:and|or|with)[, ]+|, ", line.strip(), flags=re.I)
        names |= {name for name in parts if name and name.count(" ") < 2}  # more words are a sentence
    if not names:
        names = {name.rstrip(".") for name in re.findall(r"/usr/share/common-licenses/([\w.-]+)", text)}
    return ", ".join(sorted(names, key=lambda name: (name.lower(), name))) or "a text of its own"


def linked_files(program):
    return re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout)


def image_packages():
    """The packages of everything that docker/lay_out copies, as it finds them itself."""
    files = list(IMAGE_PROGRAMS)
    cache = run("/sbin/ldconfig", "-p")
    for library in IMAGE_LIBRARIES:
        found = re.search(rf"^\s*{re.escape(library)} .*=> (\S+)$", cache, re.M)
        if not found:
            sys.exit(f"There is no {library}: tools/install.sh test installs it.")
        files.append(found[1])
    for file in list(files):
        files += linked_files(file)
    return sorted(set(owners_of(files).values()))


def texts():
    for part in PARTS:
        text = copyright_of(part.package)
        yield part.title, stand_alone_licenses(text, part.only) if part.only else text
    for name in REFERENCED:
        yield f"/usr/share/common-licenses/{name}", (COMMON / name).read_text(encoding="utf-8")


def page():
    lines = [HEAD]
    lines += [f"| {part.title} | {part.license} | {part.package} |\n" for part in PARTS]
    lines.append(RELINKING)
    lines += [f"| {package} | {licenses_named(copyright_of(package))} |\n" for package in image_packages()]
    lines.append("\n## Texts\n")
    for title, text in texts():
        body = "\n".join(line.expandtabs().rstrip() for line in text.strip("\n").replace("\f", "\n").split("\n"))
        lines.append(f"\n### {title}\n\n````text\n{body}\n````\n")
    return "".join(lines)


def unlisted_packages(tree):
    """Packages with headers or archives that a build tree uses, which are neither listed nor known not to matter."""
    used = set(re.findall(r"^ +(/usr/\S+)$", run("ninja", "-C", tree, "-t", "deps"), re.M))
    link = run("ninja", "-C", tree, "-t", "commands", "-s", "dynarock")
    used |= set(re.findall(r"/usr/\S+\.a\b", link))
    known = {part.package for part in PARTS} | set(NOT_CONTAINED)
    folders = {}  # one file stands for those of its folder
    for file in sorted(used):
        folders.setdefault(str(Path(file).parent), file)
    owners = owners_of(list(folders.values()))
    return {package: file for file, package in owners.items() if package not in known}


def check(tree):
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    if "ID=debian\n" not in release or 'VERSION_ID="12"' not in release:
        print("skipped: the page is made of Debian 12's packages")
        sys.exit(SKIPPED)
    if PAGE.read_text(encoding="utf-8") != page():
        sys.exit("THIRD-PARTY.md is stale: run tools/packaging/third_party.py and look at what has changed.")
    if tree:
        unlisted = unlisted_packages(tree)
        for package, file in unlisted.items():
            print(f"{file} is of the package {package}: list it in tools/packaging/third_party.py.")
        if unlisted:
            sys.exit(1)
    print("ok")


def main():
    if sys.argv[1:2] == ["--check"]:
        check(sys.argv[2] if len(sys.argv) > 2 else "")
    elif len(sys.argv) == 1:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
