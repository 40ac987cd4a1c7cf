#!/usr/bin/env python3
"""`dynarock health`: its exit status and its sentence, for servers that are there, that are not, and that are others."""
import http.server
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

from running_server import Server, Settings, run_module


class OtherServer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


NOWHERE = "http://127.0.0.1:1"  # where no server listens


class HealthTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-health-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        # A file of its own: servers of other tests don't run from it.
        self.binary = os.path.join(self.folder, "dynarock")
        shutil.copy(Settings.binary, self.binary)

    def health(self, *options, **variables):
        done = subprocess.run(
            [self.binary, "health", *options],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def expect(self, status, sentence, *options, **variables):
        found, text = self.health(*options, **variables)
        self.assertEqual(found, status, text)
        self.assertEqual(text.count("\n"), 1, text)
        self.assertIn(sentence, text)

    def test_healthy(self):
        server = Server(self.binary)
        self.addCleanup(server.end)
        sentence = f"{server.endpoint} is healthy."
        self.expect(0, sentence, "--port", str(server.port))
        self.expect(0, sentence, "--endpoint", server.endpoint)
        self.expect(0, sentence, DYNAROCK_PORT=str(server.port))
        self.expect(0, sentence, "--port", "0")
        self.expect(0, sentence, AWS_ENDPOINT_URL=server.endpoint)
        self.expect(0, sentence, AWS_ENDPOINT_URL=NOWHERE, AWS_ENDPOINT_URL_DYNAMODB=server.endpoint)
        self.expect(0, sentence, "--port", str(server.port), AWS_ENDPOINT_URL=NOWHERE)
        self.expect(0, sentence, DYNAROCK_PORT=str(server.port), AWS_ENDPOINT_URL=NOWHERE)
        server.stop()
        self.expect(1, f"Cannot reach {server.endpoint}", "--port", str(server.port))
        self.expect(1, "No server that runs this program was found", "--port", "0")

    def test_someone_else_answers(self):
        other = http.server.HTTPServer(("127.0.0.1", 0), OtherServer)
        self.addCleanup(other.server_close)
        threading.Thread(target=other.serve_forever).start()
        self.addCleanup(other.shutdown)
        self.expect(1, "is not healthy: it answered GET /health with status 200", "--port", str(other.server_port))

    def test_nobody_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = str(silent.getsockname()[1])
            self.expect(1, "did not answer within 1 seconds", "--port", port, "--timeout", "1")

    def command(self, *words, **variables):
        done = subprocess.run(
            [self.binary, *words], env={**os.environ, **variables}, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def test_commands_find_the_server_by_the_environment(self):
        server = Server(self.binary)
        self.addCleanup(server.end)
        for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
            for words in (("trigger", "list"), ("cruddur", "list-tables")):
                status, text = self.command(*words, **{variable: server.endpoint})
                self.assertEqual(status, 0, text)
        status, text = self.command("trigger", "list", AWS_ENDPOINT_URL_LAMBDA=server.endpoint, AWS_ENDPOINT_URL=NOWHERE)
        self.assertEqual(status, 0, text)
        self.assertEqual(self.command("trigger", "list", AWS_ENDPOINT_URL=NOWHERE)[0], 1)

    def test_regions_are_checked(self):
        for command in (("trigger", "list"), ("cruddur", "list-tables")):
            for region in ("", "eu west", "us-east-1\r\nX: y", "r" * 65, "a/b"):
                status, text = self.command(*command, "--endpoint", NOWHERE, "--region", region)
                self.assertEqual(status, 1, text)
                self.assertIn("is not of 1 to 64 letters", text)
            self.assertIn("is not of 1 to 64", self.command(*command, "--endpoint", NOWHERE, AWS_REGION="a/b")[1])

    def test_unknown_words_are_named(self):
        for words, problem, help_of in (
            (("bogus",), "unknown command `bogus`\n", "dynarock --help"),
            (("sevre",), "unknown command `sevre`; did you mean `serve`?\n", "dynarock --help"),
            (("cruddur", "bogus"), "unknown command `bogus`\n", "dynarock cruddur --help"),
            (("cruddur", "scna"), "did you mean `scan`?\n", "dynarock cruddur --help"),
            (("trigger", "lsit"), "did you mean `list`?\n", "dynarock trigger --help"),
            (("cruddur", "patterns", "x"), "unknown command `x`\n", "dynarock cruddur patterns --help"),
            (("serve", "--prot", "1"), "unknown option `--prot`; did you mean `--port`?\n", "dynarock serve --help"),
            (("trigger", "add", "--tabel", "t"), "did you mean `--table`?\n", "dynarock trigger add --help"),
        ):
            status, text = self.command(*words)
            self.assertEqual(status, 2, text)
            self.assertIn(problem, text)
            self.assertIn(f"Run `{help_of}` for the ", text)

    def test_wrong_command_lines(self):
        for options in (("--port", "70000"), ("--timeout", "0"), ("extra",)):
            status, text = self.health(*options)
            self.assertEqual(status, 2, text)
        self.expect(1, "is not of the form http://host:port", "--endpoint", "local host")


if __name__ == "__main__":
    run_module(__doc__, storages=("memory",))
