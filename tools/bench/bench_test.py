#!/usr/bin/env python3
"""Tests of the bench tool: its arithmetic, its refusals, and whole runs against fake_server.py."""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import load
import memory
import report
import rows
import servers
from connection import BenchError, Connection, Endpoint

HERE = Path(__file__).resolve().parent
FAKE = str(HERE / "fake_server.py")


def measured(target, case, connections, round_number, rate, p50=100.0, errors=0):
    return load.Measurement(target, case, connections, round_number, rate, p50, p50 * 2, errors, {})


class SummaryTest(unittest.TestCase):
    OUTPUT = (
        "Running 1s test @ http://127.0.0.1:1\n  2 threads\nRequests/sec: 1.0\nbench.sample 400 {\"a b\"}\n"
        "bench.requests 2000.000\nbench.duration_us 1000000.000\nbench.p50_us 75.500\nbench.p99_us 900.000\n"
        "bench.status_errors 3.000\nbench.read_errors 2.000\nbench.mismatches 7.000\n"
    )

    def test_numbers_and_sample(self):
        summary = load.parse_summary(self.OUTPUT)
        self.assertEqual(summary["requests"], 2000)
        self.assertEqual(summary["p50_us"], 75.5)
        self.assertEqual(summary["sample"], '400 {"a b"}')

    def test_errors_are_status_and_sockets_not_mismatches(self):
        self.assertEqual(load.error_count(load.parse_summary(self.OUTPUT)), 5)

    def test_missing_number_is_refused(self):
        with self.assertRaisesRegex(BenchError, "p99_us"):
            load.parse_summary(self.OUTPUT.replace("bench.p99_us", "p99_us"))

    def test_threads_divide_connections(self):
        self.assertEqual([load.wrk_threads(n) for n in (1, 2, 3, 16, 64)], [1, 2, 1, 2, 2])


class ReportTest(unittest.TestCase):
    def setUp(self):
        # The machine slows from round to round: ratios of a round stay, the ratio of medians would not.
        self.runs = []
        for number, (limit, case, other) in enumerate([(1000, 500, 100), (400, 300, 100), (800, 200, 50)]):
            self.runs.append(measured("nginx", "limit", 16, number, limit))
            self.runs.append(measured("dynarock", "query", 16, number, case, p50=10.0 + number, errors=number))
            self.runs.append(measured("dynalite", "query", 16, number, other, p50=40.0))

    def row(self, target):
        return next(row for row in report.load_rows(self.runs) if row["target"] == target)

    def test_medians_and_sum_of_errors(self):
        row = self.row("dynarock")
        self.assertEqual((row["requests_per_second"], row["p50_us"], row["p99_us"]), (300, 11.0, 22.0))
        self.assertEqual(row["errors"], 3)

    def test_ratio_is_the_median_of_the_ratios_of_rounds(self):
        self.assertAlmostEqual(self.row("dynarock")["to_nginx"], 0.5)  # of 0.5, 0.75, 0.25; medians give 0.375

    def test_no_ratio_without_the_limit(self):
        self.assertIsNone(self.row("dynarock")["to_do-nothing"])

    def test_no_ratio_to_a_limit_at_other_connections(self):
        self.runs.append(measured("dynarock", "query", 64, 0, 100))
        rows_of = [row for row in report.load_rows(self.runs) if row["connections"] == 64]
        self.assertIsNone(rows_of[0]["to_nginx"])

    def test_rounds_that_one_side_lacks_are_left_out(self):
        runs = [measured("a", "c", 1, 0, 10), measured("a", "c", 1, 1, 90), measured("b", "c", 1, 1, 30)]
        groups = report.by_round(runs)
        self.assertEqual(report.median_ratio(groups["a", "c", 1], groups["b", "c", 1]), 3)

    def test_a_rate_of_zero_gives_no_ratio(self):
        groups = report.by_round([measured("a", "c", 1, 0, 10), measured("b", "c", 1, 0, 0)])
        self.assertIsNone(report.median_ratio(groups["a", "c", 1], groups["b", "c", 1]))

    def test_comparison(self):
        row = report.comparison_rows(self.runs, "dynarock", ["dynalite"])[0]
        self.assertEqual(row["requests_ratio"], 4)  # of 5, 3, 4
        self.assertEqual(row["p50_ratio"], 11.0 / 40.0)

    def test_same_work(self):
        runs = [measured("a", "put_item", 1, 0, 1000), measured("a", "batch_write_item", 1, 0, 200)]
        runs.append(measured("a", "batch_write_item", 16, 0, 200))  # no single calls to compare it with
        rows_of = report.same_work_rows(runs, load.SAME_WORK)
        self.assertEqual([(row["case"], row["connections"], row["cost"]) for row in rows_of], [("batch_write_item", 1, 0.2)])

    def test_table_has_limits_first_and_aligned_columns(self):
        lines = report.load_table(report.load_rows(self.runs)).splitlines()
        self.assertTrue(lines[1].startswith("limit"))
        self.assertEqual(len(lines), 4)
        self.assertEqual({line.rstrip().__len__() for line in lines}, {len(lines[0])})


