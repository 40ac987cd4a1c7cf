#!/usr/bin/env python3
"""What scripts do with boto3, Debian's python3-boto3, against the dynarock program."""
import threading
import uuid
from decimal import Decimal

from running_server import JourneyTest, Settings, run_module, skip

try:
    import boto3
    from boto3.dynamodb.conditions import Attr, Key
    from boto3.dynamodb.types import Binary
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    skip("boto3 is not installed (apt install python3-boto3)")

import cruddur_rows as cruddur

SIMPLE_KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


class BotoTest(JourneyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session = boto3.session.Session(
            aws_access_key_id="dummy", aws_secret_access_key="dummy", region_name="us-east-1"
        )
        config = Config(retries={"max_attempts": 1})
        cls.region = "ddblocal" if Settings.storage == "local" else "us-east-1"
        cls.client = session.client("dynamodb", endpoint_url=cls.endpoint, config=config)
        cls.streams = session.client("dynamodbstreams", endpoint_url=cls.endpoint, config=config)
        cls.resource = session.resource("dynamodb", endpoint_url=cls.endpoint, config=config)

    def expect_error(self, code, call, **arguments):
        """The call must fail with this error; gives the reply."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        return caught.exception.response

    def new_table(self, **schema):
        """A table of its own for a test, by default with the partition key `id`."""
        name = f"table-{uuid.uuid4()}"
        self.client.create_table(TableName=name, **(schema or SIMPLE_KEY))
        self.client.get_waiter("table_exists").wait(TableName=name)
        return self.resource.Table(name)


class TablesTest(BotoTest):
    def test_life_of_a_table(self):
        made = self.client.create_table(**cruddur.SCHEMA)["TableDescription"]
        self.assertIn(made["TableStatus"], ("CREATING", "ACTIVE"))
        self.client.get_waiter("table_exists").wait(TableName=cruddur.TABLE)
        table = self.client.describe_table(TableName=cruddur.TABLE)["Table"]
        self.assertEqual(table["TableStatus"], "ACTIVE")
        self.assertEqual(table["KeySchema"], cruddur.SCHEMA["KeySchema"])
        self.assertEqual(table["TableArn"], f"arn:aws:dynamodb:{self.region}:000000000000:table/{cruddur.TABLE}")
        self.assertEqual(table["ItemCount"], 0)
        self.assertEqual(table["ProvisionedThroughput"]["ReadCapacityUnits"], 5)
        index = table["GlobalSecondaryIndexes"][0]
        self.assertEqual((index["IndexName"], index["IndexStatus"]), (cruddur.INDEX, "ACTIVE"))
        self.assertEqual(index["Projection"], {"ProjectionType": "ALL"})
        self.expect_error("ResourceInUseException", self.client.create_table, **cruddur.SCHEMA)
        with self.assertRaises(self.client.exceptions.ResourceInUseException):
            self.client.create_table(**cruddur.SCHEMA)
        self.assertIn(cruddur.TABLE, self.client.list_tables()["TableNames"])
        self.client.delete_table(TableName=cruddur.TABLE)
        self.client.get_waiter("table_not_exists").wait(TableName=cruddur.TABLE)
        self.assertNotIn(cruddur.TABLE, self.client.list_tables()["TableNames"])
        for call in (self.client.describe_table, self.client.delete_table):
            self.expect_error("ResourceNotFoundException", call, TableName=cruddur.TABLE)

    def test_resource_makes_waits_and_deletes(self):
        table = self.resource.create_table(TableName="of-the-resource", **SIMPLE_KEY)
        table.wait_until_exists()
        table.reload()
        self.assertEqual((table.table_status, table.item_count), ("ACTIVE", 0))
        self.assertIn("of-the-resource", [other.name for other in self.resource.tables.all()])
        table.delete()
        table.wait_until_not_exists()

    def test_list_tables_in_pages(self):
        names = sorted(f"page-{number:02}" for number in range(12))
        for name in names:
            self.client.create_table(TableName=name, **SIMPLE_KEY)
        pages = list(self.client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 5}))
        self.assertGreater(len(pages), 2)
        listed = [name for page in pages for name in page["TableNames"]]
        self.assertEqual(listed, sorted(listed))
        self.assertEqual([name for name in listed if name.startswith("page-")], names)
        page = self.client.list_tables(Limit=1, ExclusiveStartTableName="page-03")
        self.assertEqual((page["TableNames"], page["LastEvaluatedTableName"]), (["page-04"], "page-04"))

    def test_wrong_requests(self):
        wrong = {**SIMPLE_KEY, "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}]}
        self.expect_error("ValidationException", self.client.create_table, TableName="wrong", **wrong)
        self.expect_error("ValidationException", self.client.create_table, TableName="a b!", **SIMPLE_KEY)


class ConversationTest(BotoTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls.resource.create_table(**cruddur.SCHEMA)
        cls.table.wait_until_exists()
        for row in cruddur.rows():
            cls.table.put_item(Item=row)

    def test_scan(self):
        items = self.table.scan()["Items"]
        key = lambda row: (row["pk"], row["sk"])  # noqa: E731
        self.assertEqual(sorted(items, key=key), sorted(cruddur.rows(), key=key))

    def newest_of_the_year(self, pk):
        return self.client.query(
            TableName=cruddur.TABLE,
            KeyConditionExpression="pk = :pk AND begins_with(sk,:year)",
            ScanIndexForward=False,
            Limit=20,
            ReturnConsumedCapacity="TOTAL",
            ExpressionAttributeValues={":year": {"S": cruddur.YEAR}, ":pk": {"S": pk}},
        )

    def test_get_conversation(self):
        reply = self.newest_of_the_year(f"MSG#{cruddur.GROUP}")
        newest = [cruddur.typed(cruddur.message_row(number)) for number in range(101, 81, -1)]
        self.assertEqual(reply["Items"], newest)
        self.assertEqual((reply["Count"], reply["ScannedCount"]), (20, 20))
        self.assertEqual(reply["LastEvaluatedKey"], {name: newest[-1][name] for name in ("pk", "sk")})
        self.assertEqual(reply["ConsumedCapacity"], {"TableName": cruddur.TABLE, "CapacityUnits": 1.0})

    def test_get_conversation_of_another_year(self):
        reply = self.table.query(
            KeyConditionExpression=Key("pk").eq(f"MSG#{cruddur.GROUP}") & Key("sk").begins_with("2019")
        )
        self.assertEqual((reply["Items"], reply["Count"]), ([], 0))
        self.assertNotIn("LastEvaluatedKey", reply)

    def test_list_conversations(self):
        reply = self.newest_of_the_year(f"GRP#{cruddur.MINE['uuid']}")
        self.assertEqual(reply["Items"], [cruddur.typed(cruddur.group_row(cruddur.MINE, cruddur.OTHER))])

    def test_query_of_the_index(self):
        reply = self.table.query(
            IndexName=cruddur.INDEX, KeyConditionExpression=Key("message_group_uuid").eq(cruddur.GROUP)
        )
        owners = {row["pk"] for row in reply["Items"]}
        self.assertEqual(owners, {f"GRP#{user['uuid']}" for user in (cruddur.MINE, cruddur.OTHER)})

    def test_sort_key_conditions(self):
        pk, at = Key("pk").eq(f"MSG#{cruddur.GROUP}"), cruddur.sent_at
        for condition, expected in (
            (Key("sk").eq(at(7)), [7]),
            (Key("sk").lt(at(3)), [0, 1, 2]),
            (Key("sk").lte(at(2)), [0, 1, 2]),
            (Key("sk").gt(at(99)), [100, 101]),
            (Key("sk").gte(at(100)), [100, 101]),
            (Key("sk").between(at(4), at(6)), [4, 5, 6]),
            (Key("sk").begins_with(at(5)), [5]),
        ):
            rows = self.table.query(KeyConditionExpression=pk & condition)["Items"]
            self.assertEqual([row["sk"] for row in rows], [at(number) for number in expected], condition)

    def test_last_evaluated_key_loop(self):
        for forward in (True, False):
            found, pages, arguments = [], 0, {}
            while True:
                page = self.table.query(
                    KeyConditionExpression=Key("pk").eq(f"MSG#{cruddur.GROUP}"),
                    Limit=7,
                    ScanIndexForward=forward,
                    **arguments,
                )
                found += [row["sk"] for row in page["Items"]]
                pages += 1
                if "LastEvaluatedKey" not in page:
                    break
                arguments = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
            expected = [cruddur.sent_at(number) for number in range(cruddur.MESSAGES)]
            self.assertEqual(found, expected if forward else expected[::-1])
            self.assertEqual(pages, 15)

    def test_paginators(self):
        scan = self.client.get_paginator("scan").paginate(TableName=cruddur.TABLE, PaginationConfig={"PageSize": 10})
        self.assertEqual(sum(page["Count"] for page in scan), len(cruddur.rows()))
        query = self.client.get_paginator("query").paginate(
            TableName=cruddur.TABLE,
            IndexName=cruddur.INDEX,
            KeyConditionExpression="message_group_uuid = :g",
            ExpressionAttributeValues={":g": {"S": cruddur.GROUP}},
            PaginationConfig={"PageSize": 1},
        )
        self.assertEqual(len([row for page in query for row in page["Items"]]), 2)

    def test_filter_projection_and_count(self):
        reply = self.table.query(
            KeyConditionExpression=Key("pk").eq(f"MSG#{cruddur.GROUP}"),
            FilterExpression=Attr("user_handle").eq("bayko"),
            ProjectionExpression="#m, sk",
            ExpressionAttributeNames={"#m": "message"},
        )
        self.assertEqual((reply["Count"], reply["ScannedCount"]), (51, 102))
        self.assertEqual(set(reply["Items"][0]), {"message", "sk"})
        counted = self.table.query(KeyConditionExpression=Key("pk").eq(f"MSG#{cruddur.GROUP}"), Select="COUNT")
        self.assertEqual(counted["Count"], 102)
        self.assertNotIn("Items", counted)

    def test_parallel_scan(self):
        found, lock = [], threading.Lock()

        def scan(segment):
            start = {}
            while True:
                page = self.client.scan(TableName=cruddur.TABLE, Segment=segment, TotalSegments=4, Limit=9, **start)
                with lock:
                    found.extend((row["pk"]["S"], row["sk"]["S"]) for row in page["Items"])
                if "LastEvaluatedKey" not in page:
                    return
                start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

        threads = [threading.Thread(target=scan, args=(segment,)) for segment in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(found), sorted((row["pk"], row["sk"]) for row in cruddur.rows()))

    def test_a_query_needs_the_partition_key(self):
        self.expect_error(
            "ValidationException",
            self.client.query,
            TableName=cruddur.TABLE,
            KeyConditionExpression="sk = :s",
            ExpressionAttributeValues={":s": {"S": "x"}},
        )


class StreamsTest(BotoTest):
    def table_with_stream(self, view):
        """A table of its own, and the ARN of its stream."""
        table = self.new_table(**SIMPLE_KEY, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
        return table, table.latest_stream_arn

    def read_all(self, arn):
        """All records, shard by shard."""
        records = []
        for shard in self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = self.streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                page = self.streams.get_records(ShardIterator=iterator, Limit=10)
                records += page["Records"]
                iterator = page.get("NextShardIterator") if page["Records"] else None
        return records

    def test_life_of_a_stream(self):
        table, arn = self.table_with_stream("NEW_AND_OLD_IMAGES")
        description = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]
        self.assertEqual((description["StreamStatus"], description["TableName"]), ("ENABLED", table.name))
        self.assertEqual(arn.rsplit("/", 1)[1], table.latest_stream_label)
        self.assertEqual(description["CreationRequestDateTime"], table.creation_date_time)
        listed = self.streams.list_streams(TableName=table.name)["Streams"]
        self.assertEqual([stream["StreamArn"] for stream in listed], [arn])
        table.put_item(Item={"id": "a", "n": 1, "b": b"\x00\xff"})
        table.put_item(Item={"id": "a", "n": 1, "b": b"\x00\xff"})
        table.update_item(Key={"id": "a"}, AttributeUpdates={"n": {"Value": 2, "Action": "PUT"}})
        table.delete_item(Key={"id": "a"})
        records = self.read_all(arn)
        self.assertEqual([record["eventName"] for record in records], ["INSERT", "MODIFY", "REMOVE"])
        old, new = records[1]["dynamodb"]["OldImage"], records[1]["dynamodb"]["NewImage"]
        self.assertEqual((old["n"], new["n"], new["b"]), ({"N": "1"}, {"N": "2"}, {"B": b"\x00\xff"}))
        self.assertEqual(records[0]["dynamodb"]["Keys"], {"id": {"S": "a"}})
        created = records[0]["dynamodb"]["ApproximateCreationDateTime"]
        self.assertLess(abs((created - table.creation_date_time).total_seconds()), 60)
        table.delete()
        table.wait_until_not_exists()
        self.assertEqual(len(self.read_all(arn)), 3)
        description = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]
        self.assertEqual(description["StreamStatus"], "DISABLED")

    def test_shards_share_the_items(self):
        table, arn = self.table_with_stream("KEYS_ONLY")
        with table.batch_writer() as batch:
            for number in range(200):
                batch.put_item(Item={"id": str(number)})
        shards = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        counts = []
        for shard in shards:
            iterator = self.streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            counts.append(len(self.streams.get_records(ShardIterator=iterator)["Records"]))
        self.assertEqual(sum(counts), 200)
        self.assertGreater(min(counts), 20)

    def test_latest_sees_what_comes(self):
        table, arn = self.table_with_stream("NEW_IMAGE")
        table.put_item(Item={"id": "before"})
        iterators = [
            self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")
            for shard in self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        ]
        table.put_item(Item={"id": "behind"})
        records = [
            record
            for iterator in iterators
            for record in self.streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        ]
        self.assertEqual([record["dynamodb"]["NewImage"]["id"]["S"] for record in records], ["behind"])

    def test_wrong_requests(self):
        arn = "arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2015-05-20T20:51:10.252"
        self.expect_error("ResourceNotFoundException", self.streams.describe_stream, StreamArn=arn)
        self.expect_error("ValidationException", self.streams.get_records, ShardIterator="none")


class ItemsTest(BotoTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.create_table(TableName="items", **SIMPLE_KEY)
        cls.client.get_waiter("table_exists").wait(TableName="items")
        cls.table = cls.resource.Table("items")

    def test_all_ten_types(self):
        item = {
            "id": "types",
            "string": "zoë 🐄",
            "empty": "",
            "number": Decimal("-12.5"),
            "most_digits": Decimal("1." + "2" * 36 + "3"),
            "smallest": Decimal("1E-130"),
            "integer": Decimal(12345678901234567890123456789012345678),
            "binary": Binary(bytes(range(256))),
            "no_bytes": Binary(b""),
            "yes": True,
            "no": False,
            "null": None,
            "strings": {"a", "é", "z"},
            "numbers": {Decimal(1), Decimal("-2.5"), Decimal("1E+20")},
            "binaries": {Binary(b"\x00"), Binary(b"\xff\xfe")},
            "list": ["a", Decimal(1), None, [], {"deep": [True]}],
            "map": {"k": {"k": {"k": "v"}}, "": Decimal(0)},
        }
        self.table.put_item(Item=item)
        self.assertEqual(self.table.get_item(Key={"id": "types"})["Item"], item)

    def test_largest_number(self):
        # By the client: the resource cannot read more than 38 digits in a row, zeros or not (boto3's issue 2500).
        item = {"id": {"S": "largest"}, "n": {"N": "9.9999999999999999999999999999999999999E+125"}}
        self.client.put_item(TableName="items", Item=item)
        read = self.client.get_item(TableName="items", Key={"id": item["id"]})["Item"]
        self.assertEqual(read["n"], {"N": "9" * 38 + "0" * 88})

    def test_numbers_out_of_range(self):
        for text in ("1" * 39, "1E+126", "1E-131", "abc", ""):
            self.expect_error(
                "ValidationException",
                self.client.put_item,
                TableName="items",
                Item={"id": {"S": "n"}, "n": {"N": text}},
            )

    def test_get_put_and_delete(self):
        key = {"id": "life"}
        self.assertNotIn("Item", self.table.get_item(Key=key))
        self.assertNotIn("Attributes", self.table.put_item(Item={**key, "v": 1}, ReturnValues="ALL_OLD"))
        self.assertEqual(self.table.put_item(Item={**key, "v": 2}, ReturnValues="ALL_OLD")["Attributes"]["v"], 1)
        reply = self.table.get_item(Key=key, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
        self.assertEqual((reply["Item"]["v"], reply["ConsumedCapacity"]["CapacityUnits"]), (2, 1.0))
        self.assertEqual(self.table.delete_item(Key=key, ReturnValues="ALL_OLD")["Attributes"], {**key, "v": 2})
        self.assertNotIn("Attributes", self.table.delete_item(Key=key, ReturnValues="ALL_OLD"))
        self.assertNotIn("Item", self.table.get_item(Key=key))

    def test_updates(self):
        key = {"id": "update"}
        made = self.table.update_item(
            Key=key,
            UpdateExpression="SET #n = :one, l = :l ADD tags :tags",
            ExpressionAttributeNames={"#n": "name"},
            ReturnValues="ALL_NEW",
            ExpressionAttributeValues={":one": 1, ":l": ["a"], ":tags": {"x"}},
        )
        self.assertEqual(made["Attributes"], {**key, "name": 1, "l": ["a"], "tags": {"x"}})
        changed = self.table.update_item(
            Key=key,
            UpdateExpression="SET #n = #n + :n, l = list_append(l, :l), m = if_not_exists(m, :l) REMOVE tags",
            ExpressionAttributeNames={"#n": "name"},
            ExpressionAttributeValues={":n": Decimal("0.5"), ":l": ["b"]},
            ConditionExpression=Attr("name").eq(1),
            ReturnValues="UPDATED_NEW",
        )
        self.assertEqual(changed["Attributes"], {"name": Decimal("1.5"), "l": ["a", "b"], "m": ["b"]})
        old_form = self.table.update_item(
            Key=key, AttributeUpdates={"name": {"Action": "ADD", "Value": 1}}, ReturnValues="UPDATED_OLD"
        )
        self.assertEqual(old_form["Attributes"], {"name": Decimal("1.5")})
        self.expect_error(
            "ConditionalCheckFailedException",
            self.table.update_item,
            Key=key,
            UpdateExpression="SET x = :x",
            ExpressionAttributeValues={":x": 1},
            ConditionExpression=Attr("name").lt(0),
        )
        # The course's lesson: a key cannot be updated, so delete and put.
        self.expect_error(
            "ValidationException",
            self.table.update_item,
            Key=key,
            UpdateExpression="SET id = :x",
            ExpressionAttributeValues={":x": "other"},
        )
        self.assertEqual(self.table.get_item(Key=key)["Item"]["name"], Decimal("2.5"))

    def test_counter_of_many_threads(self):
        key = {"id": {"S": "counter"}}

        def count():
            for _ in range(50):
                self.client.update_item(
                    TableName="items",
                    Key=key,
                    UpdateExpression="ADD n :one",
                    ExpressionAttributeValues={":one": {"N": "1"}},
                )

        threads = [threading.Thread(target=count) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.client.get_item(TableName="items", Key=key)["Item"]["n"], {"N": "300"})

    def test_conditions(self):
        self.table.put_item(Item={"id": "c", "v": 1}, ConditionExpression=Attr("id").not_exists())
        self.expect_error(
            "ConditionalCheckFailedException",
            self.table.put_item,
            Item={"id": "c", "v": 2},
            ConditionExpression="attribute_not_exists(id)",
        )
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException):
            self.table.delete_item(Key={"id": "c"}, ConditionExpression=Attr("v").gt(5) | Attr("w").exists())
        self.table.put_item(Item={"id": "c", "v": 2}, ConditionExpression=Attr("v").eq(1) & ~Attr("w").exists())
        self.table.delete_item(Key={"id": "c"}, ConditionExpression=Attr("v").is_in([2, 3]))
        self.assertNotIn("Item", self.table.get_item(Key={"id": "c"}))

    def test_wrong_keys(self):
        self.expect_error("ValidationException", self.table.put_item, Item={"id": ""})
        self.expect_error("ValidationException", self.table.put_item, Item={"id": 5})
        self.expect_error("ValidationException", self.table.put_item, Item={"other": "x"})
        self.expect_error("ValidationException", self.table.get_item, Key={"id": "x", "more": "y"})
        missing = self.expect_error(
            "ResourceNotFoundException", self.client.get_item, TableName="missing", Key={"id": {"S": "x"}}
        )
        self.assertEqual(len(missing["ResponseMetadata"]["RequestId"]), 52)

    def test_item_of_400_kilobytes(self):
        rest = 400 * 1024 - len("id") - len("big") - len("text")
        self.table.put_item(Item={"id": "big", "text": "x" * rest})
        self.assertEqual(len(self.table.get_item(Key={"id": "big"})["Item"]["text"]), rest)
        self.expect_error("ValidationException", self.table.put_item, Item={"id": "big", "text": "x" * (rest + 1)})
        self.table.delete_item(Key={"id": "big"})

    def test_page_of_one_megabyte(self):
        schema = {
            **SIMPLE_KEY,
            "KeySchema": [*SIMPLE_KEY["KeySchema"], {"AttributeName": "n", "KeyType": "RANGE"}],
            "AttributeDefinitions": [*SIMPLE_KEY["AttributeDefinitions"], {"AttributeName": "n", "AttributeType": "N"}],
        }
        table = self.new_table(**schema)
        for number in range(12):
            table.put_item(Item={"id": "x", "n": number, "text": "x" * 100_000})
        page = table.query(KeyConditionExpression=Key("id").eq("x"))
        self.assertIn("LastEvaluatedKey", page)
        self.assertEqual([row["n"] for row in page["Items"]], list(range(11)))
        rest = table.query(KeyConditionExpression=Key("id").eq("x"), ExclusiveStartKey=page["LastEvaluatedKey"])
        self.assertEqual([row["n"] for row in rest["Items"]], [11])

    def test_many_clients_at_once(self):
        table = self.new_table()
        failures = []

        def write(worker):
            try:
                for number in range(50):
                    self.client.put_item(TableName=table.name, Item={"id": {"S": f"{worker}-{number}"}})
            except ClientError as error:
                failures.append(error)

        threads = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(table.scan(Select="COUNT")["Count"], 400)
        table.reload()
        self.assertEqual(table.item_count, 400)


if __name__ == "__main__":
    run_module(__doc__)
