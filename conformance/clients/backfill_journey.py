#!/usr/bin/env python3
"""A global index is added to a table of 40,000 items: its states, reads that are refused, writes meanwhile, kill -9.

  conformance/clients/backfill_journey.py --binary build/release/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import os
import shutil
import tempfile
import threading
import time
import unittest

import running_server

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    running_server.skip("boto3 is missing (apt-get install python3-boto3)")

ITEMS = 40_000
GROUPS = 50
PATIENCE = 120.0  # seconds
TABLE = "things"
INDEX = "by-group"


class BackfillTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-backfill-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.start()

    def start(self):
        self.server = running_server.Server(running_server.Settings.binary, os.path.join(self.folder, "data"))
        self.addCleanup(self.server.end)
        self.dynamodb = self.client()

    def client(self):
        return boto3.client(
            "dynamodb",
            endpoint_url=self.server.endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"max_attempts": 0}),
        )

    @staticmethod
    def item(number):
        """Every tenth has no group, every eleventh one of the wrong type: neither is in the index."""
        item = {"pk": {"S": f"thing-{number}"}, "text": {"S": "x" * 50}}
        if number % 10:
            item["group"] = {"N": "7"} if number % 11 == 0 else {"S": f"g{number % GROUPS}"}
        return item

    def fill(self):
        self.dynamodb.create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

        def write(first):
            client = self.client()
            for start in range(first, ITEMS, 100):
                puts = [{"PutRequest": {"Item": self.item(number)}} for number in range(start, start + 25)]
                client.batch_write_item(RequestItems={TABLE: puts})

        writers = [threading.Thread(target=write, args=(25 * i,)) for i in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

    def add_index(self):
        return self.dynamodb.update_table(
            TableName=TABLE,
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "group", "AttributeType": "S"},
            ],
            GlobalSecondaryIndexUpdates=[
                {
                    "Create": {
                        "IndexName": INDEX,
                        "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                }
            ],
        )["TableDescription"]

    def index(self):
        table = self.dynamodb.describe_table(TableName=TABLE)["Table"]
        return table.get("GlobalSecondaryIndexes", [{}])[0]

    def await_active(self):
        end = time.monotonic() + PATIENCE
        while self.index()["IndexStatus"] != "ACTIVE":
            self.assertLess(time.monotonic(), end, "the index did not become active")
            time.sleep(0.05)

    def rows(self, **parameters):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE, **parameters)
        return {item["pk"]["S"]: item for page in pages for item in page["Items"]}

    def check_index(self):
        """The index holds exactly the items whose group is a string, and counts them."""
        wanted = {key: item for key, item in self.rows().items() if "S" in item.get("group", {})}
        self.assertEqual(self.rows(IndexName=INDEX), wanted)
        self.assertEqual(self.index()["ItemCount"], len(wanted))

    def test_states_and_writes_meanwhile(self):
        self.fill()
        description = self.add_index()
        self.assertEqual(description["TableStatus"], "UPDATING")
        self.assertEqual(description["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING")
        self.assertTrue(self.index()["Backfilling"])
        with self.assertRaises(ClientError) as caught:
            self.dynamodb.query(
                TableName=TABLE,
                IndexName=INDEX,
                KeyConditionExpression="#g = :g",
                ExpressionAttributeNames={"#g": "group"},
                ExpressionAttributeValues={":g": {"S": "g1"}},
            )
        self.assertIn("backfilling", caught.exception.response["Error"]["Message"])
        with self.assertRaises(ClientError) as caught:
            self.dynamodb.delete_table(TableName=TABLE)
        self.assertEqual(caught.exception.response["Error"]["Code"], "ResourceInUseException")
        for number in range(0, ITEMS, 97):
            key = {"pk": {"S": f"thing-{number}"}}
            if number % 2:
                self.dynamodb.delete_item(TableName=TABLE, Key=key)
            else:
                self.dynamodb.update_item(
                    TableName=TABLE,
                    Key=key,
                    UpdateExpression="SET #g = :g",
                    ExpressionAttributeNames={"#g": "group"},
                    ExpressionAttributeValues={":g": {"S": "moved"}},
                )
        self.await_active()
        self.assertNotIn("Backfilling", self.index())
        self.check_index()
        self.dynamodb.update_table(TableName=TABLE, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": INDEX}}])
        while self.index():
            time.sleep(0.05)
        self.add_index()
        self.await_active()
        self.check_index()

    def test_kill_in_the_middle(self):
        self.fill()
        self.add_index()
        while_filling = 0
        for _ in range(3):
            while_filling += self.index()["IndexStatus"] == "CREATING"
            self.server.kill()
            self.start()
        self.assertGreater(while_filling, 0, "it was filled before the first kill")
        self.await_active()
        self.check_index()
        self.assertEqual(self.server.stop(), 0)


if __name__ == "__main__":
    running_server.run_module(__doc__.splitlines()[0], storages=("disk",))