class PlanTest(unittest.TestCase):
    def test_limits_before_cases_and_targets_take_turns(self):
        limit = load.Target("nginx", Endpoint("127.0.0.1", 1), is_limit=True)
        first, second = load.Target("a", Endpoint("127.0.0.1", 2)), load.Target("b", Endpoint("127.0.0.1", 3))
        steps = [(r, t.name, c, n) for r, t, c, n in load.plan([limit], [first, second], ["query"], [1, 16], 2)]
        self.assertEqual(
            steps,
            [
                (0, "nginx", "limit", 1), (0, "a", "query", 1), (0, "b", "query", 1),
                (0, "nginx", "limit", 16), (0, "a", "query", 16), (0, "b", "query", 16),
                (1, "nginx", "limit", 1), (1, "b", "query", 1), (1, "a", "query", 1),
                (1, "nginx", "limit", 16), (1, "b", "query", 16), (1, "a", "query", 16),
            ],
        )  # fmt: skip


class RowsTest(unittest.TestCase):
    def test_a_row_is_billed_300_bytes(self):
        sizes = {rows.billed_size(row) for row in rows.rows(300)}
        self.assertEqual(sizes, {300})

    def test_keys_are_distinct_and_a_group_has_more_than_a_page(self):
        table = list(rows.rows(500))
        self.assertEqual(len({(row["pk"], row["sk"]) for row in table}), 500)
        of_group = [row for row in table if row.get("message_group_uuid") == rows.group_uuid(3)]
        self.assertEqual(len({row["sk"] for row in of_group}), 25)
        self.assertEqual(sum(row["pk"] == f"MSG#{rows.group_uuid(3)}" for row in table), 75)


class LoopbackTest(unittest.TestCase):
    def test_loopback_is_taken(self):
        self.assertEqual(servers.parse_endpoint("http://127.0.0.1:4567"), Endpoint("127.0.0.1", 4567))
        self.assertEqual(servers.parse_endpoint("127.9.9.9:80/").address, "127.9.9.9")
        self.assertEqual(servers.parse_endpoint("http://[::1]:8000").authority, "[::1]:8000")

    def test_other_hosts_are_refused_in_one_sentence(self):
        for url in ("http://10.0.0.1:8000", "http://127.0.0.1@192.0.2.1", "http://0.0.0.0:1", "[2001:db8::1]:8000"):
            with self.assertRaises(BenchError, msg=url) as raised:
                servers.parse_endpoint(url)
            self.assertEqual(str(raised.exception).count("\n"), 0)

    def test_what_is_no_endpoint_is_refused(self):
        for url in ("https://127.0.0.1:1", "http://127.0.0.1:1/path", "http://", "http://127.0.0.1:99999"):
            with self.assertRaises(BenchError, msg=url):
                servers.parse_endpoint(url)

    def test_command_refuses(self):
        done = run_tool("--endpoint", "http://192.0.2.7:8000")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^bench: .*loopback.*\n$")


