#!/usr/bin/env python3
"""--delay-transient-statuses: tables and indexes are seen being made, changed and deleted, also over a restart."""
import os
import shutil
import signal
import tempfile
import time
import unittest

from running_server import LocalServer, Server, Settings, run_module, skip

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    skip("boto3 is not installed (apt install python3-boto3)")

PATIENCE = 90.0  # seconds
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
SCHEMA = {
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "other", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "ProvisionedThroughput": UNITS,
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-other",
            "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": UNITS,
        }
    ],
}
ITEM = {"id": {"S": "a"}, "other": {"S": "o"}, "third": {"S": "t"}}


class TransientStatusesTest(unittest.TestCase):
    """What must be seen within a second is asked for again, of a new table, where a busy machine let the second pass."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-transient-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.start()

    def start(self, *options, **more):
        data = os.path.join(self.folder, "data") if Settings.storage == "disk" else None
        self.server = Server(Settings.binary, data, options=("--delay-transient-statuses", *options), **more)
        self.addCleanup(self.server.end)
        self.connect()

    def connect(self):
        self.client = boto3.client(
            "dynamodb",
            endpoint_url=self.server.endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
            config=Config(retries={"max_attempts": 1}),
        )

    def describe(self):
        """The table, or None."""
        try:
            return self.client.describe_table(TableName="table")["Table"]
        except ClientError as error:
            self.assertEqual(error.response["Error"]["Code"], "ResourceNotFoundException")
            return None

    def status(self):
        table = self.describe()
        return table and table["TableStatus"]

    def index_status(self, name="by-other"):
        for index in self.describe().get("GlobalSecondaryIndexes", []):
            if index["IndexName"] == name:
                return index["IndexStatus"]
        return None

    def wait_for(self, wanted, ask=None, among=()):
        """Asks until `wanted` is answered; before, only statuses `among` may be."""
        end = time.monotonic() + PATIENCE
        while (found := (ask or self.status)()) != wanted:
            self.assertIn(found, among)
            self.assertLess(time.monotonic(), end, f"waited in vain for {wanted}")
            time.sleep(0.02)

    def outcome(self, call, **arguments):
        """The error's code and message, or None."""
        try:
            call(**arguments)
            return None
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"]["Message"]

    def seen(self, status, *questions):
        """Asks all the questions while the table has the status; gives the answers.

        None if the status was over before the last answer: the machine was too slow, and they tell nothing.
        """
        answers = [question() for question in questions]
        return answers if self.status() == status else None

    def check_data_calls_fail(self, status):
        key = {"id": {"S": "a"}}
        calls = (
            (self.client.put_item, {"TableName": "table", "Item": ITEM}),
            (self.client.get_item, {"TableName": "table", "Key": key}),
            (self.client.delete_item, {"TableName": "table", "Key": key}),
            (self.client.scan, {"TableName": "table"}),
            (self.client.batch_get_item, {"RequestItems": {"table": {"Keys": [key]}}}),
            (self.client.transact_write_items, {"TransactItems": [{"Put": {"TableName": "table", "Item": ITEM}}]}),
            (self.client.execute_statement, {"Statement": 'SELECT * FROM "table"'}),
        )
        for call, arguments in calls:
            answers = self.seen(status, lambda call=call, arguments=arguments: self.outcome(call, **arguments))
            if answers is None:
                return False
            self.assertEqual(answers[0][0], "ResourceNotFoundException", call)
        return True

    def check_changes_fail(self, status, what):
        wanted = f"Attempt to change a resource which is still in use: Table is being {what}: table"
        answers = self.seen(
            status,
            lambda: self.outcome(self.client.delete_table, TableName="table"),
            lambda: self.outcome(self.client.update_table, TableName="table", BillingMode="PAY_PER_REQUEST"),
        )
        for answer in answers or ():
            self.assertEqual(answer, ("ResourceInUseException", wanted))
        return answers is not None

    def make(self, **more):
        return self.client.create_table(TableName="table", **{**SCHEMA, **more})["TableDescription"]

    def clear(self):
        """Whatever the last attempt left, there is no table."""
        end = time.monotonic() + PATIENCE
        while (status := self.status()) is not None:
            if status == "ACTIVE":
                self.outcome(self.client.delete_table, TableName="table")
            self.assertLess(time.monotonic(), end, "the table stays")
            time.sleep(0.02)

    def make_with_item(self):
        self.make()
        self.wait_for("ACTIVE", among=("CREATING",))
        self.client.put_item(TableName="table", Item=ITEM)

    def repeatedly(self, attempt):
        """Repeats an attempt until it was quick enough to see the status, and then returns True."""
        end = time.monotonic() + PATIENCE
        self.clear()
        while not attempt():
            self.clear()
            self.assertLess(time.monotonic(), end, "the statuses were never seen")

    def test_creating(self):
        def attempt():
            self.assertEqual(self.make()["TableStatus"], "CREATING")
            described = self.seen("CREATING", self.describe)
            if not described:
                return False
            self.assertEqual(described[0]["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING")
            self.assertEqual(self.client.list_tables()["TableNames"], ["table"])
            if not self.check_changes_fail("CREATING", "created") or not self.check_data_calls_fail("CREATING"):
                return False
            self.assertEqual(self.outcome(self.make)[0], "ResourceInUseException")
            self.client.get_waiter("table_exists").wait(TableName="table", WaiterConfig={"Delay": 1})
            self.assertEqual(self.index_status(), "ACTIVE")
            self.client.put_item(TableName="table", Item=ITEM)
            return True

        self.repeatedly(attempt)

    def test_deleting(self):
        def attempt():
            self.make_with_item()
            deleting = self.client.delete_table(TableName="table")["TableDescription"]
            self.assertEqual(deleting["TableStatus"], "DELETING")
            answers = self.seen("DELETING", lambda: self.outcome(self.make))
            if not answers:
                return False
            self.assertEqual(answers[0][0], "ResourceInUseException")
            if not self.check_changes_fail("DELETING", "deleted") or not self.check_data_calls_fail("DELETING"):
                return False
            self.client.get_waiter("table_not_exists").wait(TableName="table", WaiterConfig={"Delay": 1})
            self.make()
            self.wait_for("ACTIVE", among=("CREATING",))
            self.assertEqual(self.client.scan(TableName="table")["Count"], 0)
            return True

        self.repeatedly(attempt)

    def test_updating(self):
        def attempt():
            self.make_with_item()
            self.client.update_table(TableName="table", ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 9})
            # Data can be read and written all the time.
            self.client.put_item(TableName="table", Item=ITEM)
            self.assertEqual(self.client.scan(TableName="table")["Count"], 1)
            if not self.check_changes_fail("UPDATING", "updated"):
                return False
            self.wait_for("ACTIVE", among=("UPDATING",))
            self.assertEqual(self.describe()["ProvisionedThroughput"]["ReadCapacityUnits"], 9)
            return True

        self.repeatedly(attempt)

    def query(self, index):
        return self.client.query(
            TableName="table",
            IndexName=index,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": "third" if index == "by-third" else "other"},
            ExpressionAttributeValues={":v": {"S": "t" if index == "by-third" else "o"}},
        )["Count"]

    def change_index(self, **update):
        more = {}
        if "Create" in update:
            third = {"AttributeName": "third", "AttributeType": "S"}
            more["AttributeDefinitions"] = [third, *SCHEMA["AttributeDefinitions"]]
        self.client.update_table(TableName="table", GlobalSecondaryIndexUpdates=[update], **more)

    def test_indexes(self):
        new = {**SCHEMA["GlobalSecondaryIndexes"][0], "IndexName": "by-third"}
        new["KeySchema"] = [{"AttributeName": "third", "KeyType": "HASH"}]
        update = {"IndexName": "by-third", "ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 9}}

        def status():
            return self.index_status("by-third")

        def refusal():
            return self.outcome(self.query, index="by-third")

        def attempt():
            self.make_with_item()
            self.change_index(Create=new)
            answers = self.seen("UPDATING", status, refusal)
            if not answers:
                return False
            self.assertEqual((answers[0], answers[1][0]), ("CREATING", "ValidationException"))
            self.wait_for("ACTIVE", status, among=("CREATING",))
            self.wait_for("ACTIVE", among=("UPDATING",))
            self.assertEqual(self.query("by-third"), 1)
            self.change_index(Update=update)
            answers = self.seen("UPDATING", status, lambda: self.query("by-third"))
            if not answers:
                return False
            self.assertEqual(answers, ["UPDATING", 1])
            self.wait_for("ACTIVE", status, among=("UPDATING",))
            self.wait_for("ACTIVE", among=("UPDATING",))
            self.change_index(Delete={"IndexName": "by-third"})
            answers = self.seen("UPDATING", status, refusal)
            if not answers:
                return False
            self.assertEqual((answers[0], answers[1][0]), ("DELETING", "ValidationException"))
            self.client.put_item(TableName="table", Item=ITEM)
            self.wait_for(None, status, among=("DELETING",))
            self.assertEqual(self.index_status(), "ACTIVE")
            self.assertEqual(self.query("by-other"), 1)
            return True

        self.repeatedly(attempt)

    def test_as_dynamodb_local(self):
        server = LocalServer(Settings.binary, options=("-delayTransientStatuses", "-sharedDb"))
        self.addCleanup(server.end)
        self.server.end()
        self.server = server
        self.connect()

        def attempt():
            self.make()
            return self.seen("CREATING") is not None

        self.repeatedly(attempt)

    def test_without_delay(self):
        self.server.end()
        server = Server(Settings.binary)
        self.addCleanup(server.end)
        self.server = server
        self.connect()
        self.make()
        self.assertEqual(self.status(), "ACTIVE")
        self.client.delete_table(TableName="table")
        self.assertIsNone(self.status())


class RestartTest(TransientStatusesTest):
    def setUp(self):
        if Settings.storage != "disk":
            self.skipTest("nothing is kept in memory")
        super().setUp()

    def restart(self):
        self.server.signal(signal.SIGKILL)
        self.server.wait()
        self.start()

    def test_creating(self):
        self.make()
        self.restart()
        self.wait_for("ACTIVE", among=("CREATING",))
        self.client.put_item(TableName="table", Item=ITEM)

    def test_updating(self):
        self.make()
        self.wait_for("ACTIVE", among=("CREATING",))
        self.client.update_table(TableName="table", ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 9})
        self.restart()
        self.wait_for("ACTIVE", among=("UPDATING",))
        self.assertEqual(self.describe()["ProvisionedThroughput"]["ReadCapacityUnits"], 9)

    def test_deleting(self):
        self.make()
        self.wait_for("ACTIVE", among=("CREATING",))
        self.client.put_item(TableName="table", Item=ITEM)
        self.client.delete_table(TableName="table")
        self.restart()
        self.wait_for(None, among=("DELETING",))
        self.make()
        self.wait_for("ACTIVE", among=("CREATING",))
        self.assertEqual(self.client.scan(TableName="table")["Count"], 0)

    def test_indexes(self):
        self.make()
        self.wait_for("ACTIVE", among=("CREATING",))
        self.client.put_item(TableName="table", Item=ITEM)
        self.client.update_table(
            TableName="table", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-other"}}]
        )
        self.restart()
        self.wait_for(None, self.index_status, among=("DELETING",))
        self.assertEqual(len(self.describe()["AttributeDefinitions"]), 1)
        self.wait_for("ACTIVE", among=("UPDATING",))
        self.client.update_table(
            TableName="table",
            AttributeDefinitions=SCHEMA["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": SCHEMA["GlobalSecondaryIndexes"][0]}],
        )
        self.restart()
        self.wait_for("ACTIVE", self.index_status, among=("CREATING",))
        self.assertEqual(self.query("by-other"), 1)

    test_as_dynamodb_local = None
    test_without_delay = None


