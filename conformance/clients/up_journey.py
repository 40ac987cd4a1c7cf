#!/usr/bin/env python3
"""tools/up on a port and a directory of its own: start, demo, second run, what it prints when it fails, stop."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from types import SimpleNamespace

from raw_http import call

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class UpTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-up-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "my data")
        self.port = free_port()
        self.server = SimpleNamespace(host="127.0.0.1", port=self.port)

    def up(self, *arguments, status=0):
        """Output and error output of tools/up, which must exit with `status`."""
        done = subprocess.run(
            [os.path.join(ROOT, "tools", "up"), "--no-install", "--port", str(self.port), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def start(self, *arguments):
        self.addCleanup(self.up, "--stop")
        return self.up(*arguments)[0]

    def count(self):
        return call(self.server, "Scan", {"TableName": "cruddur-messages", "Select": "COUNT"}).json()["Count"]

    def run_printed_lines(self, output):
        """Runs the lines that tools/up says to try; gives their outputs."""
        lines = [line.strip() for line in output.splitlines() if line.startswith("  ")]
        self.assertEqual(len(lines), 3, output)
        self.assertLessEqual(max(map(len, lines)), 98, output)
        # The last one runs until it is interrupted.
        self.assertIn("trigger tail", lines.pop())
        outputs = []
        for line in lines:
            done = subprocess.run(
                ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
            )
            self.assertEqual(done.returncode, 0, line + "\n" + done.stderr)
            outputs.append(done.stdout)
        return outputs

    def wait_for_newest(self, message):
        """Until the trigger has put the conversation with this text into the lists of both."""
        request = {
            "TableName": "cruddur-messages",
            "FilterExpression": "begins_with(pk, :p) AND message = :m",
            "ExpressionAttributeValues": {":p": {"S": "GRP#"}, ":m": {"S": message}},
        }
        end = time.monotonic() + 30
        while call(self.server, "Scan", request).json()["Count"] != 2:
            self.assertLess(time.monotonic(), end, f"the lists do not show {message!r}")
            time.sleep(0.05)

    def test_demo_is_kept(self):
        first = self.start("--data", self.data)
        self.assertIn(f"data in {self.data}", first)
        rows = self.count()
        self.assertGreater(rows, 90)
        outputs = self.run_printed_lines(first)
        self.assertTrue(any("Andrew Bayko" in output for output in outputs), outputs)
        self.assertEqual(self.count(), rows + 1)  # one of the lines posted a message
        self.wait_for_newest("Is this thing on?")
        second = self.up("--data", self.data)[0]
        self.assertIn("runs already", second)
        self.assertIn("left as it is", second)
        self.assertIn("Stopped", self.up("--stop")[0])
        self.assertIn("No server", self.up("--stop")[0])
        self.up("--data", self.data)
        self.assertEqual(self.count(), rows + 1)

    def test_in_memory_without_demo(self):
        output = self.start("--in-memory", "--no-demo")
        self.assertIn("in memory", output)
        self.assertEqual(call(self.server, "ListTables", {}).json(), {"TableNames": []})
        _, problem = self.up("--data", self.data, status=1)
        self.assertIn("keeps its data in memory", problem)

    def test_port_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", self.port))
            taken.listen()
            _, problem = self.up("--in-memory", status=1)
        self.assertEqual(problem.count("\n"), 1, problem)
        self.assertIn("taken by another program", problem)

    def test_directory_that_is_no_store(self):
        os.mkdir(self.data)
        with open(os.path.join(self.data, "thesis.txt"), "w", encoding="utf-8"):
            pass
        _, problem = self.up("--data", self.data, status=1)
        self.assertIn("is not a dynarock store", problem)
        self.assertEqual(problem.count("\n"), 1, problem)

    def test_options(self):
        text = self.up("--help")[0]
        with open(os.path.join(ROOT, "tools", "up"), encoding="utf-8") as file:
            script = file.read()
        for option in re.findall(r"--[a-z-]+\)", script):
            self.assertIn(option[:-1], text)
        for arguments in (["--nonsense"], ["--data"], ["--port", "0"], ["--in-memory", "--data", "x"]):
            _, problem = self.up(*arguments, status=2)
            self.assertIn("--help", problem)


if __name__ == "__main__":
    unittest.main(verbosity=2)
