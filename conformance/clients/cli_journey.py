#!/usr/bin/env python3
"""What the course's shell scripts do with the AWS CLI, Debian's awscli, against the dynarock program.

Each call takes about a second of this machine, so there are few of them, on one storage.
"""
import json
import os
import shutil
import subprocess

import cruddur_rows as cruddur
from running_server import JourneyTest, run_module, skip

AWS = "/usr/bin/aws" if os.access("/usr/bin/aws", os.X_OK) else shutil.which("aws")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "AWS_ACCESS_KEY_ID": "dummy",
    "AWS_SECRET_ACCESS_KEY": "dummy",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_PAGER": "",
    "AWS_MAX_ATTEMPTS": "1",
    "LC_ALL": "C.UTF-8",
    "AWS_EC2_METADATA_DISABLED": "true",
}
GSI = json.dumps(cruddur.SCHEMA["GlobalSecondaryIndexes"])


class CliTest(JourneyTest):
    def run_aws(self, *arguments, service="dynamodb"):
        return subprocess.run(
            [AWS, service, *arguments, "--endpoint-url", self.endpoint],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def aws(self, *arguments, service="dynamodb"):
        """What the call prints, as JSON if it is that."""
        done = self.run_aws(*arguments, service=service)
        self.assertEqual(done.returncode, 0, f"aws {service} {arguments}: {done.stderr}")
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout.strip()

    def expect_error(self, code, *arguments):
        done = self.run_aws(*arguments)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"({code})", done.stderr)

    def create_messages_table(self):
        self.aws(
            "create-table",
            "--table-name",
            cruddur.TABLE,
            "--attribute-definitions",
            "AttributeName=message_group_uuid,AttributeType=S",
            "AttributeName=pk,AttributeType=S",
            "AttributeName=sk,AttributeType=S",
            "--key-schema",
            "AttributeName=pk,KeyType=HASH",
            "AttributeName=sk,KeyType=RANGE",
            "--global-secondary-indexes",
            GSI,
            "--billing-mode",
            "PROVISIONED",
            "--provisioned-throughput",
            "ReadCapacityUnits=5,WriteCapacityUnits=5",
            "--stream-specification",
            "StreamEnabled=true,StreamViewType=NEW_IMAGE",
        )
        self.aws("wait", "table-exists", "--table-name", cruddur.TABLE)

    def test_journey(self):
        self.assertEqual(self.aws("list-tables", "--query", "TableNames", "--output", "text"), "")
        self.create_messages_table()
        self.expect_error(
            "ResourceInUseException",
            "create-table",
            "--table-name",
            cruddur.TABLE,
            "--attribute-definitions",
            "AttributeName=pk,AttributeType=S",
            "--key-schema",
            "AttributeName=pk,KeyType=HASH",
            "--billing-mode",
            "PAY_PER_REQUEST",
        )
        self.assertEqual(self.aws("list-tables", "--query", "TableNames", "--output", "text"), cruddur.TABLE)
        self.assertEqual(
            self.aws(
                "describe-table",
                "--table-name",
                cruddur.TABLE,
                "--query",
                "Table.[TableStatus,GlobalSecondaryIndexes[0].IndexName]",
            ),
            ["ACTIVE", cruddur.INDEX],
        )
        self.check_items()
        self.check_reads()
        self.check_stream()
        self.aws("delete-table", "--table-name", cruddur.TABLE)
        self.aws("wait", "table-not-exists", "--table-name", cruddur.TABLE)
        self.assertEqual(self.aws("list-tables"), {"TableNames": []})
        self.expect_error("ResourceNotFoundException", "describe-table", "--table-name", cruddur.TABLE)

    def check_items(self):
        item = {
            "pk": {"S": "types"},
            "sk": {"S": "é 🐄"},
            "n": {"N": "-1.5"},
            "b": {"B": "AAEC/w=="},
            "t": {"BOOL": True},
            "z": {"NULL": True},
            "ss": {"SS": ["a", "b"]},
            "ns": {"NS": ["1", "2"]},
            "bs": {"BS": ["AA==", "/w=="]},
            "l": {"L": [{"S": "x"}, {"L": []}]},
            "m": {"M": {"k": {"M": {}}}},
        }
        key = json.dumps({"pk": item["pk"], "sk": item["sk"]})
        put = ("put-item", "--table-name", cruddur.TABLE, "--item", json.dumps(item))
        self.aws(*put)
        got = self.aws("get-item", "--table-name", cruddur.TABLE, "--key", key, "--consistent-read")["Item"]
        for name in ("ns", "bs"):
            kind = next(iter(item[name]))
            self.assertEqual(sorted(got[name][kind]), sorted(item[name][kind]))
            item[name] = got[name]
        self.assertEqual(got, item)
        self.expect_error("ConditionalCheckFailedException", *put, "--condition-expression", "attribute_not_exists(pk)")
        old = self.aws("delete-item", "--table-name", cruddur.TABLE, "--key", key, "--return-values", "ALL_OLD")
        self.assertEqual(old["Attributes"]["n"], {"N": "-1.5"})
        self.assertEqual(self.aws("get-item", "--table-name", cruddur.TABLE, "--key", key), "")

    def check_reads(self):
        rows = [cruddur.group_row(cruddur.MINE, cruddur.OTHER), *(cruddur.message_row(number) for number in range(3))]
        for row in rows:
            self.aws("put-item", "--table-name", cruddur.TABLE, "--item", json.dumps(cruddur.typed(row)))
        values = {":pk": {"S": f"MSG#{cruddur.GROUP}"}, ":year": {"S": cruddur.YEAR}}
        reply = self.aws(
            "query",
            "--table-name",
            cruddur.TABLE,
            "--key-condition-expression",
            "pk = :pk AND begins_with(sk,:year)",
            "--expression-attribute-values",
            json.dumps(values),
            "--no-scan-index-forward",
            "--limit",
            "20",
            "--return-consumed-capacity",
            "TOTAL",
        )
        self.assertEqual(reply["Items"], [cruddur.typed(row) for row in rows[:0:-1]])
        self.assertEqual(reply["ConsumedCapacity"]["CapacityUnits"], 0.5)
        by_group = self.aws(
            "query",
            "--table-name",
            cruddur.TABLE,
            "--index-name",
            cruddur.INDEX,
            "--key-condition-expression",
            "message_group_uuid = :g",
            "--expression-attribute-values",
            json.dumps({":g": {"S": cruddur.GROUP}}),
            "--query",
            "Items[].pk.S",
        )
        self.assertEqual(by_group, [rows[0]["pk"]])
        # The CLI follows LastEvaluatedKey by itself, page by page.
        self.assertEqual(
            self.aws("scan", "--table-name", cruddur.TABLE, "--page-size", "1", "--query", "length(Items)"), 4
        )
        first = self.aws("scan", "--table-name", cruddur.TABLE, "--max-items", "3")
        rest = self.aws("scan", "--table-name", cruddur.TABLE, "--starting-token", first["NextToken"])
        self.assertEqual((len(first["Items"]), len(rest["Items"])), (3, 1))


    def check_stream(self):
        table = ("--table-name", cruddur.TABLE)
        (stream,) = self.aws("list-streams", *table, service="dynamodbstreams")["Streams"]
        arn = ("--stream-arn", stream["StreamArn"])
        self.assertEqual(
            self.aws("describe-table", *table, "--query", "Table.LatestStreamArn", "--output", "text"), arn[1]
        )
        shards = self.aws("describe-stream", *arn, service="dynamodbstreams")["StreamDescription"]["Shards"]
        records = []
        for shard in shards:
            where = ("--shard-id", shard["ShardId"], "--shard-iterator-type", "TRIM_HORIZON")
            iterator = self.aws("get-shard-iterator", *arn, *where, service="dynamodbstreams")["ShardIterator"]
            records += self.aws("get-records", "--shard-iterator", iterator, service="dynamodbstreams")["Records"]
        # The item of check_items came and went; the rows of check_reads came.
        names = sorted(record["eventName"] for record in records)
        self.assertEqual(names, ["INSERT"] * 5 + ["REMOVE"])


if __name__ == "__main__":
    if not AWS:
        skip("the AWS CLI is not installed (apt install awscli)")
    run_module(__doc__, storages=("disk",))