class OptimizeTest(unittest.TestCase):
    def test_frees_what_was_written_over(self):
        if Settings.storage != "disk":
            self.skipTest("there are no files in memory")
        folder = tempfile.mkdtemp(prefix="dynarock-optimize-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)

        def server(*options):
            started = Server(Settings.binary, os.path.join(folder, "data"), options=options)
            self.addCleanup(started.end)
            client = boto3.client(
                "dynamodb",
                endpoint_url=started.endpoint,
                aws_access_key_id="key",
                aws_secret_access_key="secret",
                region_name="us-east-1",
            )
            return started, client

        def size():
            files = os.path.join(folder, "data", "rocksdb")
            return sum(
                os.path.getsize(os.path.join(files, name)) for name in os.listdir(files) if name.endswith(".sst")
            )

        for round_of in range(3):
            running, client = server()
            if round_of == 0:
                client.create_table(TableName="table", **SCHEMA)
            for number in range(40):
                item = {"id": {"S": str(number)}, "blob": {"B": os.urandom(20_000)}}
                client.put_item(TableName="table", Item=item)
            self.assertEqual(running.stop(), 0)
        before = size()
        running, client = server("--optimize-before-start")
        self.assertEqual(client.scan(TableName="table", Select="COUNT")["Count"], 40)
        self.assertEqual(running.stop(), 0)
        self.assertLess(size(), before / 2)


if __name__ == "__main__":
    run_module(__doc__)