class MemoryTest(unittest.TestCase):
    def test_fields(self):
        text = "Name:\tx\nVmHWM:\t   10500 kB\nVmRSS:\t   10240 kB\nRssAnon:\t    1024 kB\nThreads:\t1\n"
        self.assertEqual(memory.parse_status(text), {"VmRSS": 10240, "RssAnon": 1024, "VmHWM": 10500})

    def test_own_process(self):
        self.assertGreater(memory.resident_memory(os.getpid(), 0)["VmRSS"], 1000)


class ConnectionTest(unittest.TestCase):
    """Replies in every framing an emulator uses, cut at every place."""

    def replies(self, data: bytes, count: int, step: int):
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            peer, _ = listener.accept()
            with peer:
                for start in range(0, len(data), step):
                    peer.sendall(data[start : start + step])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with Connection(Endpoint(*listener.getsockname()), 5) as connection:
                return [connection.receive() for _ in range(count)]
        finally:
            thread.join()
            listener.close()

    def test_length_and_chunks(self):
        data = (
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
            b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n"
            b"HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello"
        )
        for step in (1, 7, len(data)):
            self.assertEqual(self.replies(data, 3, step), [(200, b"{}"), (400, b"abcde"), (200, b"hello")])

    def test_closed_in_the_middle(self):
        with self.assertRaisesRegex(BenchError, "closed"):
            self.replies(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 1, 100)


def run_tool(*arguments, environment=None):
    command = [sys.executable, str(HERE / "run"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **(environment or {})}
    )


def kill_group(process_id: int):
    try:
        os.killpg(process_id, signal.SIGKILL)
    except ProcessLookupError:
        pass


