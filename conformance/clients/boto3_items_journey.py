#!/usr/bin/env python3
"""What scripts do with boto3, Debian's python3-boto3, against the dynarock program: items of every type."""
import threading
from decimal import Decimal

from boto3_client import SIMPLE_KEY, BotoTest  # skips where boto3 is missing
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError
from running_server import run_module


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
