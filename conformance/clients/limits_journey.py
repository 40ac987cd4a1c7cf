#!/usr/bin/env python3
"""Who operates the dynarock program: its limits, its log, its pid file, its metrics."""
import json
import os
import re
import socket
import subprocess
import tempfile
import time
import unittest

from raw_http import RawConnection, call, request
from running_server import Server, Settings, run_module, wait_for

TRIGGERS = "/_dynarock/triggers"
WAIT_LIMIT = 90.0  # seconds
CREATE = {
    "TableName": "limits",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}


class LimitsTest(unittest.TestCase):
    def start(self, *options):
        server = Server(Settings.binary, options=options)
        self.addCleanup(server.end)
        return server

    def connect(self, server):
        connection = RawConnection(server, WAIT_LIMIT)
        self.addCleanup(connection.close)
        return connection

    def check_alive(self, server):
        self.assertEqual(call(server, "ListTables", {}).status, 200)


class ConnectionsTest(LimitsTest):
    def test_more_connections_than_allowed_get_503(self):
        server = self.start("--max-connections", "2", "--idle-timeout", "600")
        first, second = self.connect(server), self.connect(server)
        for connection in (first, second):
            self.assertEqual(connection.call("ListTables", {}).status, 200)
        third = self.connect(server)
        reply = third.read()
        self.assertEqual((reply.status, reply.headers["connection"]), (503, "close"))
        self.assertIn(b"--max-connections", reply.body)
        self.assertEqual(first.call("ListTables", {}).status, 200)
        first.close()
        third.close()

        def served():
            with RawConnection(server, WAIT_LIMIT) as connection:
                try:
                    return connection.call("ListTables", {}).status == 200
                except (OSError, EOFError):  # it was refused before our request was out
                    return False

        wait_for("a place that is free again", served)

    def test_a_storm_of_connections_is_survived(self):
        server = self.start("--max-connections", "10", "--idle-timeout", "600")
        storm = [socket.create_connection((server.host, server.port), WAIT_LIMIT) for _ in range(400)]
        for connection in storm:
            connection.close()

        def served():
            try:
                return call(server, "ListTables", {}).status == 200
            except (OSError, EOFError):
                return False

        wait_for("the end of the storm", served)

    def test_open_connections_are_told(self):
        server = self.start()
        connections = [self.connect(server) for _ in range(5)]
        for connection in connections:
            connection.call("ListTables", {})
        connections[0].send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn(b"\ndynarock_connections 5\n", connections[0].read().body)


class SlowClientTest(LimitsTest):
    def test_headers_that_never_end(self):
        server = self.start("--header-timeout", "1")
        connection = self.connect(server)
        connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nX-A: ")
        self.assertEqual(connection.read().status, 408)
        with self.assertRaises(EOFError):
            connection.read()
        self.check_alive(server)

    def test_headers_that_trickle(self):
        server = self.start("--header-timeout", "1", "--idle-timeout", "600")
        connection = self.connect(server)
        connection.send(b"POST / HTTP/1.1\r\n")
        connection.socket.settimeout(0.2)
        end = time.monotonic() + WAIT_LIMIT
        answer = b""
        while not answer and time.monotonic() < end:
            try:
                connection.send(b"X-A: b\r\n")
                answer = connection.socket.recv(4096)
            except TimeoutError:
                continue
            except OSError:  # reset: it had refused us already
                break
        self.assertTrue(not answer or answer.startswith(b"HTTP/1.1 408 "), answer)
        self.assertLess(time.monotonic(), end)
        self.check_alive(server)

    def test_a_body_that_never_ends(self):
        server = self.start("--body-timeout", "2", "--min-body-rate", "0")
        connection = self.connect(server)
        data = request("ListTables", {}, Content_Length="100")
        connection.send(data)
        self.assertEqual(connection.read().status, 408)
        self.check_alive(server)

    def test_a_body_that_comes_too_slowly(self):
        server = self.start("--body-timeout", "3600", "--min-body-rate", "1000")
        connection = self.connect(server)
        connection.send(request("ListTables", {}, Content_Length="100000"))
        self.assertEqual(connection.read().status, 408)
        self.check_alive(server)

    def test_a_handshake_that_never_ends(self):
        server = self.start("--header-timeout", "1", "--idle-timeout", "600")
        connection = self.connect(server)
        connection.send(b"\x16\x03\x01")
        self.assertEqual(connection.socket.recv(100), b"")
        self.check_alive(server)

    def test_an_idle_connection_is_closed_without_a_word(self):
        server = self.start("--idle-timeout", "1")
        connection = self.connect(server)
        self.assertEqual(connection.call("ListTables", {}).status, 200)
        self.assertEqual(connection.socket.recv(100), b"")

    def test_a_reply_that_nobody_takes(self):
        server = self.start("--reply-timeout", "1", "--idle-timeout", "600")
        self.assertEqual(call(server, "CreateTable", CREATE).status, 200)
        big = {"pk": {"S": "big"}, "text": {"S": "x" * 380_000}}
        self.assertEqual(call(server, "PutItem", {"TableName": "limits", "Item": big}).status, 200)
        connection = self.connect(server)
        get = request("GetItem", {"TableName": "limits", "Key": {"pk": {"S": "big"}}})
        with self.assertRaises((OSError, EOFError)):
            # Replies pile up until the sockets' buffers are full; what the kernel had taken still comes.
            connection.socket.settimeout(WAIT_LIMIT)
            for _ in range(60):
                connection.send(get)
            wait_for("the end of the connection", lambda: b"dynarock_connections 1\n" in self.metrics(server))
            for _ in range(60):
                connection.read()
        self.check_alive(server)

    def metrics(self, server):
        with RawConnection(server, WAIT_LIMIT) as connection:
            connection.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection.read().body

    def test_slow_but_steady_is_served(self):
        server = self.start("--header-timeout", "120", "--body-timeout", "120", "--min-body-rate", "0")
        connection = self.connect(server)
        for byte in request("ListTables", {}):
            connection.send(bytes([byte]))
        self.assertEqual(connection.read().status, 200)


