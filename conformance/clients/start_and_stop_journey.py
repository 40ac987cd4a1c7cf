#!/usr/bin/env python3
"""The dynarock program's start, stop and death: what is kept, what it says, and its exit status."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from raw_http import RawConnection, call, request
from running_server import LISTENING, STOP_LIMIT, Server, Settings, run_module, wait_for

CREATE = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "by")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "index",
            "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def put(key, text="x"):
    return {"TableName": "orders", "Item": {"pk": {"S": key}, "by": {"S": key[:1]}, "text": {"S": text}}}


def billed_size(item):
    """Bytes of an item whose attributes are all strings."""
    return sum(len(name.encode()) + len(value["S"].encode()) for name, value in item.items())


def scan(server, **more):
    """All items of the table, or of its index."""
    items, start = [], {}
    while True:
        page = call(server, "Scan", {"TableName": "orders", **more, **start}).json()
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


class FolderTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-start-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")

    def start(self, data="", **options):
        server = Server(Settings.binary, self.data if data == "" else data, **options)
        self.addCleanup(server.end)
        return server

    def start_with_table(self):
        server = self.start()
        self.assertEqual(call(server, "CreateTable", CREATE).status, 200)
        return server


class StopTest(FolderTest):
    def test_restart_keeps_everything(self):
        server = self.start_with_table()
        items = [put(f"{number}", "é" * number)["Item"] for number in range(200)]
        for item in items:
            self.assertEqual(call(server, "PutItem", {"TableName": "orders", "Item": item}).status, 200)
        described = call(server, "DescribeTable", {"TableName": "orders"}).json()
        self.assertEqual(server.stop(), 0)
        server = self.start()
        self.assertEqual(call(server, "DescribeTable", {"TableName": "orders"}).json(), described)
        by_key = lambda item: item["pk"]["S"]  # noqa: E731
        self.assertEqual(sorted(scan(server), key=by_key), sorted(items, key=by_key))
        self.assertEqual(len(scan(server, IndexName="index")), 200)
        self.assertEqual(server.stop(), 0)

    def test_memory_forgets_and_leaves_no_files(self):
        server = self.start(data=None)
        call(server, "CreateTable", CREATE)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(call(self.start(data=None), "ListTables", {}).json(), {"TableNames": []})
        self.assertFalse(os.path.exists(self.data))

    def modes(self):
        """The permissions of all that the server made in its folder, by whether it is a directory."""
        found = {True: set(), False: set()}
        for folder, folders, files in os.walk(self.data):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                found[os.path.isdir(path)].add(os.stat(path).st_mode & 0o777)
        return found

    def test_only_the_owner_reads_the_files(self):
        pid_file = os.path.join(self.folder, "pid")
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        server = self.start(options=("--tls", "--tls-port", "0", "--pid-file", pid_file))
        call(server, "CreateTable", CREATE)
        self.assertEqual(self.modes(), {True: {0o700}, False: {0o600}})
        self.assertEqual(os.stat(pid_file).st_mode & 0o777, 0o600)

    def test_umask_lets_others_read_them(self):
        server = self.start(options=("--tls", "--tls-port", "0", "--umask", "022"))
        call(server, "CreateTable", CREATE)
        self.assertEqual(self.modes(), {True: {0o755}, False: {0o644, 0o600}})
        self.assertEqual(os.stat(os.path.join(self.data, "tls", "ca.pem")).st_mode & 0o777, 0o644)
        self.assertEqual(os.stat(os.path.join(self.data, "tls", "ca.key")).st_mode & 0o777, 0o600)

    def test_the_pid_file_follows_no_link(self):
        pid_file, other = os.path.join(self.folder, "pid"), os.path.join(self.folder, "other")
        with open(other, "w", encoding="utf-8") as file:
            file.write("other")
        for name in (pid_file, pid_file + ".new"):
            os.symlink(other, name)
        server = self.start(data=None, options=("--pid-file", pid_file))
        with open(pid_file, encoding="utf-8") as file:
            self.assertEqual(file.read(), f"{server.process.pid}\n")
        with open(other, encoding="utf-8") as file:
            self.assertEqual(file.read(), "other")

    def test_the_next_start_removes_what_a_killed_one_left_in_memory(self):
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = self.folder
        self.addCleanup(lambda: os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before))
        left = lambda: sorted(name for name in os.listdir(self.folder) if name.startswith("dynarock-"))  # noqa: E731
        server = self.start(data=None, options=("--tls", "--tls-port", "0"))
        (first,) = left()
        self.assertTrue(os.path.exists(os.path.join(self.folder, first, "tls", "ca.key")))
        running = self.start(data=None)
        self.assertEqual(len(left()), 2)
        server.kill()
        self.assertIn(first, left())
        self.assertEqual(self.start(data=None).stop(), 0)
        self.assertNotIn(first, left())
        self.assertEqual(len(left()), 1)
        self.assertEqual(running.stop(), 0)
        self.assertEqual(left(), [])

    def test_closed_standard_files_are_not_those_of_the_store(self):
        # Else the store's first files would take their numbers, and get what is meant for a terminal.
        data = os.path.join(self.folder, "closed")
        listens = os.path.join(self.folder, "pid")
        command = f'exec "{Settings.binary}" serve --port 0 --data "{data}" --pid-file "{listens}" <&- >&- 2>&-'
        with subprocess.Popen(["bash", "-c", command]) as process:
            wait_for("the server", lambda: os.path.exists(listens))
            process.terminate()
            self.assertEqual(process.wait(STOP_LIMIT), 0)
        with open(os.path.join(data, "DYNAROCK"), encoding="utf-8") as marker:
            self.assertTrue(marker.read().startswith("dynarock store, format "))

    def test_nobody_reads_standard_error(self):
        command = [Settings.binary, "serve", "--port", "0", "--in-memory", "--log-level", "debug"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            host, port = LISTENING.search(process.stdout.readline()).groups()
            for _ in range(1500):  # more lines than a pipe holds
                with socket.create_connection((host, int(port)), 20) as connection:
                    connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    self.assertIn(b"200 OK", connection.recv(4096))
            process.terminate()
            self.assertEqual(process.wait(STOP_LIMIT), 0)
            process.stdout.close()
            process.stderr.close()

    def test_stop_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.start(data=None)
            server.signal(number)
            self.assertEqual(server.wait(), 0)

    def test_stop_at_once_after_the_start(self):
        for _ in range(10):
            self.assertEqual(self.start().stop(), 0)

    def test_idle_connections_do_not_hold_it_up(self):
        server = self.start_with_table()
        connections = [RawConnection(server) for _ in range(20)]
        for connection in connections:
            self.addCleanup(connection.close)
        self.assertEqual(connections[0].call("ListTables", {}).status, 200)
        started = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - started, 5)
        for connection in connections:
            self.assertTrue(connection.is_closed())

    def test_half_requests_and_unread_replies_do_not_hold_it_up(self):
        server = self.start_with_table()
        self.assertEqual(call(server, "PutItem", put("big", "x" * 380_000)).status, 200)
        half_head, half_body, unread = (RawConnection(server) for _ in range(3))
        for connection in (half_head, half_body, unread):
            self.addCleanup(connection.close)
        half_head.send(request("PutItem", put("never"))[:100])
        half_body.send(request("PutItem", put("never"))[:-20])
        get = request("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "big"}}})
        unread.send(get * 60)
        time.sleep(0.5)
        started = time.monotonic()
        server.signal()
        self.assertTrue(half_head.is_closed())
        self.assertEqual(server.wait(), 0)
        self.assertLess(time.monotonic() - started, 7)  # 2 s, and what a sanitized server takes to end

    def test_stop_finishes_what_is_under_way(self):
        server = self.start_with_table()
        whole = request("PutItem", put("under-way"))
        with RawConnection(server) as connection:
            connection.send(whole[:-20])
            time.sleep(0.3)
            server.signal()
            time.sleep(0.3)
            with self.assertRaises(ConnectionRefusedError):
                RawConnection(server)
            connection.send(whole[-20:])
            reply = connection.read()
            self.assertEqual((reply.status, reply.headers["connection"]), (200, "close"))
            self.assertTrue(connection.is_closed())
        self.assertEqual(server.wait(), 0)
        self.assertEqual(len(scan(self.start())), 1)

    def test_stop_under_load(self):
        server = self.start_with_table()
        writers = Writers(server, 6)
        time.sleep(0.5)
        self.assertEqual(server.stop(), 0)
        writers.join()
        self.check_rows(self.start(), writers)

    def check_rows(self, server, writers):
        """All that was acknowledged is there, and the table's counters agree with its rows."""
        items = scan(server)
        found = {item["pk"]["S"] for item in items}
        self.assertEqual(writers.problems, [])
        self.assertGreater(len(writers.acknowledged), 20)
        self.assertEqual(writers.acknowledged - found, set())
        self.assertEqual(found - writers.acknowledged - writers.sent, set())
        in_index = {item["pk"]["S"] for item in scan(server, IndexName="index")}
        self.assertEqual(in_index, found)
        table = call(server, "DescribeTable", {"TableName": "orders"}).json()["Table"]
        size = sum(billed_size(item) for item in items)
        self.assertEqual((table["ItemCount"], table["TableSizeBytes"]), (len(items), size))
        index = table["GlobalSecondaryIndexes"][0]
        self.assertEqual((index["ItemCount"], index["IndexSizeBytes"]), (len(items), size))

    def test_kill_under_load(self):
        server = self.start_with_table()
        writers = Writers(server, 6)
        for round_number in range(4):
            time.sleep(0.3)
            server.kill()
            writers.join()
            server = self.start()
            self.check_rows(server, writers)
            if round_number < 3:
                writers.go_on(server)
        self.assertEqual(server.stop(), 0)


