#!/usr/bin/env python3
"""Cruddur whole: handlers that name AWS's own addresses, the built-in function, a soak.

  conformance/clients/cruddur_trigger_journey.py --binary build/dev/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import json
import os
import threading

import running_server
from functions_server import HANDLERS, TriggersTest
from running_server import wait_for


class CruddurTest(TriggersTest):
    """Patterns A to E with handlers that name AWS's addresses, and with the built-in function."""

    def check_patterns(self):
        self.command("cruddur", "schema-load")
        self.command("cruddur", "enable-stream")
        self.command("cruddur", "seed")
        opened = json.loads(self.command("cruddur", "post", "--to", "londo", "a new conversation", "--json"))
        group = opened["message_group_uuid"]
        self.command("cruddur", "post", "--group", group, "--from", "londo", "and an answer")
        for user in ("andrewbrown", "londo"):
            wait_for(f"the list of {user}", lambda user=user: self.newest(user) == (group, "and an answer"))
        listing = json.loads(self.command("cruddur", "patterns", "get-conversation", "--group", group, "--json"))
        self.assertEqual([row["message"] for row in listing["messages"]], ["a new conversation", "and an answer"])
        wait_for("the seeded conversation", lambda: self.group_rows() == 4)

    def newest(self, user):
        reply = json.loads(self.command("cruddur", "patterns", "list-conversations", "--user", user, "--json"))
        first = reply["conversations"][0]
        return first["message_group_uuid"], first["message"]

    def group_rows(self):
        return self.dynamodb.scan(
            TableName="cruddur-messages",
            FilterExpression="begins_with(pk, :p)",
            ExpressionAttributeValues={":p": {"S": "GRP#"}},
        )["Count"]

    def run_handler(self, name):
        path = os.path.join(self.folder, "triggers.json")
        function = {"FunctionName": "stream", "Code": os.path.join(HANDLERS, name), "Timeout": 30}
        mapping = {"Table": "cruddur-messages", "FunctionName": "stream", "BatchSize": 1}
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"Functions": [function], "EventSourceMappings": [mapping]}, out)
        self.start("--triggers", path)
        self.check_patterns()

    def test_handler_with_check(self):
        self.run_handler("messaging_stream.py")

    def test_handler_without_check_by_https(self):
        self.run_handler("messaging_stream_without_check.py")

    def test_built_in_and_soak(self):
        self.start(disk=True)
        self.command("cruddur", "schema-load")
        self.command("cruddur", "enable-stream")
        self.command("trigger", "add", "--table", "cruddur-messages", "--builtin", "cruddur-messaging-stream")
        messages = 10_000
        users = [("u1", "One"), ("u2", "Two")]
        for user, _ in users:
            self.put_row(f"GRP#{user}", "2026", message_group_uuid="g", message="first")
        writers = [
            threading.Thread(target=self.write_messages, args=(user, messages // len(users))) for user, _ in users
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual(self.count("MSG#g"), messages)
        newest = self.dynamodb.query(
            TableName="cruddur-messages",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "MSG#g"}},
            ScanIndexForward=False,
            Limit=1,
        )["Items"][0]["sk"]["S"]

        def settled():
            rows = [self.rows(f"GRP#{user}") for user, _ in users]
            return all(len(found) == 1 and found[0]["sk"]["S"] == newest for found in rows)

        wait_for("the last message in both lists", settled)
        self.assertEqual(self.group_rows(), len(users))

    def put_row(self, pk, sk, **attributes):
        item = {name: {"S": value} for name, value in {"pk": pk, "sk": sk, **attributes}.items()}
        self.client("dynamodb").put_item(TableName="cruddur-messages", Item=item)

    def write_messages(self, user, count):
        client = self.client("dynamodb")
        for i in range(count):
            item = {"pk": "MSG#g", "sk": f"2026-{i:08}-{user}", "message": f"{user} {i}"}
            client.put_item(TableName="cruddur-messages", Item={name: {"S": text} for name, text in item.items()})

    def rows(self, pk):
        return self.dynamodb.query(
            TableName="cruddur-messages",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )["Items"]

    def count(self, pk):
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName="cruddur-messages",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            Select="COUNT",
        )
        return sum(page["Count"] for page in pages)


if __name__ == "__main__":
    running_server.run_module(__doc__.splitlines()[0], storages=("memory",))
