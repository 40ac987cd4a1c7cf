#!/usr/bin/env python3
"""Functions that misbehave, and callers who attack the server by them: nothing hangs, leaks or reaches what is not its own.

  conformance/clients/hostile_functions_journey.py --binary build/dev/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import base64
import io
import json
import os
import shutil
import signal
import socket
import stat
import time
import zipfile

import running_server
from functions_server import ROLE, TriggersTest, archive
from raw_http import RawConnection, request
from running_server import PATIENCE, wait_for
from botocore.exceptions import ClientError

STOP_LIMIT = 5.0  # seconds from SIGTERM to the end
SOON = 15.0  # seconds for what must not wait for a function; a sanitized server on a busy machine


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as facts:
            return facts.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def tree(folder):
    return sorted(os.path.join(path, name) for path, folders, files in os.walk(folder) for name in folders + files)


class HostileFunctionsTest(TriggersTest):
    def make_hostile(self, name="hostile", timeout=60, **environment):
        self.functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="hostile.lambda_handler",
            Role=ROLE,
            Timeout=timeout,
            Code={"ZipFile": archive("hostile.py")},
            Environment={"Variables": environment},
        )

    def invoke(self, name="hostile", **event):
        return json.load(self.functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())["Payload"])

    def refused(self, call, **arguments):
        """The code and the message of the error."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        error = caught.exception.response["Error"]
        return error["Code"], error["Message"]

    def stop_in_time(self):
        start = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - start, STOP_LIMIT)

    def is_sanitized(self):
        with open(f"/proc/{self.server.process.pid}/maps", encoding="utf-8") as maps:
            return "libasan" in maps.read()

    def post_events(self, name, count, **event):
        """Invocations of the type Event, pipelined; their statuses."""
        call = request("", event, target=f"/2015-03-31/functions/{name}/invocations", X_Amz_Invocation_Type="Event")
        with RawConnection(self.server, PATIENCE) as connection:
            connection.send(call * count)
            return [connection.read().status for _ in range(count)]


