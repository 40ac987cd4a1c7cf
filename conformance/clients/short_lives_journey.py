#!/usr/bin/env python3
"""kill -9 again and again after lives too short for a large merge: writes and reads are answered after every start."""
import os
import random
import shutil
import tempfile
import threading
import time
import unittest

from raw_http import RawConnection, call
from running_server import Server, Settings, run_module

LIVES = int(os.environ.get("DYNAROCK_KILLS", "40"))
LONGEST_LIFE = float(os.environ.get("DYNAROCK_LONGEST_LIFE", "0.6"))  # seconds under load
WRITERS = 6
ITEMS_AT_ONCE = 25
LATEST_WRITE = float(os.environ.get("DYNAROCK_LATEST_WRITE", "5"))  # seconds from listening to the first acknowledged write
SLOWEST_READ = float(os.environ.get("DYNAROCK_SLOWEST_READ", "5"))  # seconds, under load
TABLE = {
    "TableName": "short",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type_} for name, type_ in (("pk", "S"), ("sk", "N"))],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}


class Writer(threading.Thread):
    """Writes batches of a partition of its own until the server is gone."""

    def __init__(self, server, name, first):
        super().__init__()
        self.server = server
        self.name = name
        self.acknowledged = first
        self.problem = None
        self.padding = "x" * 20_000

    def run(self):
        try:
            with RawConnection(self.server) as connection:
                while self.problem is None:
                    self._write(connection)
        except (OSError, EOFError):
            return

    def _write(self, connection):
        numbers = range(self.acknowledged, self.acknowledged + ITEMS_AT_ONCE)
        items = [{"pk": {"S": self.name}, "sk": {"N": str(n)}, "padding": {"S": self.padding}} for n in numbers]
        puts = [{"PutRequest": {"Item": item}} for item in items]
        reply = connection.call("BatchWriteItem", {"RequestItems": {"short": puts}})
        if reply.status != 200:
            self.problem = reply.status, reply.body
            return
        self.acknowledged += ITEMS_AT_ONCE


class ShortLivesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-short-lives-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self):
        server = Server(Settings.binary, os.path.join(self.folder, "data"))
        self.addCleanup(server.end)
        return server

    def test_writes_are_answered_after_every_start(self):
        server = self.start()
        self.assertEqual(call(server, "CreateTable", TABLE).status, 200)
        written = [0] * WRITERS
        first_writes, reads = [], []
        for life in range(LIVES):
            first_writes.append(self.first_write(server, life))
            writers = [Writer(server, f"writer {i}", written[i]) for i in range(WRITERS)]
            for writer in writers:
                writer.start()
            self.read_for(server, random.uniform(0.1, LONGEST_LIFE), reads)
            server.kill()
            for writer in writers:
                writer.join()
            self.assertEqual([writer.problem for writer in writers if writer.problem], [], f"life {life}")
            written = [writer.acknowledged for writer in writers]
            server.end()
            server = self.start()
        self.check_last_items(server, written)
        reads.sort()
        print(
            f"{LIVES} lives, {sum(written)} items; first write at most {max(first_writes) * 1000:.0f} ms after the start; "
            f"reads p99 {reads[len(reads) * 99 // 100] * 1000:.0f} ms, at most {reads[-1] * 1000:.0f} ms",
            flush=True,
        )
        self.assertLess(max(first_writes), LATEST_WRITE)
        self.assertLess(reads[-1], SLOWEST_READ)
        self.assertEqual(server.stop(), 0)

    def first_write(self, server, life):
        """Seconds until the first write of a life is acknowledged."""
        begin = time.monotonic()
        reply = call(server, "PutItem", {"TableName": "short", "Item": {"pk": {"S": "life"}, "sk": {"N": str(life)}}})
        self.assertEqual(reply.status, 200)
        return time.monotonic() - begin

    def read_for(self, server, seconds, reads):
        """Reads an item again and again while others write, and notes how long each read takes."""
        key = {"TableName": "short", "Key": {"pk": {"S": "life"}, "sk": {"N": "0"}}}
        end = time.monotonic() + seconds
        with RawConnection(server) as connection:
            while time.monotonic() < end:
                begin = time.monotonic()
                self.assertEqual(connection.call("GetItem", key).status, 200)
                reads.append(time.monotonic() - begin)
                self.check_nothing_is_delayed(connection)
                time.sleep(0.02)

    def check_nothing_is_delayed(self, connection):
        """RocksDB slows writes down when there are too many files, long before it stops them."""
        connection.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertIn(b"dynarock_rocksdb_actual_delayed_write_rate 0\n", connection.read().body)

    def check_last_items(self, server, written):
        for i, count in enumerate(written):
            query = {
                "TableName": "short",
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": f"writer {i}"}},
                "ScanIndexForward": False,
                "Limit": ITEMS_AT_ONCE + 1,
                "ProjectionExpression": "sk",
            }
            numbers = [int(item["sk"]["N"]) for item in call(server, "Query", query).json()["Items"]]
            # The last batch may be there without having been acknowledged.
            self.assertGreaterEqual(numbers[0] if numbers else -1, count - 1)


if __name__ == "__main__":
    run_module(__doc__, storages=("disk",))