def processes_of(text: str) -> list:
    """Process numbers of live commands that name `text`."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            if text.encode() in Path(path).read_bytes():
                found.append(int(path.split("/")[2]))
        except OSError:
            pass
    return found


HAS_PROGRAMS = bool(shutil.which("wrk") and (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")))


@unittest.skipUnless(HAS_PROGRAMS, "needs wrk and nginx")
class WholeRunTest(unittest.TestCase):
    """Runs the tool as a user does, with a copy of the fake server, so that its processes can be distinguished from others."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bench-test-"))
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.binary = shutil.copy(FAKE, self.folder / "dynarock")
        self.environment = {"TMPDIR": str(self.temporary)}

    def tearDown(self):
        left = processes_of(str(self.folder)), os.listdir(self.temporary)
        for process in left[0]:
            kill_group(process)  # the tool makes each server the leader of its group
        shutil.rmtree(self.folder)
        self.assertEqual(left, ([], []), "something was left behind")

    def run_fake(self, *arguments, **environment):
        common = ["--binary", str(self.binary), "--seconds", "1", "--repeats", "1", "--items", "200"]
        return run_tool(*common, *arguments, environment={**self.environment, **environment})

    def test_all_cases_with_do_nothing_and_another(self):
        shutil.copy(FAKE, self.folder / "dynarock-do-nothing")
        result = self.folder / "result.json"
        done = self.run_fake(
            "--connections", "2", "--start-up-repeats", "2", "--json", str(result),
            "--other", f"rival={self.binary} --port {{port}}",
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        data = json.loads(result.read_text())
        cases = {(row["target"], row["case"]) for row in data["summary"]}
        self.assertEqual(len(cases), 2 + 2 * len(load.CASES))
        for row in data["summary"]:
            self.assertGreater(row["requests_per_second"], 0, row)
            self.assertGreater(row["to_do-nothing"], 0, row)
            self.assertGreater(row["to_nginx"], 0, row)
        self.assertEqual(len(data["comparison"]), len(load.CASES))
        same_work = {(row["target"], row["case"]) for row in data["same_work"]}
        self.assertEqual(len(same_work), 2 * len(load.SAME_WORK))
        self.assertEqual([len(ms) for ms in data["start_up_ms"].values()], [2, 2, 2, 2])
        self.assertTrue(all(ms > 1 for times in data["start_up_ms"].values() for ms in times))
        self.assertEqual(len(data["memory_kib"]), 4)
        self.assertEqual(data["notes"], [])

    def test_fill_without_batches_and_rows_of_the_put_scripts(self):
        kept = self.folder / "items.json"
        done = self.run_fake(
            "--cases", "put_item,transact_write_items", "--connections", "4", FAKE_WITHOUT_BATCH="1",
            FAKE_ITEMS=str(kept),
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("filled by PutItem,", done.stderr)
        self.assertIn("No do-nothing server", done.stdout)
        data = json.loads(kept.read_text())
        items = [{name: value["S"] for name, value in row.items()} for row in data["items"]]
        self.assertEqual({rows.billed_size(row) for row in items}, {300})
        self.assertGreater(len(items), 300)
        self.assertEqual(len(items), data["puts"], "keys of puts were not unique")

    def test_a_wrong_answer_is_not_timed(self):
        done = self.run_fake("--cases", "query", FAKE_WRONG="1")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"bench: dynarock does not do query: 200 .*\"Count\": 0")

    def test_a_table_that_is_there_is_kept_unless_told(self):
        port = servers.free_port()
        server = servers.Server("fake", [str(self.binary), "--port", str(port)], port, self.folder / "log")
        try:
            server.wait_for(lambda: servers.is_healthy(server.endpoint))
            with Connection(server.endpoint) as connection:
                connection.call("CreateTable", {"TableName": rows.TABLE})
            common = ["--endpoint", server.endpoint.url, "--items", "100", "--seconds", "1", "--repeats", "1"]
            common += ["--cases", "get_item", "--connections", "1"]
            refused = run_tool(*common, environment=self.environment)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("--replace", refused.stderr)
            done = run_tool(*common, "--replace", environment=self.environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            with Connection(server.endpoint) as connection:
                self.assertEqual(connection.call("ListTables", {})[1], {"TableNames": []})
        finally:
            server.stop()

    def test_sigterm_leaves_nothing_behind(self):
        command = [sys.executable, str(HERE / "run"), "--binary", str(self.binary), "--items", "200"]
        tool = subprocess.Popen(
            [*command, "--cases", "get_item", "--seconds", "571"],
            env={**os.environ, **self.environment}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self.addCleanup(kill_group, tool.pid)
        deadline = time.monotonic() + 30
        while not processes_of("-d\x00571s") and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(processes_of("-d\x00571s"), "the load never began")
        tool.send_signal(signal.SIGTERM)
        self.assertEqual(tool.wait(30), 143)
        self.assertEqual(processes_of("-d\x00571s"), [])

    def test_a_server_that_ends_at_once_is_told_with_its_log(self):
        Path(self.binary).write_text("#!/bin/sh\necho no such disk >&2\nexit 3\n")
        done = self.run_fake("--cases", "query")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such disk", done.stderr)


class OptionsTest(unittest.TestCase):
    def test_what_cannot_be_is_refused(self):
        for arguments in (
            ["--items", "150"], ["--connections", "0"], ["--cases", "scan"], ["--other", "x=prog"],
            ["--other", "nginx=prog {port}"], ["--endpoint", "http://127.0.0.1:1", "--cases", "start-up"],
            ["--endpoint", "http://127.0.0.1:1", "--in-memory"], ["--seconds", "0"], ["--binary", "/nowhere/x"],
        ):  # fmt: skip
            done = run_tool(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertRegex(done.stderr, r"^bench: [^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