class RuntimeApiTest(HostileFunctionsTest):
    def test_only_the_function_is_heard(self):
        self.start()
        self.make_hostile()
        first = self.invoke()
        host, port = first["runtime_api"].split(":")
        prefix = "/2018-06-01/runtime"
        for method, path in (("GET", "/invocation/next"), ("POST", "/init/error"), ("POST", "/invocation/x/response")):
            with socket.create_connection((host, int(port)), PATIENCE) as stranger:
                try:
                    stranger.sendall(
                        f"{method} {prefix}{path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
                    )
                    self.assertEqual(stranger.recv(1000), b"")
                except ConnectionResetError:
                    pass
        again = self.invoke()
        self.assertEqual(again["pid"], first["pid"])

    def test_pages_that_a_function_opens_are_refused(self):
        self.start()
        self.make_hostile()
        pages = [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
        self.assertEqual(self.invoke(ask=pages)["statuses"], [403, 403, 403])
        self.assertIn("pid", self.invoke())

    def test_unchanged_custom_runtimes(self):
        curl = shutil.which("curl")
        if not curl:
            self.skipTest("curl is missing")
        self.start()
        script = (
            "#!/bin/sh\n"
            'api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"\n'
            "while true; do\n"
            '  headers="$(mktemp)"\n'
            '  event=$(curl -sS -LD "$headers" "$api/next")\n'
            "  id=$(grep -Fi Lambda-Runtime-Aws-Request-Id \"$headers\" | tr -d '[:space:]' | cut -d: -f2)\n"
            '  curl -sS "$api/$id/response" -d "{\\"echo\\": $event}"\n'
            "done\n"
        )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as out:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = (stat.S_IFREG | 0o755) << 16
            out.writestr(entry, script)
        self.functions.create_function(
            FunctionName="shell", Runtime="provided.al2023", Handler="x", Role=ROLE, Timeout=30, Code={"ZipFile": packed.getvalue()}
        )
        for number in range(3):
            self.assertEqual(self.invoke("shell", number=number), {"echo": {"number": number}})

    def test_client_context(self):
        self.start()
        self.make_hostile()

        def call(context):
            return self.functions.invoke(FunctionName="hostile", Payload=b'{"context": true}', ClientContext=context)

        custom = {"text": "é\r\nX: y\r\n\r\nbody \u2028"}
        encoded = base64.b64encode(json.dumps({"custom": custom}, ensure_ascii=False).encode()).decode()
        self.assertEqual(json.load(call(encoded)["Payload"])["custom"], custom)
        spaced = base64.b64encode(b'{"custom":\r\n\r\n{"a":1}}').decode()
        self.assertEqual(json.load(call(spaced)["Payload"])["custom"], {"a": 1})
        for wrong in ("string", base64.b64encode(b"a\r\nb").decode(), base64.b64encode(b"[]").decode(), "A" * 4000):
            code, message = self.refused(call, context=wrong)
            self.assertEqual(code, "InvalidRequestContentException")
            self.assertEqual(message, "Client context must be a valid Base64-encoded JSON object.")

    def test_environment(self):
        self.start()
        for wrong in ({"A=B": "x"}, {"1A": "x"}, {"AB\0C": "x"}, {"AB": "x\0y"}, {"AB\n": "x"}):
            code, _ = self.refused(self.make_hostile, **wrong)
            self.assertEqual(code, "InvalidParameterValueException", wrong)
        common = {"FunctionName": "f", "Role": ROLE, "Code": {"ZipFile": archive("hostile.py")}}
        for wrong in ({"Handler": "a b", "Runtime": "python3.11"}, {"Handler": "a.b", "Runtime": "python3\0LD_PRELOAD=x"}):
            code, _ = self.refused(self.functions.create_function, **common, **wrong)
            self.assertEqual(code, "InvalidParameterValueException", wrong)


class ProcessesTest(HostileFunctionsTest):
    def test_nothing_is_inherited(self):
        self.start(disk=True)
        self.make_hostile()
        files = self.invoke(files=True)["files"]
        sockets = [link for link in files.values() if link.startswith("socket:")]
        self.assertEqual(len(sockets), 1, files)  # its own, to the Runtime API
        self.assertFalse([link for link in files.values() if self.folder in link], files)

    def test_a_child_with_a_session_of_its_own_ends_too(self):
        self.start()
        self.make_hostile()
        child = self.invoke(background=600, own_session=True)["background"]
        self.assertTrue(is_alive(child))
        self.stop_in_time()
        wait_for("the child's end", lambda: not is_alive(child))
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((self.server.host, self.server.port))
            taken.listen()

    def test_nothing_outlives_a_killed_server(self):
        self.start()
        self.make_hostile()
        first = self.invoke(background=600, own_session=True)
        processes = [first["pid"], first["background"], self.invoke(background=600)["background"]]
        self.assertTrue(all(is_alive(process) for process in processes))
        self.server.kill()
        wait_for("the end of all", lambda: not any(is_alive(process) for process in processes))

    def test_background_processes_delay_nothing_and_end(self):
        self.start()
        self.make_table()
        self.make_hostile()
        child = self.invoke(background=600)["background"]
        self.assertTrue(is_alive(child))
        start = time.monotonic()
        self.functions.delete_function(FunctionName="hostile")
        self.put("one")
        self.assertLess(time.monotonic() - start, SOON)
        wait_for("the child's end", lambda: not is_alive(child))
        self.make_hostile()
        self.invoke(background=600)
        self.stop_in_time()

    def test_a_process_that_dies_is_noticed_at_once(self):
        self.start()
        self.make_hostile()
        error = "Runtime exited with error: "
        for how, reason in (
            (0, "Runtime exited without providing a reason"),
            (3, error + "exit status 3"),
            ("SIGKILL", error + "signal: killed"),
            ("segfault", error + "signal: segmentation fault (core dumped)"),
        ):
            start = time.monotonic()
            result = self.invoke(background=30, own_session=True, die=how)
            self.assertLess(time.monotonic() - start, SOON)
            self.assertEqual(result["errorType"], "Runtime.ExitError")
            self.assertRegex(result["errorMessage"], r"^RequestId: [-0-9a-f]{36} Error: ")
            self.assertTrue(result["errorMessage"].endswith(reason), result)

    def test_sigterm_ends_the_server_whatever_functions_do(self):
        self.start(disk=True)
        self.make_hostile()
        self.make_hostile("hangs", HANG_IN_INIT="1")
        self.make_hostile("spams")
        self.invoke()
        self.assertEqual(self.post_events("hangs", 3), [202] * 3)
        self.assertEqual(self.post_events("spams", 2, spam=True), [202] * 2)
        self.assertEqual(self.post_events("hostile", 3, seconds=600, background=600), [202] * 3)
        wait_for("the spam", lambda: "spam" in self.server.messages())
        self.stop_in_time()

    def test_sigterm_ends_calls_of_replaced_code(self):
        self.start("--max-functions", "8")
        self.make_hostile()
        file = os.path.join(self.folder, "called")
        self.assertEqual(self.post_events("hostile", 1, file=file, spam=True), [202])
        wait_for("the call", lambda: "spam" in self.server.messages())
        self.functions.update_function_code(FunctionName="hostile", ZipFile=archive("hostile.py"))
        self.assertIn("pid", self.invoke())
        self.stop_in_time()

    def test_calls_at_once_are_bounded(self):
        self.start("--max-functions", "4")
        self.make_hostile()
        file = os.path.join(self.folder, "calls")
        self.assertEqual(self.post_events("hostile", 80, seconds=0.1, file=file), [202] * 80)
        most = 0

        def done():
            nonlocal most
            children = f"/proc/{self.server.process.pid}/task"
            count = 0
            for task in os.listdir(children):
                try:
                    with open(f"{children}/{task}/children", encoding="ascii") as pids:
                        count += len(pids.read().split())
                except FileNotFoundError:
                    pass
            most = max(most, count)
            if not os.path.exists(file):
                return False
            with open(file, encoding="utf-8") as lines:
                return len(lines.readlines()) == 80

        wait_for("all calls", done)
        self.assertLessEqual(most, 2)

    def test_calls_that_wait_are_bounded(self):
        self.start("--max-functions", "2")
        self.make_hostile()
        statuses = self.post_events("hostile", 1100, seconds=600)
        self.assertEqual(set(statuses), {202, 429})
        code, message = self.refused(self.functions.invoke, FunctionName="hostile")
        self.assertEqual((code, message), ("TooManyRequestsException", "Rate Exceeded."))
        self.stop_in_time()

    def test_long_lines_and_large_payloads(self):
        self.start()
        self.make_hostile()
        before = self.server.resident_kilobytes()
        start = time.monotonic()
        self.invoke(print=50 * 1024 * 1024)
        self.assertLess(time.monotonic() - start, 60)
        if not self.is_sanitized():  # sanitizers keep what was freed
            self.assertLess(self.server.resident_kilobytes() - before, 64 * 1024)
        self.assertEqual(len(self.invoke(answer=6_291_554)), 6_291_554)
        for size in (6_291_555, 9 * 1024 * 1024, 20 * 1024 * 1024):
            self.assertEqual(
                self.invoke(answer=size),
                {
                    "errorType": "Function.ResponseSizeTooLarge",
                    "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
                },
            )
        for kind, limit in (("RequestResponse", 6_291_456), ("Event", 1_048_576)):
            payload = b'"' + b"z" * (limit - 1) + b'"'
            code, message = self.refused(
                self.functions.invoke, FunctionName="hostile", InvocationType=kind, Payload=payload
            )
            self.assertEqual(code, "RequestTooLargeException")
            self.assertEqual(message, f"Request must be smaller than {limit} bytes for the InvokeFunction operation")


class CodeTest(HostileFunctionsTest):
    def test_nothing_is_left_behind(self):
        self.start(disk=True)
        code = os.path.join(self.folder, "data", "lambda", "code")
        self.make_hostile()
        before = tree(code)
        self.assertTrue([path for path in before if path.endswith("hostile.py")])
        self.refused(self.make_hostile)
        wait_for("the refused one's end", lambda: tree(code) == before)
        broken = io.BytesIO()
        with zipfile.ZipFile(broken, "w") as packed:
            packed.writestr("good.py", "")
            packed.writestr("../escaped.py", "")
        for wrong in (b"not an archive", broken.getvalue()):
            self.refused(self.functions.update_function_code, FunctionName="hostile", ZipFile=wrong)
            wait_for("the broken one's end", lambda: tree(code) == before)
        self.invoke()
        self.functions.update_function_code(FunctionName="hostile", ZipFile=archive("recorder.py"))
        wait_for("the old one's end", lambda: [p for p in tree(code) if p.endswith(".py")][-1].endswith("recorder.py"))
        wait_for("the old folder's end", lambda: len(os.listdir(os.path.join(code, "shared"))) == 1)
        self.functions.delete_function(FunctionName="hostile")
        wait_for("the deleted one's end", lambda: os.listdir(os.path.join(code, "shared")) == [])

    def test_stale_code_goes_at_the_next_start(self):
        self.start(disk=True)
        self.make_hostile()
        folder = os.path.join(self.folder, "data", "lambda", "code", "shared")
        self.server.kill()
        os.makedirs(os.path.join(folder, "hostile-stale", "inner"))
        with open(os.path.join(folder, "left.zip"), "w", encoding="utf-8") as left:
            left.write("x")
        self.start(disk=True)
        self.assertEqual(len(os.listdir(folder)), 1)
        self.assertIn("pid", self.invoke())
        self.stop_in_time()
        # The data may move.
        os.rename(os.path.join(self.folder, "data"), os.path.join(self.folder, "moved"))
        os.symlink("moved", os.path.join(self.folder, "data"))
        self.start(disk=True)
        self.assertIn("pid", self.invoke())

    def test_hostile_archives(self):
        self.start(disk=True)

        def packed(*entries):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
                for name, text, mode in entries:
                    entry = zipfile.ZipInfo(name)
                    entry.external_attr = mode << 16
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    made.writestr(entry, text)
            return out.getvalue()

        file, link = stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777
        hostile = {
            "absolute": packed(("/tmp/escaped.py", "", file)),
            "above": packed(("a/../../escaped.py", "", file)),
            "absolute link": packed(("link", "/etc", link)),
            "link above": packed(("a/link", "../../x", link)),
            "through a link": packed(("link", "..", link), ("link/escaped.py", "", file)),
            "link by a link": packed(("a/b/c/d/one", "../../../..", link), ("a/b/c/d/two", "one/../..", link)),
            "twice": packed(("a.py", "1", file), ("./a.py", "2", file)),
            "file as folder": packed(("a", "1", file), ("a/b", "2", file)),
            "deep": packed(("a/" * 600 + "b", "", file)),
            "bomb": packed(*((f"zeros{i}", b"\0" * (60 * 1024 * 1024), file) for i in range(5))),
        }
        for what, code in hostile.items():
            reason, message = self.refused(
                self.functions.create_function,
                FunctionName="f", Handler="a.b", Runtime="python3.11", Role=ROLE, Code={"ZipFile": code},
            )
            self.assertEqual(reason, "InvalidParameterValueException", what)
            if what == "bomb":
                self.assertEqual(message, "Unzipped size must be smaller than 262144000 bytes")
        code = os.path.join(self.folder, "data", "lambda", "code", "shared")
        wait_for("an empty folder", lambda: os.listdir(code) == [])
        good = packed(("real/hostile.py", archive_text("hostile.py"), file), ("hostile.py", "real/hostile.py", link))
        self.functions.create_function(
            FunctionName="f", Handler="hostile.lambda_handler", Runtime="python3.11", Role=ROLE, Timeout=30, Code={"ZipFile": good}
        )
        self.assertIn("pid", self.invoke("f"))


def archive_text(name):
    return zipfile.ZipFile(io.BytesIO(archive(name))).read(name)


BAD_URLS = (
    "http://localhost:99999999999999999999999/",
    "http://localhost:65536/",
    "http://" + "a" * 70_000 + "/",
    "http://a\r\nX: y/",
    "http://169.254.169.254/latest/meta-data",
    "http://8.8.8.8/",
    "http://[fe80::1]/",
    "https://host/",
    "builtin:" + "x" * 70_000,
)


class ReachTest(HostileFunctionsTest):
    def test_urls_are_checked_when_they_are_given(self):
        self.start(disk=True)
        stream = self.make_table()
        self.make_hostile()
        for url in BAD_URLS:
            code, _ = self.refused(
                self.functions.create_function, FunctionName="f", Role=ROLE, PackageType="Image", Code={"ImageUri": url}
            )
            self.assertEqual(code, "InvalidParameterValueException", url[:80])
            if url.startswith("builtin"):
                continue
            code, _ = self.refused(
                self.functions.create_event_source_mapping,
                EventSourceArn=stream,
                FunctionName="hostile",
                StartingPosition="LATEST",
                DestinationConfig={"OnFailure": {"Destination": url}},
            )
            self.assertIn(code, ("InvalidParameterValueException", "ValidationException"), url[:80])
        self.stop_in_time()
        self.start(disk=True)
        self.assertIn("pid", self.invoke())

    def test_hosts_are_checked_when_they_are_resolved(self):
        self.start()
        self.functions.create_function(
            FunctionName="away", Role=ROLE, PackageType="Image", Code={"ImageUri": "http://host.that.is.not.there.invalid/x"}
        )
        self.assertEqual(self.invoke("away")["errorType"], "Unreachable")

    def test_destinations_are_files_below_one_folder(self):
        self.start(disk=True)
        stream = self.make_table()
        self.make_hostile()
        folder = os.path.join(self.folder, "data", "failures")

        def map_to(destination):
            return self.functions.create_event_source_mapping(
                EventSourceArn=stream,
                FunctionName="hostile",
                StartingPosition="TRIM_HORIZON",
                MaximumRetryAttempts=0,
                DestinationConfig={"OnFailure": {"Destination": destination}},
            )["UUID"]

        outside = os.path.join(self.folder, "outside")
        for wrong in (f"file://{outside}", "file://../outside", f"file://{folder}/../../outside", "file:///etc/x", "file://"):
            code, message = self.refused(map_to, destination=wrong)
            self.assertEqual(code, "InvalidParameterValueException")
            self.assertIn("--destinations", message)
        self.functions.update_function_code(FunctionName="hostile", ZipFile=archive("recorder.py"))
        self.functions.update_function_configuration(
            FunctionName="hostile", Handler="recorder.lambda_handler", Environment={"Variables": {"RECORD_FILE": self.record_file}}
        )
        os.makedirs(folder)
        os.mkfifo(os.path.join(folder, "fifo"))
        os.symlink(outside, os.path.join(folder, "link"))
        for name in ("fifo", "link"):
            uuid = map_to(f"file://{name}")
            self.put(f"poison-{name}")
            wait_for("the refusal", lambda: f"failures/{name}" in self.server.messages())
            self.functions.delete_event_source_mapping(UUID=uuid)
        map_to(f"file://{folder}/team/given-up.jsonl")
        given_up = os.path.join(folder, "team", "given-up.jsonl")
        wait_for("the destination", lambda: os.path.exists(given_up) and os.path.getsize(given_up) > 0)
        self.assertEqual(stat.S_IMODE(os.stat(given_up).st_mode), 0o600)
        self.assertFalse(os.path.exists(outside))
        self.stop_in_time()

    def test_in_memory_there_are_no_files(self):
        self.start()
        stream = self.make_table()
        self.make_hostile()
        _, message = self.refused(
            self.functions.create_event_source_mapping,
            EventSourceArn=stream,
            FunctionName="hostile",
            StartingPosition="LATEST",
            DestinationConfig={"OnFailure": {"Destination": "file://x"}},
        )
        self.assertIn("--destinations DIR", message)


if __name__ == "__main__":
    running_server.run_module(__doc__.splitlines()[0], storages=("memory",))