class Writers:
    """Threads that put and sometimes delete rows until the server is gone; they keep what was acknowledged."""

    def __init__(self, server, count):
        self.count = count
        self.acknowledged = set()  # rows that must be there
        self.sent = set()  # rows whose last write got no reply
        self.problems = []  # replies that were not 200
        self.next = 0
        self.lock = threading.Lock()
        self.go_on(server)

    def go_on(self, server):
        self.threads = [threading.Thread(target=self._work, args=(server,)) for _ in range(self.count)]
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def _work(self, server):
        try:
            with RawConnection(server) as connection:
                while True:
                    self._write(connection)
        except (OSError, EOFError):
            return

    def _write(self, connection):
        with self.lock:
            self.next += 1
            number = self.next
        key = f"{number}-key"
        self.sent.add(key)
        # Each second row is written twice, and each fifth is deleted: counters must follow all of it.
        for text in ("first",) if number % 2 else ("first", "second, and longer"):
            self._call(connection, "PutItem", put(key, text))
        self.acknowledged.add(key)
        if number % 5 == 0:
            self.acknowledged.discard(key)
            self._call(connection, "DeleteItem", {"TableName": "orders", "Key": {"pk": {"S": key}}})
        self.sent.discard(key)

    def _call(self, connection, operation, body):
        reply = connection.call(operation, body)
        if reply.status != 200:
            self.problems.append(reply)