class SizesTest(LimitsTest):
    def test_headers(self):
        server = self.start("--max-header", "2048")
        self.assertEqual(call(server, "ListTables", {}, X_Long="x" * 1000).status, 200)
        self.assertEqual(call(server, "ListTables", {}, X_Long="x" * 3000).status, 400)

    def test_bodies(self):
        server = self.start("--max-body", "5000")
        fits = {"TableName": "x" * 4900}
        self.assertEqual(call(server, "DescribeTable", fits).status, 400)
        self.assertEqual(call(server, "DescribeTable", {"TableName": "x" * 6000}).status, 413)


class MemoryTest(LimitsTest):
    def test_uploads_of_all_connections_together_are_bounded(self):
        server = self.start("--max-memory", str(64 * 1024 * 1024), "--body-timeout", "600", "--min-body-rate", "0")
        before = server.resident_kilobytes()
        size = 12 * 1024 * 1024
        statuses = []
        for _ in range(30):
            connection = self.connect(server)
            try:
                connection.send(request("ListTables", b" " * (size - 1), Content_Length=str(size)))
            except OSError:  # refused, and no longer read
                pass
            connection.socket.settimeout(0.2)
            try:
                statuses.append(connection.read().status)
            except (OSError, EOFError):
                continue
        self.assertIn(503, statuses)
        self.assertEqual(set(statuses), {503})
        self.assertLess(server.resident_kilobytes() - before, 400 * 1024)
        self.check_alive(server)

    def test_replies_that_nobody_takes_are_bounded(self):
        server = self.start("--max-memory", str(8 * 1024 * 1024), "--reply-timeout", "600")
        self.assertEqual(call(server, "CreateTable", CREATE).status, 200)
        big = {"pk": {"S": "big"}, "text": {"S": "x" * 380_000}}
        self.assertEqual(call(server, "PutItem", {"TableName": "limits", "Item": big}).status, 200)
        get = request("GetItem", {"TableName": "limits", "Key": {"pk": {"S": "big"}}})
        unread = [self.connect(server) for _ in range(100)]
        for connection in unread:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.send(get * 30)

        def served():
            """Those that take nothing are cut off when others need the memory."""
            try:
                return call(server, "ListTables", {}).status == 200
            except (OSError, EOFError):
                return False

        wait_for("room for others", served)


class BusyTest(LimitsTest):
    def test_others_are_answered_beside_long_requests(self):
        # Each of these takes longer than many turns; with `--threads 1` all share one event loop.
        server = self.start("--threads", "1", "--idle-timeout", "600")
        self.assertEqual(call(server, "CreateTable", CREATE).status, 200)
        for number in range(20):
            item = {"pk": {"S": f"{number}"}, "list": {"L": [{"N": str(n)} for n in range(20_000)]}}
            self.assertEqual(call(server, "PutItem", {"TableName": "limits", "Item": item}).status, 200)
        scan = request("Scan", {"TableName": "limits", "FilterExpression": "size(#l) < :n",
                                "ExpressionAttributeNames": {"#l": "list"}, "ExpressionAttributeValues": {":n": {"N": "1"}}})
        busy = [self.connect(server) for _ in range(10)]
        for connection in busy:
            connection.send(scan * 5)
        other = self.connect(server)
        for _ in range(20):
            self.assertEqual(other.call("GetItem", {"TableName": "limits", "Key": {"pk": {"S": "none"}}}).status, 200)
            with RawConnection(server, WAIT_LIMIT) as health:
                health.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(health.read().status, 200)
        for connection in busy:
            self.assertEqual([connection.read().status for _ in range(5)], [200] * 5)


