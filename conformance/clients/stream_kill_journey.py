#!/usr/bin/env python3
"""kill -9 at random moments while rows are written and their stream is read: the stream is the history of the writes."""
import os
import random
import shutil
import tempfile
import threading
import time
import unittest

from raw_http import RawConnection, call
from running_server import Server, Settings, run_module
from stream_consumer import Consumer, StreamError

ROUNDS = int(os.environ.get("DYNAROCK_KILLS", "200"))
WRITERS = 4
LONGEST_ROUND = 0.12  # seconds before the kill
CREATE = {
    "TableName": "history",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


class Writer(threading.Thread):
    """Counts up rows of its own, alone, in batches and in transactions, until the server is gone."""

    def __init__(self, server, versions, acknowledged):
        super().__init__()
        self.server = server
        self.versions = versions  # row -> the last version that was sent
        self.acknowledged = acknowledged  # row -> the last version that was acknowledged
        self.problems = []

    def run(self):
        try:
            with RawConnection(self.server) as connection:
                while not self.problems:
                    self._write(connection)
        except (OSError, EOFError):
            return

    def _write(self, connection):
        rows = random.sample(sorted(self.versions), random.choice((1, 1, 1, 2, 3)))
        for row in rows:
            self.versions[row] += 1
        items = [{"pk": {"S": row}, "version": {"N": str(self.versions[row])}} for row in rows]
        if len(rows) == 1:
            reply = connection.call("PutItem", {"TableName": "history", "Item": items[0]})
        elif random.random() < 0.5:
            puts = [{"PutRequest": {"Item": item}} for item in items]
            reply = connection.call("BatchWriteItem", {"RequestItems": {"history": puts}})
        else:
            puts = [{"Put": {"TableName": "history", "Item": item}} for item in items]
            reply = connection.call("TransactWriteItems", {"TransactItems": puts})
        if reply.status != 200:
            self.problems.append(reply)
        for row in rows:
            self.acknowledged[row] = self.versions[row]


class History:
    """What the stream reported: the versions of each row must come one by one."""

    def __init__(self):
        self.seen = {}
        self.events = set()
        self.problems = []

    def take(self, record):
        change = record["dynamodb"]
        row = change["Keys"]["pk"]["S"]
        version = int(change["NewImage"]["version"]["N"])
        before = int(change["OldImage"]["version"]["N"]) if "OldImage" in change else 0
        if before != self.seen.get(row, 0) or version != before + 1:
            self.problems.append(f"{row} was at {self.seen.get(row, 0)}, then {before} became {version}")
        if record["eventName"] != ("MODIFY" if before else "INSERT"):
            self.problems.append(f"{row} at {version} is {record['eventName']}")
        if record["eventID"] in self.events:
            self.problems.append(f"{row} at {version} has an event id twice")
        self.events.add(record["eventID"])
        self.seen[row] = version


class StreamKillTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-kill-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.seed = int(os.environ.get("DYNAROCK_SEED", str(time.time_ns() % 1_000_000)))
        random.seed(self.seed)
        print(f"DYNAROCK_SEED={self.seed}", flush=True)

    def start(self):
        server = Server(Settings.binary, os.path.join(self.folder, "data"))
        self.addCleanup(server.end)
        return server

    def test_stream_is_the_history_of_acknowledged_writes(self):
        server = self.start()
        reply = call(server, "CreateTable", CREATE)
        self.assertEqual(reply.status, 200)
        consumer = Consumer(reply.json()["TableDescription"]["LatestStreamArn"])
        history = History()
        rows = [{f"{writer}.{row}": 0 for row in range(5)} for writer in range(WRITERS)]
        acknowledged = [dict(own) for own in rows]
        for round_number in range(ROUNDS):
            server = self.play_round(server, rows, acknowledged, consumer, history)
            consumer.read(server, history.take)
            self.check(server, rows, acknowledged, history, f"round {round_number}, seed {self.seed}")
        self.assertGreater(len(history.events), ROUNDS)
        everything = History()
        Consumer(consumer.arn).read(server, everything.take)
        self.assertEqual((everything.problems, everything.seen), ([], history.seen))
        self.assertEqual(everything.events, history.events)
        self.assertEqual(server.stop(), 0)

    def play_round(self, server, rows, acknowledged, consumer, history):
        """Writes and reads until the server is killed; gives the next server."""
        writers = [Writer(server, *own) for own in zip(rows, acknowledged)]
        for writer in writers:
            writer.start()
        killer = threading.Timer(random.uniform(0, LONGEST_ROUND), server.kill)
        killer.start()
        try:
            while killer.is_alive():
                consumer.read(server, history.take)
        except (OSError, EOFError):
            pass
        except StreamError as error:
            history.problems.append(str(error))
        for thread in (killer, *writers):
            thread.join()
        self.assertEqual([problem for writer in writers for problem in writer.problems], [])
        server.end()
        return self.start()

    def check(self, server, rows, acknowledged, history, where):
        """The stream has all that was acknowledged, and of the rest what the table has, too."""
        self.assertEqual(history.problems, [], where)
        items = call(server, "Scan", {"TableName": "history", "ConsistentRead": True}).json()["Items"]
        in_table = {item["pk"]["S"]: int(item["version"]["N"]) for item in items}
        self.assertEqual(history.seen, in_table, where)
        for own, known in zip(rows, acknowledged):
            for row in own:
                version = in_table.get(row, 0)
                self.assertGreaterEqual(version, known[row], f"{where}: {row}")
                self.assertLessEqual(version, own[row], f"{where}: {row}")
                # What was sent and lost is sent no more: the next version follows the one that is there.
                own[row] = known[row] = version


if __name__ == "__main__":
    run_module(__doc__, storages=("disk",))
