#!/usr/bin/env python3
"""Runs the command blocks (```sh and ```console) of the README files and the documentation, as they stand there.

  tools/check_commands.py --binary build/debug/server/dynarock [PAGE...]
  tools/check_commands.py --list    prints the blocks that are not run, and why

The blocks of a page run in one bash, in their order, in an empty folder, with `dynarock` on the PATH; of a ```console block,
the lines after "$ ". Ports 8000, 8001 and 8443 are replaced with free ones. A comment ahead of a block changes that:

  <!-- with a server -->               a server in memory listens on port 8000 for this page, with a table `orders`
  <!-- in the clone -->                the block runs in the root of the repository
  <!-- each line runs until stopped --> each line starts a server, and is stopped once it listens
  <!-- not run: REASON -->             it is only read

What is read and what is run must name presets, paths of the repository, and commands and options of dynarock that exist.
Needs the AWS CLI for some pages; without it, exits with 77.
"""
import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools" / "packaging"))
import command_line  # noqa: E402

LIMIT = 600  # seconds for all blocks of a page
SKIPPED = 77  # ctest's "skipped"
BLOCK = re.compile(r"(?:^ *<!-- (?P<how>[^>]*?) -->\n\n?)?^(?P<indent> *)```(?P<kind>sh|console)\n(?P<text>.*?)^ *```", re.S | re.M)
HOWS = ("", "with a server", "in the clone", "each line runs until stopped")
PATHS = re.compile(r"(?:^|(?<=[\s(=\"'./]))((?:tools|docker|docs|conformance|engine|protocol|server)/[\w./-]*\w)")
GLOBALS = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": ""}


@dataclass
class Block:
    page: str
    line: int
    kind: str
    how: str
    text: str

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    @property
    def is_run(self):
        return not self.how.startswith("not run")

    def commands(self):
        """The lines to run, without a console's output."""
        if self.kind == "sh":
            return self.text
        typed = re.findall(r"^\$ ((?:.*\\\n)*.*)$", self.text, re.M)
        return "\n".join(typed)


def blocks_of(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        indent = match["indent"]
        lines = [line.removeprefix(indent) for line in match["text"].splitlines()]
        yield Block(page, text.count("\n", 0, match.start("kind")) + 1, match["kind"], match["how"] or "", "\n".join(lines))


def pages():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True, check=True
    )
    return sorted(name for name in set(listed.stdout.split()) if (ROOT / name).is_file())


class Program:
    """What `dynarock --help` says."""

    def __init__(self, binary):
        self.root = command_line.read_command(str(binary))

    def problem_of(self, words):
        """Why a command line `dynarock WORDS` is wrong, as far as its commands and options go; "" if it is right."""
        command = self.root
        if words and re.match(r"-[a-zA-Z]{2}", words[0]):
            return ""  # DynamoDB Local's command line
        for word in words:
            if word.startswith("--"):
                name = word.split("=")[0]
                if not any(name in option.names for option in command.options):
                    return f"{' '.join(command.path) or 'dynarock'} has no option {name}"
            elif subcommand := next((one for one in command.subcommands if one.path[-1] == word), None):
                command = subcommand
        return ""