class RefusedStartTest(FolderTest):
    def refuse(self, words, *arguments):
        """`dynarock serve` must exit with 1 and one sentence that has `words` in it."""
        done = subprocess.run(
            [Settings.binary, "serve", *arguments], capture_output=True, text=True, timeout=30, check=False
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1), done.stderr)
        self.assertRegex(done.stderr, r"^[A-Z].*\.\n$")
        self.assertIn(words, done.stderr)

    def refuse_data(self, words):
        self.refuse(words, "--port", "0", "--data", self.data)

    def test_port_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            self.refuse("the port is in use", "--in-memory", "--port", port)
            self.refuse("--port", "--port", port, "--data", self.data)

    def test_directory_held_by_another(self):
        server = self.start()
        self.refuse_data("another dynarock uses it")
        self.assertEqual(call(server, "ListTables", {}).status, 200)
        server.kill()
        self.assertEqual(self.start().stop(), 0)

    def test_directory_that_is_no_store(self):
        os.mkdir(self.data)
        path = os.path.join(self.data, "thesis.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("precious")
        self.refuse_data("is not a dynarock store")
        self.assertEqual(os.listdir(self.data), ["thesis.txt"])
        os.rename(path, os.path.join(self.data, "shared-local-instance.db"))
        self.refuse_data("DynamoDB Local")

    def test_directory_that_is_a_file(self):
        with open(self.data, "w", encoding="utf-8"):
            pass
        self.refuse_data(self.data)

    def test_directory_that_cannot_be_made(self):
        self.data = "/proc/dynarock/data"
        self.refuse_data(self.data)

    def test_another_format(self):
        self.assertEqual(self.start_with_table().stop(), 0)
        marker = os.path.join(self.data, "DYNAROCK")
        with open(marker, encoding="utf-8") as file:
            text = file.read()
        for changed, words in ((re.sub(r"\d+", "99", text), "format 99"), ("something else\n", "marker")):
            with open(marker, "w", encoding="utf-8") as file:
                file.write(changed)
            self.refuse_data(words)
        with open(marker, "w", encoding="utf-8") as file:
            file.write(text)
        self.assertEqual(call(self.start(), "ListTables", {}).json(), {"TableNames": ["orders"]})

    def test_store_that_lost_a_file(self):
        self.assertEqual(self.start_with_table().stop(), 0)
        files = os.path.join(self.data, "rocksdb")
        os.remove(os.path.join(files, "CURRENT"))
        self.refuse_data(self.data)

    def test_wrong_options(self):
        for arguments in (
            ["--port", "70000"],
            ["--port", "x"],
            ["--nonsense"],
            ["--in-memory", "--data", self.data],
            ["--account-id", "12"],
        ):
            done = subprocess.run(
                [Settings.binary, "serve", *arguments], capture_output=True, text=True, timeout=30, check=False
            )
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("--help", done.stderr)
        for host in ("no.such.host", "8.8.8.8"):
            self.refuse(host, "--in-memory", "--port", "0", "--host", host)


if __name__ == "__main__":
    run_module(__doc__, storages=("disk",))
