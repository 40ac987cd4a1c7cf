#!/usr/bin/env python3
"""What scripts do with boto3, Debian's python3-boto3, against the dynarock program: tables, queries, streams."""
import threading

import cruddur_rows as cruddur
from boto3_client import SIMPLE_KEY, BotoTest  # skips where boto3 is missing
from boto3.dynamodb.conditions import Attr, Key
from running_server import run_module


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


if __name__ == "__main__":
    run_module(__doc__)