class WaitingTest(LimitsTest):
    def test_abandoned_waits_give_their_connections_back(self):
        server = self.start("--max-connections", "20")
        tail = request("", b"", method="GET", target=f"{TRIGGERS}/calls", without=("X-Amz-Target", "Content-Type"))
        for _ in range(3):
            abandoned = [self.connect(server) for _ in range(15)]
            for connection in abandoned:
                connection.send(tail)
            for connection in abandoned:
                connection.close()

            def is_alone():
                try:
                    with RawConnection(server, WAIT_LIMIT) as connection:
                        connection.send(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                        return b"\ndynarock_connections 1\n" in connection.read().body
                except (OSError, EOFError):
                    return False

            wait_for("the end of the waits", is_alone)


class LogTest(LimitsTest):
    def lines(self, server, message):
        """The JSON lines so far whose message is `message`; the last may be incomplete."""
        found = [json.loads(line) for line in server.messages().split("\n")[:-1]]
        return [line for line in found if line["message"] == message]

    def test_what_concerns_only_the_client_is_a_debug_line(self):
        server = self.start("--log-format", "json", "--log-level", "debug")
        self.check_alive(server)
        call(server, "DescribeTable", {"TableName": "missing"})
        line = wait_for("the line", lambda: self.lines(server, "failed request"))[0]
        self.assertEqual(
            {name: line[name] for name in ("level", "method", "path", "operation", "status", "error")},
            {
                "level": "debug",
                "method": "POST",
                "path": "/",
                "operation": "DescribeTable",
                "status": 400,
                "error": "ResourceNotFoundException",
            },
        )
        self.assertIn("missing", line["reply"])
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertGreaterEqual(line["duration_us"], 0)

    def test_debug_has_a_line_for_each_request(self):
        server = self.start("--log-format", "json", "--log-level", "debug", "--slow-request", "0")
        for _ in range(3):
            self.check_alive(server)
        with RawConnection(server) as connection:
            connection.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(connection.read().status, 200)
        lines = wait_for("four lines", lambda: [*self.lines(server, "request")][3:] and self.lines(server, "request"))
        self.assertEqual([line.get("operation") for line in lines], ["ListTables"] * 3 + [None])
        self.assertEqual({line["level"] for line in lines}, {"debug"})

    def test_only_what_concerns_the_operator_is_a_warning(self):
        server = self.start("--log-format", "json")
        self.assertEqual(call(server, "CreateTable", CREATE).status, 200)
        put = {"TableName": "limits", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_exists(pk)"}
        self.assertEqual(call(server, "PutItem", put).error(), "ConditionalCheckFailedException")
        self.assertEqual(call(server, "DescribeTable", {"TableName": "missing"}).error(), "ResourceNotFoundException")
        self.assertEqual(call(server, "NoSuchOperation", {}).error(), "UnknownOperationException")
        lines = wait_for("the line", lambda: self.lines(server, "failed request"))
        self.assertEqual([(line["level"], line["error"]) for line in lines], [("warn", "UnknownOperationException")])

    def test_a_slow_request_is_a_warning(self):
        server = self.start("--log-format", "json", "--slow-request", "1")
        self.assertEqual(call(server, "CreateTable", CREATE).status, 200)
        number = 0

        def is_told():
            nonlocal number
            number += 1
            items = [{"PutRequest": {"Item": {"pk": {"S": f"{number}-{i}"}, "t": {"S": "x" * 100_000}}}} for i in range(25)]
            self.assertEqual(call(server, "BatchWriteItem", {"RequestItems": {"limits": items}}).status, 200)
            return self.lines(server, "slow request")

        line = wait_for("a slow request", is_told)[0]
        self.assertEqual((line["level"], line["status"]), ("warn", 200))
        self.assertGreaterEqual(line["duration_us"], 1000)

    def test_nothing_at_all(self):
        server = self.start("--log-level", "off")
        call(server, "DescribeTable", {"TableName": "missing"})
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.messages(), "")


class PidFileTest(LimitsTest):
    def test_it_is_there_while_the_server_runs(self):
        path = os.path.join(self.folder(), "dynarock.pid")
        with open(path, "w", encoding="utf-8") as stale:
            stale.write("1\n")
        server = self.start("--pid-file", path)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), f"{server.process.pid}\n")
        self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.exists(path))

    def test_a_place_that_is_not_there(self):
        ended = subprocess.run(
            [Settings.binary, "serve", "--in-memory", "--port", "0", "--pid-file", "/nowhere/at/all.pid"],
            capture_output=True,
            text=True,
            timeout=WAIT_LIMIT,
            check=False,
        )
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, re.compile(r"\ACannot write the process id to /nowhere/at/all.pid: .*\n\Z"))

    def folder(self):
        folder = tempfile.TemporaryDirectory(prefix="dynarock-limits-")
        self.addCleanup(folder.cleanup)
        return folder.name


if __name__ == "__main__":
    run_module(__doc__, storages=("memory",))