def static_problems(block, program, presets):
    """What a block names that does not exist."""
    text = re.sub(r"\\\n", " ", block.commands())
    for preset in re.findall(r"--preset[ =](\w+)", text):
        if preset not in presets:
            yield f"there is no preset {preset}"
    for path in PATHS.findall(re.sub(r"build/\S+|https?:\S+|#.*", "", text)):
        if not (ROOT / path).exists() and not re.search(r"node_modules|__pycache__", path):
            yield f"there is no {path}"
    for line in text.splitlines():
        for part in re.split(r"&&|\|\||[;|&]", re.sub(r"\s#.*", "", line)):
            try:
                words = shlex.split(part)
            except ValueError:
                continue
            while words and re.match(r"\w+=|until$|while$|do$|!$", words[0]):
                words = words[1:]
            if words and words[0] == "dynarock" and (problem := program.problem_of(words[1:])):
                yield problem


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Page:
    """The blocks of one page, run in a folder of their own."""

    def __init__(self, blocks, binary):
        self.blocks = blocks
        self.folder = Path(tempfile.mkdtemp(prefix="dynarock-commands-"))
        (self.folder / "bin").mkdir()
        for name in ("dynarock", "java"):
            (self.folder / "bin" / name).symlink_to(binary)
        (self.folder / "work").mkdir()
        self.ports = dict(zip(("8000", "8001", "8443"), map(str, free_ports(3))))
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DYNAROCK_"))}
        self.environment |= GLOBALS | {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder)}
        self.server = None

    def with_ports(self, text):
        return re.sub(r"\b(8000|8001|8443)\b", lambda match: self.ports[match[1]], text)

    def start(self, words, stdout=subprocess.PIPE):
        return subprocess.Popen(
            words, cwd=self.folder / "work", env=self.environment, stdin=subprocess.DEVNULL,
            stdout=stdout, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def wait_until_it_listens(self, process):
        """Its output up to then; raises RuntimeError if it ends before."""
        text = ""
        for line in process.stdout:
            text += line
            if "listening on" in line or re.match(r"CorsParams:|Port:", line):
                return text
        raise RuntimeError(f"it ended with {process.wait()}: {text}")

    def end(self, process):
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=LIMIT)

    def start_server(self):
        self.server = self.start(["dynarock", "serve", "--in-memory", "--port", self.ports["8000"]])
        self.wait_until_it_listens(self.server)
        table = {
            "TableName": "orders", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        }  # fmt: skip
        command = ["curl", "-sf", f"http://127.0.0.1:{self.ports['8000']}/", "-H", "X-Amz-Target: DynamoDB_20120810.CreateTable"]
        key = "Credential=any/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0"
        command += ["-H", f"Authorization: AWS4-HMAC-SHA256 {key}", "-H", "X-Amz-Date: 20260101T000000Z", "-d", json.dumps(table)]
        subprocess.run([*command, "-H", "Content-Type: application/x-amz-json-1.0"], check=True, stdout=subprocess.DEVNULL)
        self.environment["AWS_ENDPOINT_URL_DYNAMODB"] = self.environment["AWS_ENDPOINT_URL"] = (
            f"http://127.0.0.1:{self.ports['8000']}"
        )

    def run_line(self, block, line):
        """A line that starts a server."""
        process = self.start(["bash", "-c", f"exec {self.with_ports(line)}"])
        try:
            self.wait_until_it_listens(process)
        except RuntimeError as error:
            raise RuntimeError(f"{block.place}: {line.strip()}: {error}") from None
        self.end(process)

    def run(self):
        """Raises RuntimeError with the place of the block that failed."""
        script = ["set -euo pipefail"]
        by_line = [block for block in self.blocks if block.how == "each line runs until stopped"]
        for block in by_line:
            for line in block.commands().splitlines():
                if command := re.sub(r"\s#.*", "", line).strip():
                    self.run_line(block, command)
        if any(block.how == "with a server" for block in self.blocks):
            self.start_server()
        for block in self.blocks:
            if block in by_line:
                continue
            folder = ROOT if block.how == "in the clone" else self.folder / "work"
            script += [f"cd {shlex.quote(str(folder))}", f"printf '== %s\\n' {block.place}", self.with_ports(block.commands())]
        # A file, since a pipe would stay open with what a block leaves running.
        with open(self.folder / "out", "w+", encoding="utf-8") as out:
            process = self.start(["bash", "-c", "\n".join(script)], stdout=out)
            try:
                process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                out.write(f"\nit took more than {LIMIT} s\n")
            finally:
                self.end_group(process.pid)
            process.wait()
        if process.returncode != 0:
            text = (self.folder / "out").read_text(encoding="utf-8")
            place = re.findall(r"^== (\S+)$", text, re.M)[-1:]
            raise RuntimeError(f"{''.join(place)}: ended with {process.returncode}: {text[-3000:]}")

    def end_group(self, group):
        """What a block has left running."""
        try:
            os.killpg(group, signal.SIGTERM)
            time.sleep(0.5)
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def close(self):
        if self.server:
            self.end(self.server)
        shutil.rmtree(self.folder, ignore_errors=True)


def preset_names():
    presets = json.loads((ROOT / "CMakePresets.json").read_text(encoding="utf-8"))
    return {preset["name"] for preset in presets["configurePresets"]}


def untagged_problems(page):
    """Blocks without a language: whether they are commands would be a guess."""
    text = (ROOT / page).read_text(encoding="utf-8")
    is_open = False
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r" *```+(.*)$", line):
            if not is_open and not match[1].strip():
                yield f"{page}:{number}: the block has no language: sh and console are run, text is not"
            is_open = not is_open


def run_pages(by_page, binary):
    problems = []
    for page, blocks in by_page.items():
        running = [block for block in blocks if block.is_run]
        if not running:
            continue
        session = Page(running, binary)
        started = time.monotonic()
        try:
            session.run()
            print(f"{page}: {len(running)} of {len(blocks)} blocks run, {time.monotonic() - started:.1f} s", flush=True)
        except RuntimeError as error:
            problems.append(str(error))
        finally:
            session.close()
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=lambda path: Path(path).resolve())
    parser.add_argument("--list", action="store_true")
    parser.add_argument("pages", nargs="*")
    options = parser.parse_args()
    by_page = {page: list(blocks_of(page)) for page in options.pages or pages()}
    if options.list:
        for block in (block for blocks in by_page.values() for block in blocks if not block.is_run):
            print(f"{block.place}: {block.how.removeprefix('not run: ')}")
        return
    if not options.binary:
        parser.error("--binary is needed")
    if not shutil.which("aws") or not shutil.which("curl"):
        print("skipped: the AWS CLI and curl are not installed")
        sys.exit(SKIPPED)
    program, presets = Program(options.binary), preset_names()
    problems = [problem for page in by_page if not page.startswith(".github") for problem in untagged_problems(page)]
    for block in (block for blocks in by_page.values() for block in blocks):
        if block.how not in HOWS and not re.match(r"not run: \S", block.how):
            problems.append(f"{block.place}: unknown comment: {block.how}")
        problems += [f"{block.place}: {problem}" for problem in static_problems(block, program, presets)]
    problems += run_pages(by_page, options.binary)
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
