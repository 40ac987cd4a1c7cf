#!/usr/bin/env python3
"""Installs the dynarock program by CMake and as a Debian package, and looks at all that comes with it.

  packaging/package_test.py --binary build/release/server/dynarock
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "conformance" / "clients"))
import command_line  # noqa: E402
from raw_http import call  # noqa: E402
from running_server import Server  # noqa: E402

LIMIT = 300  # seconds for one command
BINARY = Path()
RELEASE = Path(__file__).resolve().parents[1] / "release"
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
FILES = {
    "usr/bin/dynarock",
    "usr/lib/systemd/system/dynarock.service",
    "usr/share/bash-completion/completions/dynarock",
    "usr/share/doc/dynarock/CHANGELOG.md",
    "usr/share/doc/dynarock/LICENSE",
    "usr/share/doc/dynarock/NOTICE",
    "usr/share/doc/dynarock/README.md",
    "usr/share/doc/dynarock/SECURITY.md",
    "usr/share/doc/dynarock/THIRD-PARTY.md",
    "usr/share/doc/dynarock/copyright",
    "usr/share/fish/vendor_completions.d/dynarock.fish",
    "usr/share/man/man1/dynarock.1",
    "usr/share/zsh/site-functions/_dynarock",
} | {f"usr/share/doc/dynarock/docs/guide/{page.name}" for page in GUIDE.glob("*.md")}


def run(*command, status=0, **more):
    ended = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=LIMIT, check=False, **more
    )
    if ended.returncode != status:
        raise AssertionError(f"{command} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def files_below(folder):
    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file()}


def options_in(help_text):
    """The long options that a help text begins a line with."""
    return set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_text, re.M))


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dynarock-package-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.tree = BINARY.parent.parent
        run("cpack", "--config", cls.tree / "CPackConfig.cmake", "-B", cls.folder / "made")
        (cls.package,) = (cls.folder / "made").glob("*.deb")
        cls.root = cls.folder / "root"
        run("dpkg-deb", "-x", cls.package, cls.root)
        cls.program = cls.root / "usr/bin/dynarock"

    def installed(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def test_the_package_has_all_files(self):
        self.assertEqual(files_below(self.root), FILES)
        modes = {path: (self.root / path).stat().st_mode & 0o777 for path in FILES}
        self.assertEqual({path for path, mode in modes.items() if mode == 0o755}, {"usr/bin/dynarock"})
        self.assertEqual({path for path, mode in modes.items() if mode == 0o644}, FILES - {"usr/bin/dynarock"})

    def test_the_package_says_what_it_is(self):
        fields = dict(
            line.split(": ", 1) for line in run("dpkg-deb", "-f", self.package).splitlines() if re.match(r"\w", line)
        )
        version = run(self.program, "--version").split()[1]
        architecture = run("dpkg", "--print-architecture").strip()
        self.assertEqual(
            (fields["Package"], fields["Version"], fields["Architecture"]), ("dynarock", version, architecture)
        )
        self.assertEqual(self.package.name, f"dynarock_{version}_{architecture}.deb")
        for name in ("Maintainer", "Description", "Section", "Installed-Size"):
            self.assertTrue(fields[name], name)

    def test_the_package_has_its_licenses(self):
        own = self.installed("usr/share/doc/dynarock/copyright")
        self.assertIn("\nLicense: Apache-2.0\n", own)
        for name in ("NOTICE", "LICENSE", "THIRD-PARTY.md"):
            text = (GUIDE.parents[1] / name).read_text(encoding="utf-8")
            self.assertEqual(self.installed(f"usr/share/doc/dynarock/{name}"), text)
            self.assertIn(text, run(self.program, "licenses"))

    def test_dpkg_installs_and_removes_it(self):
        if os.geteuid() != 0:
            self.skipTest("dpkg needs root")
        root = self.folder / "system"
        for part in ("info", "updates", "triggers"):
            (root / "var/lib/dpkg" / part).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        dpkg = ("dpkg", f"--root={root}", "--log=/dev/null", "--force-depends")
        run(*dpkg, "--install", self.package)
        self.assertLessEqual(FILES, files_below(root))
        self.assertIn("Status: install ok installed", run(*dpkg, "--status", "dynarock"))
        run(*dpkg, "--purge", "dynarock")
        self.assertEqual(files_below(root) & FILES, set())

    def test_the_program_of_the_package_runs(self):
        data = self.folder / "data"
        server = Server(str(self.program), data)
        self.addCleanup(server.end)
        self.assertEqual(call(server, "ListTables", {}).json(), {"TableNames": []})
        with urllib.request.urlopen(f"{server.endpoint}/health", timeout=60) as reply:
            self.assertEqual(json.load(reply), {"status": "ok"})
        run(self.program, "health", "--port", str(server.port))
        self.assertEqual(server.stop(), 0)

    def test_cmake_installs_the_same(self):
        prefix = self.folder / "prefix"
        run("cmake", "--install", self.tree, "--prefix", prefix)
        self.assertEqual(files_below(prefix), {path.removeprefix("usr/") for path in FILES})
        unit = (prefix / "lib/systemd/system/dynarock.service").read_text(encoding="utf-8")
        self.assertIn(f"\nExecStart={prefix}/bin/dynarock serve\n", unit)

    def test_a_release_has_all_files(self):
        if not shutil.which("npm"):
            self.skipTest("npm is not installed")
        out = self.folder / "release"
        run(RELEASE, "--tree", self.tree, "--output", out, "--no-images")
        version = run(self.program, "--version").split()[1]
        machine = os.uname().machine
        tarball = f"dynarock-{version}-linux-{machine}"
        files = {"RELEASE-NOTES.md", f"{tarball}.tar.gz", f"dynarock-{version}.tgz", self.package.name}
        self.assertEqual(files_below(out), files | {"SHA256SUMS"})
        checked = run("sha256sum", "--check", "SHA256SUMS", cwd=out)
        self.assertEqual(checked, "".join(f"{name}: OK\n" for name in sorted(files)))
        self.assertIn("### Added", (out / "RELEASE-NOTES.md").read_text(encoding="utf-8"))
        run("tar", "-xzf", out / f"{tarball}.tar.gz", "-C", self.folder)
        unpacked = self.folder / tarball
        self.assertEqual(files_below(unpacked), {path.removeprefix("usr/") for path in FILES})
        self.assertEqual(run(unpacked / "bin/dynarock", "--version"), run(self.program, "--version"))

    def test_the_unit(self):
        unit = self.installed("usr/lib/systemd/system/dynarock.service")
        self.assertIn("\nExecStart=/usr/bin/dynarock serve\n", unit)
        self.assertNotIn("@", unit)
        variables = re.findall(r"^Environment=(\w+)=", unit, re.M)
        documented = {option.variable for command in self.commands() for option in command.options}
        self.assertLessEqual(set(variables), documented)
        if not shutil.which("systemd-analyze"):
            return
        own = self.folder / "dynarock.service"  # with a program that is there
        own.write_text(unit.replace("/usr/bin/dynarock", str(self.program)), encoding="utf-8")
        ended = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", own], capture_output=True, text=True, timeout=LIMIT, check=False
        )
        self.assertNotIn("dynarock.service:", ended.stderr)

    def commands(self):
        return list(command_line.read_command(str(self.program)).all())

    def test_every_option_is_in_every_text(self):
        manual = self.installed("usr/share/man/man1/dynarock.1").replace("\\", "")
        texts = {
            "bash": self.installed("usr/share/bash-completion/completions/dynarock"),
            "zsh": self.installed("usr/share/zsh/site-functions/_dynarock"),
            "fish": self.installed("usr/share/fish/vendor_completions.d/dynarock.fish"),
        }
        seen = 0
        for command in self.commands():
            options = options_in(run(self.program, *command.path, "--help"))
            self.assertEqual(options, {name for each in command.options for name in each.names if name[1] == "-"})
            for subcommand in command.subcommands:
                self.assertIn(f".SS dynarock {' '.join(subcommand.path)}\n", manual)
            for name in options:
                seen += 1
                if name != "--help":
                    self.assertIn(f"fB{name}fR", manual)
                self.assertRegex(texts["bash"], rf"'{'/'.join(command.path)}'\) words='[^']*{name}[ ']")
                function = "_".join(("_dynarock", *command.path)).replace("-", "_")
                self.assertRegex(texts["zsh"], rf"(?s)\n{function}\(\) {{\n(?:(?!\n}}).)*'{name}\[")
                self.assertIn(f" -l {name[2:]}", texts["fish"])
        self.assertGreater(seen, 60)

    def test_the_guide_lists_the_options_as_they_are(self):
        page = (GUIDE / "running.md").read_text(encoding="utf-8")
        root = command_line.read_command(str(self.program))
        self.assertGreater(command_line.guide_table(root).count("\n"), 40)
        self.assertIn(
            command_line.guide_table(root),
            page,
            "run tools/packaging/command_line.py PROGRAM --guide docs/guide/running.md",
        )

    def test_the_manual_is_well_formed(self):
        page = self.root / "usr/share/man/man1/dynarock.1"
        checked = False
        for command in (["mandoc", "-T", "lint", "-W", "error"], ["groff", "-mandoc", "-Tutf8", "-ww", "-z"]):
            if shutil.which(command[0]):
                ended = subprocess.run([*command, page], capture_output=True, text=True, timeout=LIMIT, check=False)
                self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
                checked = True
        if not checked:
            self.skipTest("neither mandoc nor groff is installed")

    def completions(self, *words):
        """What bash offers for the last of `words`."""
        script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dynarock; printf "%s\\n" "${COMPREPLY[@]}"'
        file = self.root / "usr/share/bash-completion/completions/dynarock"
        return run("bash", "--norc", "-c", script, "bash", file, *words, cwd=self.root).split()

    def test_bash_completes(self):
        self.assertEqual(self.completions("dynarock", "s"), ["serve"])
        self.assertEqual(self.completions("dynarock", "serve", "--log-l"), ["--log-level"])
        self.assertEqual(self.completions("dynarock", "serve", "--log-level", "w"), ["warn"])
        self.assertEqual(self.completions("dynarock", "serve", "--sync", "--in"), ["--in-memory"])
        self.assertEqual(self.completions("dynarock", "trigger", "add", "--starting-position", "T"), ["TRIM_HORIZON"])
        self.assertEqual(self.completions("dynarock", "serve", "--data", "us"), ["usr"])
        self.assertEqual(self.completions("dynarock", "serve", "--port", ""), [])

    def test_other_shells_read_theirs(self):
        fish = self.root / "usr/share/fish/vendor_completions.d/dynarock.fish"
        if shutil.which("zsh"):
            run("zsh", "-n", self.root / "usr/share/zsh/site-functions/_dynarock")
        if shutil.which("fish"):
            own = os.environ | {"HOME": str(self.folder)}
            ask = lambda line: run("fish", "-c", f"source {fish}; complete -C '{line}'", env=own)  # noqa: E731
            self.assertIn("--log-level\t", ask("dynarock serve --log-l"))
            self.assertIn("TRIM_HORIZON", ask("dynarock trigger add --starting-position "))


def main():
    global BINARY
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=Path)
    options, rest = parser.parse_known_args()
    BINARY = options.binary.resolve()
    for tool in ("cpack", "dpkg-deb"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            sys.exit(77)
    if not (BINARY.parent.parent / "CPackConfig.cmake").exists():
        sys.exit(f"{BINARY} is in no build tree: configure it with cmake first.")
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
