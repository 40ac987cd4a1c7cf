#!/usr/bin/env python3
"""Whose tables a caller finds: one database for all, or one for each access key and region; ARNs, keys, restarts."""
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request

import cruddur_rows as cruddur
from raw_http import AUTHORIZATION, RawConnection, call
from running_server import PATIENCE, Server, Settings, run_module, skip, wait_for

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    skip("boto3 is not installed (apt install python3-boto3)")

SCHEMA = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
WITH_STREAM = {**SCHEMA, "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
CRUDDUR = {**cruddur.SCHEMA, "StreamSpecification": WITH_STREAM["StreamSpecification"]}
CALLERS = (("AKIAFIRST", "us-east-1"), ("AKIAFIRST", "eu-west-1"), ("second", "us-east-1"), ("second", "localhost"))


def authorization(key, region):
    return AUTHORIZATION.replace("dummy/", f"{key}/").replace("us-east-1", region)


class DatabasesTest(unittest.TestCase):
    """Each test has a server of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-keys-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.server = None

    def start(self, *options):
        data = os.path.join(self.folder, "data") if Settings.storage == "disk" else None
        self.server = Server(Settings.binary, data, options=options)
        self.addCleanup(self.server.end)

    def client(self, caller, service="dynamodb"):
        key, region = caller
        return boto3.client(
            service,
            endpoint_url=self.server.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            region_name=region,
            config=Config(retries={"max_attempts": 1}),
        )

    def expect_error(self, code, operation, **arguments):
        with self.assertRaises(ClientError) as caught:
            operation(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def names(self, client, table="same"):
        return sorted(item["id"]["S"] for item in client.scan(TableName=table)["Items"])


class SharedTest(DatabasesTest):
    def test_all_share_one(self):
        self.start("--region", "ca-central-1", "--account-id", "123456789012")
        first, *others = [self.client(caller) for caller in CALLERS]
        arn = first.create_table(TableName="same", **WITH_STREAM)["TableDescription"]["TableArn"]
        self.assertEqual(arn, "arn:aws:dynamodb:ca-central-1:123456789012:table/same")
        for client in others:
            self.assertEqual(client.list_tables()["TableNames"], ["same"])
        self.assertEqual(self.server.stop(), 0)

    def test_arn_in_place_of_a_name(self):
        for options in ((), ("--local-arns",), ("--separate-databases",)):
            with self.subTest(options):
                self.start(*options)
                client = self.client(("key", "eu-west-1"))
                arn = client.create_table(TableName="same", **SCHEMA)["TableDescription"]["TableArn"]
                region = {(): "us-east-1", ("--local-arns",): "ddblocal"}.get(options, "eu-west-1")
                self.assertEqual(arn, f"arn:aws:dynamodb:{region}:000000000000:table/same")
                client.put_item(TableName=arn, Item={"id": {"S": "a"}, "n": {"N": "1"}})
                self.assertEqual(client.get_item(TableName=arn, Key={"id": {"S": "a"}})["Item"]["n"], {"N": "1"})
                client.update_item(
                    TableName=arn,
                    Key={"id": {"S": "a"}},
                    UpdateExpression="ADD n :one",
                    ExpressionAttributeValues={":one": {"N": "1"}},
                )
                self.assertEqual(self.names(client, arn), ["a"])
                client.tag_resource(ResourceArn=arn, Tags=[{"Key": "k", "Value": "v"}])
                self.assertEqual(client.list_tags_of_resource(ResourceArn=arn)["Tags"], [{"Key": "k", "Value": "v"}])
                self.assertEqual(client.describe_table(TableName=arn)["Table"]["TableName"], "same")
                client.delete_table(TableName=arn)
                self.assertEqual(client.list_tables()["TableNames"], [])
                self.server.stop()
                shutil.rmtree(os.path.join(self.folder, "data"), ignore_errors=True)

    def test_key_ids(self):
        self.start()
        for key, status in (("abcXYZ019", 200), ("a-b_c", 200), ("a.b", 400), ("a:b", 400), ("ü", 400)):
            header = authorization(key, "anything at all").encode().decode("latin-1")
            with RawConnection(self.server) as connection:
                reply = connection.call("ListTables", {}, Authorization=header)
            self.assertEqual(reply.status, status, key)
            if status == 400:
                self.assertEqual(reply.error(), "UnrecognizedClientException")


class SeparateTest(DatabasesTest):
    def fill(self):
        """The same table for each caller, with an item that names its owner."""
        for caller in CALLERS:
            client = self.client(caller)
            arn = client.create_table(TableName="same", **WITH_STREAM)["TableDescription"]["TableArn"]
            self.assertEqual(arn, f"arn:aws:dynamodb:{caller[1]}:000000000000:table/same")
            client.put_item(TableName="same", Item={"id": {"S": "/".join(caller)}})

    def test_tables_and_items(self):
        self.start("--separate-databases")
        self.fill()
        clients = {caller: self.client(caller) for caller in CALLERS}
        for caller, client in clients.items():
            self.assertEqual(self.names(client), ["/".join(caller)])
        clients[CALLERS[0]].delete_table(TableName="same")
        self.assertEqual(clients[CALLERS[0]].list_tables()["TableNames"], [])
        for caller in CALLERS[1:]:
            self.assertEqual(self.names(clients[caller]), ["/".join(caller)])
        nobody = self.client(("third", "us-east-1"))
        self.assertEqual(nobody.list_tables()["TableNames"], [])
        self.expect_error("ResourceNotFoundException", nobody.scan, TableName="same")
        batch = {"same": [{"PutRequest": {"Item": {"id": {"S": "x"}}}}]}
        self.expect_error("ResourceNotFoundException", nobody.batch_write_item, RequestItems=batch)
        self.expect_error("ResourceNotFoundException", nobody.execute_statement, Statement="SELECT * FROM same")

    def test_credentials_in_the_query(self):
        self.start("--separate-databases")
        self.fill()
        query = (
            "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAFIRST%2F20260101%2Feu-west-1%2Fdynamodb%2F"
            "aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
        )
        reply = call(self.server, "Scan", {"TableName": "same"}, target=query, without=("Authorization",))
        self.assertEqual(reply.json()["Items"], [{"id": {"S": "AKIAFIRST/eu-west-1"}}])

    def test_streams(self):
        self.start("--separate-databases")
        self.fill()
        iterators = []
        for caller in CALLERS:
            streams = self.client(caller, "dynamodbstreams")
            (stream,) = streams.list_streams()["Streams"]
            self.assertTrue(
                stream["StreamArn"].startswith(f"arn:aws:dynamodb:{caller[1]}:000000000000:table/same/stream/")
            )
            records = []
            for shard in streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]:
                iterator = streams.get_shard_iterator(
                    StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
                )["ShardIterator"]
                records += streams.get_records(ShardIterator=iterator)["Records"]
            self.assertEqual([r["dynamodb"]["Keys"]["id"]["S"] for r in records], ["/".join(caller)])
            self.assertEqual(records[0]["awsRegion"], caller[1])
            iterators.append(iterator)
        for caller, iterator in zip(CALLERS, iterators[1:]):
            streams = self.client(caller, "dynamodbstreams")
            self.expect_error("ResourceNotFoundException", streams.get_records, ShardIterator=iterator)
        nobody = self.client(("third", "us-east-1"), "dynamodbstreams")
        self.assertEqual(nobody.list_streams()["Streams"], [])

    def test_transaction_tokens(self):
        self.start("--separate-databases")
        self.fill()
        add = {
            "Update": {
                "TableName": "same",
                "Key": {"id": {"S": "counter"}},
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        }
        for _ in range(2):
            for caller in CALLERS:
                self.client(caller).transact_write_items(TransactItems=[add], ClientRequestToken="the-same-token")
        for caller in CALLERS:
            item = self.client(caller).get_item(TableName="same", Key={"id": {"S": "counter"}})["Item"]
            self.assertEqual(item["n"], {"N": "1"})

    def test_metrics(self):
        self.start("--separate-databases")
        self.fill()
        with urllib.request.urlopen(self.server.endpoint + "/metrics", timeout=30) as reply:
            text = reply.read().decode()
        self.assertIn("dynarock_tables 4\n", text)
        for key, region in CALLERS:
            self.assertIn(f'dynarock_table_items{{table="same",database="{key}/{region}"}} 1\n', text)

    def test_functions_write_to_their_own_database(self):
        self.start("--separate-databases")
        callers = CALLERS[:2]
        for caller in callers:
            client = self.client(caller)
            client.create_table(**CRUDDUR)
            client.put_item(
                TableName=cruddur.TABLE, Item=cruddur.typed(cruddur.group_row(cruddur.MINE, cruddur.OTHER))
            )
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": callers[1][0], "AWS_REGION": callers[1][1]}
        command = [Settings.binary, "trigger", "add", "--table", cruddur.TABLE]
        command += ["--builtin", "cruddur-messaging-stream", "--endpoint", self.server.endpoint]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=PATIENCE)
        message = cruddur.message_row(cruddur.MESSAGES)
        for caller in callers:
            self.client(caller).put_item(TableName=cruddur.TABLE, Item=cruddur.typed(message))
        group = {":pk": {"S": cruddur.group_row(cruddur.MINE, cruddur.OTHER)["pk"]}}

        def text_of(caller):
            rows = self.client(caller).query(
                TableName=cruddur.TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=group
            )
            return rows["Items"][0]["message"]["S"]

        wait_for("the conversation to move", lambda: text_of(callers[1]) == message["message"])
        self.assertNotEqual(text_of(callers[0]), message["message"])
        functions = [self.client(caller, "lambda").list_functions()["Functions"] for caller in callers]
        self.assertEqual([len(found) for found in functions], [0, 1])
        self.assertIn(f":lambda:{callers[1][1]}:", functions[1][0]["FunctionArn"])
        self.assertEqual(self.server.stop(), 0)

    def test_file_of_triggers(self):
        path = os.path.join(self.folder, "triggers.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                '{"Functions": [{"FunctionName": "move", "Builtin": "cruddur-messaging-stream"}],'
                f'"EventSourceMappings": [{{"Table": "{cruddur.TABLE}", "FunctionName": "move"}}]}}'
            )
        self.start("--separate-databases", "--triggers", path)
        for caller in CALLERS[:2]:
            client = self.client(caller)
            client.create_table(**CRUDDUR)
            (mapping,) = self.client(caller, "lambda").list_event_source_mappings()["EventSourceMappings"]
            self.assertEqual(
                mapping["EventSourceArn"], f"arn:aws:dynamodb:{caller[1]}:000000000000:table/{cruddur.TABLE}"
            )


class BoundTest(DatabasesTest):
    """One place for two callers."""

    def setUp(self):
        super().setUp()
        self.first, self.second = CALLERS[0], CALLERS[1]

    def expect_no_place(self, caller):
        self.expect_error("LimitExceededException", self.client(caller).create_table, TableName="bounds", **SCHEMA)

    def hand_over(self):
        """The first caller's database goes, the second's comes and goes, and the first comes again."""
        for caller, other in ((self.second, self.first), (self.first, self.second)):
            client = self.client(caller)
            client.create_table(TableName="bounds", **SCHEMA)
            self.expect_no_place(other)
            client.delete_table(TableName="bounds")

    def test_tables(self):
        self.start("--separate-databases", "--max-databases", "1")
        self.client(self.first).create_table(TableName="bounds", **SCHEMA)
        self.expect_no_place(self.second)
        self.client(self.first).delete_table(TableName="bounds")
        self.hand_over()
        # A stream can be read for a day.
        client = self.client(self.first)
        client.create_table(TableName="streamed", **WITH_STREAM)
        client.delete_table(TableName="streamed")
        self.expect_no_place(self.second)
        self.assertEqual(len(self.client(self.first, "dynamodbstreams").list_streams()["Streams"]), 1)

    def test_functions(self):
        self.start("--separate-databases", "--max-databases", "1")
        functions = self.client(self.first, "lambda")
        functions.create_function(
            FunctionName="f",
            Role="arn:aws:iam::000000000000:role/local",
            Code={"ImageUri": "builtin:cruddur-messaging-stream"},
            PackageType="Image",
        )
        self.expect_no_place(self.second)
        functions.delete_function(FunctionName="f")
        self.hand_over()
        self.assertEqual(functions.list_functions()["Functions"], [])

    def test_file_of_triggers(self):
        """Its functions are those of all databases, and take no place."""
        path = os.path.join(self.folder, "triggers.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                '{"Functions": [{"FunctionName": "move", "Builtin": "cruddur-messaging-stream"}],'
                f'"EventSourceMappings": [{{"Table": "{cruddur.TABLE}", "FunctionName": "move"}}]}}'
            )
        self.start("--separate-databases", "--max-databases", "1", "--triggers", path)
        self.client(self.first).create_table(TableName="bounds", **SCHEMA)
        self.client(self.first).delete_table(TableName="bounds")
        self.hand_over()
        (mapping,) = self.client(self.first, "lambda").list_event_source_mappings()["EventSourceMappings"]
        self.assertIn(self.first[1], mapping["EventSourceArn"])


class RestartTest(DatabasesTest):
    def setUp(self):
        super().setUp()
        if Settings.storage != "disk":
            self.skipTest("nothing is kept in memory")

    def test_all_is_found_again(self):
        self.start("--separate-databases", "--ttl-change-interval", "0")
        for caller in CALLERS:
            client = self.client(caller)
            client.create_table(TableName="same", **WITH_STREAM)
            ttl = {"Enabled": True, "AttributeName": "expires"}
            client.update_time_to_live(TableName="same", TimeToLiveSpecification=ttl)
            client.put_item(TableName="same", Item={"id": {"S": "/".join(caller)}})
        self.server.kill()
        # Callers who share see none of it, and change nothing of it.
        self.start()
        shared = self.client(CALLERS[0])
        self.assertEqual(shared.list_tables()["TableNames"], [])
        shared.create_table(TableName="same", **SCHEMA)
        self.assertEqual(self.server.stop(), 0)
        self.start("--separate-databases")
        for caller in CALLERS:
            self.assertEqual(self.names(self.client(caller)), ["/".join(caller)])
            (stream,) = self.client(caller, "dynamodbstreams").list_streams()["Streams"]
            self.assertIn(f":{caller[1]}:", stream["StreamArn"])
        # Items that expire are deleted in each.
        for caller in CALLERS:
            item = {"id": {"S": "gone"}, "expires": {"N": str(int(time.time()) - 10)}}
            self.client(caller).put_item(TableName="same", Item=item)
        for caller in CALLERS:
            client = self.client(caller)
            wait_for("the expired item to go", lambda found=client: self.names(found) == ["/".join(caller)])

    def test_triggers_run_without_a_call(self):
        self.start("--separate-databases")
        caller = CALLERS[3]
        client = self.client(caller)
        client.create_table(**CRUDDUR)
        row = cruddur.group_row(cruddur.MINE, cruddur.OTHER)
        client.put_item(TableName=cruddur.TABLE, Item=cruddur.typed(row))
        functions = self.client(caller, "lambda")
        functions.create_function(
            FunctionName="move",
            Role="arn:aws:iam::000000000000:role/local",
            Code={"ImageUri": "builtin:cruddur-messaging-stream"},
            PackageType="Image",
        )
        mapping = functions.create_event_source_mapping(
            EventSourceArn=client.describe_table(TableName=cruddur.TABLE)["Table"]["LatestStreamArn"],
            FunctionName="move",
            StartingPosition="TRIM_HORIZON",
            Enabled=False,
        )
        message = cruddur.message_row(cruddur.MESSAGES)
        client.put_item(TableName=cruddur.TABLE, Item=cruddur.typed(message))
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
        self.server.kill()
        self.start("--separate-databases")
        client = self.client(caller)
        group = {":pk": {"S": row["pk"]}}

        def moved():
            rows = client.query(
                TableName=cruddur.TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=group
            )
            return rows["Items"][0]["message"]["S"] == message["message"]

        wait_for("the conversation to move", moved)


if __name__ == "__main__":
    run_module(__doc__)
