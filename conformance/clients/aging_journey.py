#!/usr/bin/env python3
"""A server with a past: what was deleted is not read again and again, and its space is given back.

Counted in tombstones that reads step over and in bytes, not in time.
"""
import re

from raw_http import RawConnection
from running_server import JourneyTest, run_module, wait_for

MESSAGES = 20_000
BACKLOG = 100  # messages that wait in the queue
BATCH = 25
LAST = 40  # batches that are judged
FEW = 3 * BATCH  # tombstones that a look at the front of a queue may step over
ITEMS = 5_000
LARGE_ITEMS, PADDING = 5_000, "x" * 8_000  # 40 MB
TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
}


def key(number):
    return {"pk": {"S": "queue"}, "sk": {"S": f"{number:08}"}}


def put(number, padding="x" * 200):
    return {"PutRequest": {"Item": key(number) | {"padding": {"S": padding}}}}


def delete(number):
    return {"DeleteRequest": {"Key": key(number)}}


class AgingTest(JourneyTest):
    def setUp(self):
        self.connection = RawConnection(self.server)
        self.addCleanup(self.connection.close)

    def call(self, operation, body):
        reply = self.connection.call(operation, body)
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json()

    def write(self, table, requests):
        for first in range(0, len(requests), BATCH):
            reply = self.call("BatchWriteItem", {"RequestItems": {table: requests[first : first + BATCH]}})
            self.assertEqual(reply["UnprocessedItems"], {})

    def metric(self, name):
        self.connection.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return int(re.search(rf"^dynarock_rocksdb_{name} ([0-9]+)$", self.connection.read().body.decode(), re.MULTILINE)[1])

    def skipped(self):
        """Tombstones that the server's reads have stepped over so far."""
        return self.metric("internal_delete_skipped_count")

    def first_of(self, table, forward=True):
        query = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "queue"}},
            "ProjectionExpression": "sk",
            "ScanIndexForward": forward,
            "Limit": 1,
        }
        return [int(item["sk"]["S"]) for item in self.call("Query", query)["Items"]]

    def run_through(self, table, forward):
        """Puts messages at the end and deletes them at the front; gives what the last looks at the front stepped over."""
        sign = 1 if forward else -1
        self.call("CreateTable", TABLE | {"TableName": table})
        costs, begin = [], self.skipped()
        for sent in range(0, MESSAGES, BATCH):
            self.write(table, [put(MESSAGES + sign * n) for n in range(sent, sent + BATCH)])
            before = self.skipped()
            self.assertEqual(self.first_of(table, forward), [MESSAGES + sign * max(0, sent - BACKLOG)])
            costs.append(self.skipped() - before)
            done = range(max(0, sent - BACKLOG), max(0, sent - BACKLOG + BATCH))
            self.write(table, [delete(MESSAGES + sign * n) for n in done])
        self.assertGreater(self.skipped(), begin, "this program does not count tombstones")
        return costs[-LAST:]

    def test_the_front_of_a_queue_stays_near(self):
        self.assertLess(max(self.run_through("queue", True)), FEW)

    def test_a_queue_that_runs_backwards(self):
        self.assertLess(max(self.run_through("backwards", False)), FEW)

    def test_an_emptied_table(self):
        self.call("CreateTable", TABLE | {"TableName": "emptied"})
        self.write("emptied", [put(n) for n in range(ITEMS)])
        self.write("emptied", [delete(n) for n in range(ITEMS)])

        def cost_of_scan():
            before = self.skipped()
            self.assertEqual(self.call("Scan", {"TableName": "emptied"})["Items"], [])
            return self.skipped() - before

        first = cost_of_scan()
        self.assertGreater(first, 0)
        wait_for("a Scan that steps over little", lambda: cost_of_scan() < FEW)
        self.write("emptied", [put(ITEMS // 2)])
        self.assertEqual(self.first_of("emptied"), [ITEMS // 2])

    def test_a_deleted_table_gives_its_space_back(self):
        def bytes_kept():
            return self.metric("total_sst_files_size")

        before = bytes_kept()
        self.call("CreateTable", TABLE | {"TableName": "deleted"})
        self.write("deleted", [put(n, PADDING) for n in range(LARGE_ITEMS)])
        most = bytes_kept() - before
        self.assertGreater(most, 20 << 20)
        self.call("DeleteTable", {"TableName": "deleted"})
        wait_for("space", lambda: bytes_kept() - before < most // 4)


if __name__ == "__main__":
    run_module(__doc__)
