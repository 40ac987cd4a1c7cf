#!/usr/bin/env python3
"""A disk that does not answer for a while: all reads are answered meanwhile, and no write is acknowledged or lost."""
import os
import subprocess
import tempfile
import threading
import unittest

from raw_http import RawConnection
from running_server import Server, Settings, run_module, skip, wait_for

SIZE = "600M"
TABLE = {
    "TableName": "frozen",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}
WRITERS, READERS, FREEZES, READS = 16, 8, 3, 20
KEY = {"TableName": "frozen", "Key": {"pk": {"S": "read"}}}
READ = [
    ("GetItem", KEY),
    ("Query", {"TableName": "frozen", "KeyConditionExpression": "pk=:p", "ExpressionAttributeValues": {":p": {"S": "read"}}}),
    ("Scan", {"TableName": "frozen", "Limit": 5}),
    ("BatchGetItem", {"RequestItems": {"frozen": {"Keys": [KEY["Key"]]}}}),
    ("ExecuteStatement", {"Statement": "SELECT * FROM frozen WHERE pk='read'"}),
    ("DescribeTable", {"TableName": "frozen"}),
    ("ListTables", {}),
]
HEALTH = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

if os.geteuid() != 0:
    skip("only root mounts a disk of its own")


def put(key):
    return {"TableName": "frozen", "Item": {"pk": {"S": key}, "padding": {"S": "x" * 20_000}}}


class FrozenDiskTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="dynarock-frozen-")
        self.addCleanup(self.folder.cleanup)
        image, self.disk = os.path.join(self.folder.name, "image"), os.path.join(self.folder.name, "disk")
        os.mkdir(self.disk)
        subprocess.run(["truncate", "-s", SIZE, image], check=True)
        made = subprocess.run(["mkfs.ext4", "-q", image], check=False)
        if made.returncode != 0 or subprocess.run(["mount", "-o", "loop", image, self.disk], check=False).returncode != 0:
            self.skipTest("this machine mounts no disk")
        self.addCleanup(lambda: subprocess.run(["umount", self.disk], check=True))
        self.start()
        self.acknowledged, self.stopping = [[] for _ in range(WRITERS)], False

    def start(self):
        self.server = Server(Settings.binary, os.path.join(self.disk, "data"))
        self.addCleanup(self.server.end)

    def freeze(self, option):
        return subprocess.run(["fsfreeze", option, self.disk], check=False).returncode == 0

    def write(self, writer):
        with RawConnection(self.server) as connection:
            while not self.stopping:
                key = f"{writer}-{len(self.acknowledged[writer]) % 200}"
                if connection.call("PutItem", put(key)).status == 200:
                    self.acknowledged[writer].append(key)

    def read_all(self):
        """Each kind of read on connections of their own, so on all workers."""
        connections = [RawConnection(self.server) for _ in range(READERS)]
        for _ in range(READS):
            for connection in connections:
                for operation, body in READ:
                    self.assertEqual(connection.call(operation, body).status, 200, operation)
                connection.send(HEALTH)
                self.assertEqual(connection.read().status, 200)
        for connection in connections:
            connection.close()

    def count(self):
        return sum(len(keys) for keys in self.acknowledged)

    def test_freezes(self):
        with RawConnection(self.server) as connection:
            self.assertEqual(connection.call("CreateTable", TABLE).status, 200)
            self.assertEqual(connection.call("PutItem", put("read")).status, 200)
        writers = [threading.Thread(target=self.write, args=(writer,)) for writer in range(WRITERS)]
        for thread in writers:
            thread.start()
        for _ in range(FREEZES):
            before = self.count()
            wait_for("writes", lambda: self.count() > before + 100)
            if not self.freeze("--freeze"):
                self.stopping = True
                self.skipTest("this machine freezes no disk")
            try:
                self.read_all()
                stalled = self.count()
                self.read_all()
                self.assertEqual(self.count(), stalled)
            finally:
                self.freeze("--unfreeze")
        self.stopping = True
        for thread in writers:
            thread.join()
        self.server.kill()
        self.start()
        with RawConnection(self.server) as connection:
            for key in {key for keys in self.acknowledged for key in keys}:
                reply = connection.call("GetItem", {"TableName": "frozen", "Key": {"pk": {"S": key}}})
                self.assertIn("Item", reply.json(), key)


if __name__ == "__main__":
    run_module(__doc__, storages=("disk",))
