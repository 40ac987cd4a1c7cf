#!/usr/bin/env python3
"""A disk that fills up, and has room again later: nothing acknowledged is lost, reads continue, writes resume."""
import os
import subprocess
import tempfile
import unittest

from raw_http import RawConnection
from running_server import Server, Settings, run_module, skip, wait_for

SMALL, LARGE = "60m", "400m"
TABLE = {
    "TableName": "full",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}
PADDING = {"S": "x" * 20_000}
MOST_PUTS = 5000  # more than the small disk holds
REFUSED_IN_A_ROW = 100

if os.geteuid() != 0:
    skip("only root mounts a disk of its own")


def put(number):
    return {"TableName": "full", "Item": {"pk": {"S": str(number)}, "padding": PADDING}}


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="dynarock-full-")
        self.addCleanup(self.folder.cleanup)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", self.folder.name], check=False)
        if mounted.returncode != 0:
            self.skipTest("this machine mounts no disk")
        self.addCleanup(lambda: subprocess.run(["umount", self.folder.name], check=True))
        self.start()

    def start(self):
        self.server = Server(Settings.binary, os.path.join(self.folder.name, "data"))
        self.addCleanup(self.server.end)

    def call(self, operation, body):
        with RawConnection(self.server) as connection:
            return connection.call(operation, body)

    def fill(self):
        """Puts until the disk takes no more; gives the numbers that were acknowledged."""
        acknowledged, refused = [], 0
        for number in range(MOST_PUTS):
            reply = self.call("PutItem", put(number))
            if reply.status == 200:
                acknowledged.append(number)
                refused = 0
                continue
            self.assertEqual((reply.status, reply.error()), (500, "InternalServerError"))
            refused += 1
            if refused == REFUSED_IN_A_ROW:
                return acknowledged
        self.fail("the disk did not fill up")

    def lost(self, numbers):
        return [n for n in numbers if "Item" not in self.call("GetItem", {"TableName": "full", "Key": {"pk": {"S": str(n)}}}).json()]

    def test_full_and_free_again(self):
        self.assertEqual(self.call("CreateTable", TABLE).status, 200)
        acknowledged = self.fill()
        self.assertEqual(self.lost(acknowledged), [])  # reads continue
        with RawConnection(self.server) as connection:
            connection.send(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            self.assertEqual(connection.read().status, 200)
        self.assertLess(self.server.messages().count("writes fail"), 20)  # not once a request
        subprocess.run(["mount", "-o", f"remount,size={LARGE}", self.folder.name], check=True)
        wait_for("writes", lambda: self.call("PutItem", put(MOST_PUTS)).status == 200)
        self.assertIn("writes succeed again", self.server.messages())
        self.server.kill()
        self.start()
        self.assertEqual(self.lost([*acknowledged, MOST_PUTS]), [])


if __name__ == "__main__":
    run_module(__doc__, storages=("disk",))
