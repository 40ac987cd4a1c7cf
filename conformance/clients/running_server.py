"""Starts and ends the dynarock program for tests that speak to it over HTTP; the command line that they share."""
import argparse
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

START_LIMIT = 90.0  # seconds; a sanitized server on a busy machine
STOP_LIMIT = 90.0
PATIENCE = 90.0  # seconds for what a server does by itself
SKIPPED = 77  # ctest's "skipped"
LISTENING = re.compile(r"listening on http://([0-9.]+):([0-9]+)")
LOCAL_PORT = re.compile(r"^Port:\t([0-9]+)$")
LOCAL_END = "CorsParams:"  # the last line of DynamoDB Local's banner
SIGTERM_STATUS = 143  # of java


def wait_for(what, condition):
    """The condition's first true value."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def raise_file_limit():
    """As many open files as the machine allows; gives that number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _common_file_limit():
    """In the server's process: the soft limit that a shell gives, so that tests do not depend on ours."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))


class Server:
    """`dynarock serve` on a free port of loopback, listening when the constructor returns.

    `data` is its directory; None keeps all in memory; `options` go to the command line. Its messages go to `log`.
    """

    stopped = 0  # its exit status at SIGTERM

    def __init__(self, binary, data=None, port=0, options=()):
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")  # closed by end()
        storage = ["--in-memory"] if data is None else ["--data", str(data)]
        self._run([binary, "serve", "--port", str(port), *storage, *options])

    def _run(self, command, **options):
        """Starts the program; `options` are those of Popen."""
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            preexec_fn=_common_file_limit,
            **options,
        )
        self.host, self.port = self._wait_for_port()
        self.endpoint = f"http://{self.host}:{self.port}"

    def _wait_for_port(self):
        ready, _, _ = select.select([self.process.stdout], [], [], START_LIMIT)
        line = self.process.stdout.readline() if ready else ""
        if match := LISTENING.search(line):
            return match[1], int(match[2])
        self.end()
        raise RuntimeError(f"dynarock did not start: {line!r} {self.messages()}")

    def messages(self):
        """What the server wrote to its standard error."""
        if self.log.closed:
            return ""
        self.log.seek(0)
        return self.log.read()

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self):
        """The exit status."""
        return self.process.wait(timeout=STOP_LIMIT)

    def stop(self):
        """Ends it as an administrator would; gives the exit status."""
        self.signal()
        return self.wait()

    def kill(self):
        self.signal(signal.SIGKILL)
        self.wait()

    def resident_kilobytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s*(\d+)", status.read())[1])

    def end(self):
        """Frees everything, whatever state the server is in."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        lines = self.messages().splitlines()
        if lines:
            # A sanitizer's report names templates at length.
            text = "\n".join(line[:200] for line in lines[:40])
            sys.stderr.write(f"--- the server's messages ---\n{text}\n---\n")
        self.log.close()


class LocalServer(Server):
    """The same as DynamoDB Local is started: by the name `java`, on a free port, with one database for all.

    `data` is -dbPath's directory, which must be there; None: -inMemory. `options` are DynamoDB Local's.
    """

    stopped = SIGTERM_STATUS

    def __init__(self, binary, data=None, options=("-sharedDb",), before=("-jar", "DynamoDBLocal.jar"), port=0, **popen):
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.folder = tempfile.TemporaryDirectory(prefix="dynarock-java-")
        java = os.path.join(self.folder.name, "java")
        os.symlink(os.path.abspath(binary), java)
        storage = ["-inMemory"] if data is None else ["-dbPath", str(data)] if data else []
        self._run([java, *before, "-port", str(port), *storage, *options], **popen)

    def _wait_for_port(self):
        port = None
        self.banner = []
        # All of it comes at once.
        ready, _, _ = select.select([self.process.stdout], [], [], START_LIMIT)
        while not self.banner or not self.banner[-1].startswith(LOCAL_END):
            line = self.process.stdout.readline() if ready else ""
            if not line:
                self.end()
                raise RuntimeError(f"dynarock did not start: {self.banner} {self.messages()}")
            self.banner.append(line.rstrip("\n"))
            if match := LOCAL_PORT.match(line):
                port = int(match[1])
        return "127.0.0.1", port

    def end(self):
        super().end()
        self.folder.cleanup()


class Settings:
    """What the command line says, for the tests of the module that is run."""

    binary = ""
    storage = "memory"


class JourneyTest(unittest.TestCase):
    """Tests that share one server: in memory, on disk in a temporary folder, or "local": as DynamoDB Local."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="dynarock-journey-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        data = os.path.join(cls.folder, "data") if Settings.storage == "disk" else None
        cls.server = LocalServer(Settings.binary) if Settings.storage == "local" else Server(Settings.binary, data)
        cls.addClassCleanup(cls.server.end)
        cls.endpoint = cls.server.endpoint

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        if status != cls.server.stopped:
            raise AssertionError(f"the server ended with {status} at SIGTERM")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def add_server_options(parser, storages=("memory", "disk")):
    parser.add_argument("--binary", required=True, help="the dynarock program")
    parser.add_argument("--storage", default=",".join(storages), help="memory, disk, local, or several set apart by commas")


def run_module(description, storages=("memory", "disk")):
    """Runs the tests of the main module once for each storage and ends the program."""
    parser = argparse.ArgumentParser(description=description)
    add_server_options(parser, storages)
    parser.add_argument("-k", dest="pattern", action="append", help="only tests whose name contains this")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end with us
    Settings.binary = os.path.abspath(options.binary)
    passed = True
    for storage in options.storage.split(","):
        Settings.storage = storage
        print(f"== {os.path.basename(sys.argv[0])}, storage: {storage}", flush=True)
        loader = unittest.TestLoader()
        loader.testNamePatterns = [f"*{pattern}*" for pattern in options.pattern or []] or None
        suite = loader.loadTestsFromModule(sys.modules["__main__"])
        passed &= unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite).wasSuccessful()
    sys.exit(0 if passed else 1)
