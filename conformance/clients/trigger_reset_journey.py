#!/usr/bin/env python3
"""Triggers outlive their streams: off and on, tables deleted and made again, the demo's own reset; what `trigger list` says.

  conformance/clients/trigger_reset_journey.py --binary build/dev/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import json
import os
import shutil
import signal
import time
import urllib.request

import running_server
from functions_server import HANDLERS, ROLE, TriggersTest
from running_server import wait_for

CRUDDUR = "cruddur-messages"


class ResetTest(TriggersTest):
    """Each test attaches a function in another way, then takes its stream away and gives the table a new one."""

    def deliver(self, key):
        self.put(key)
        wait_for(key, lambda: key in self.keys())

    def switch(self, on):
        specification = {"StreamEnabled": on}
        if on:
            specification["StreamViewType"] = "NEW_AND_OLD_IMAGES"
        self.dynamodb.update_table(TableName="items", StreamSpecification=specification)

    def list(self):
        return self.command("trigger", "list")

    def check_resets(self):
        self.deliver("first")
        for round_ in range(2):
            self.switch(False)
            wait_for("the word", lambda: "PROBLEM: Stream is disabled" in self.list())
            self.assertIn("not running: the table has no stream", self.list())
            self.switch(True)
            self.deliver(f"on again {round_}")
            self.dynamodb.delete_table(TableName="items")
            self.make_table()
            self.deliver(f"made again {round_}")
        self.assertIn("last: OK", self.list())
        keys = self.keys()
        self.assertEqual(len(keys), len(set(keys)))

    def test_command_line(self):
        self.start()
        self.make_table()
        handler = os.path.join(HANDLERS, "recorder.py")
        self.command("trigger", "add", "--table", "items", "--handler", handler, "--env",
                     f"RECORD_FILE={self.record_file}", "--batch-size", "7", "--filter", '{"eventName":["INSERT"]}')
        self.check_resets()
        text = self.list()
        for part in ("handler recorder.lambda_handler", "batch size 7", 'filter {"eventName":["INSERT"]}'):
            self.assertIn(part, text)
        label = self.dynamodb.describe_table(TableName="items")["Table"]["LatestStreamLabel"]
        wait_for("the position", lambda: f"stream {label}" in self.list() and "nothing behind" in self.list())

    def test_file(self):
        self.make_file()
        self.start("--triggers", os.path.join(self.folder, "triggers.json"))
        self.make_table()
        self.check_resets()
        self.dynamodb.delete_table(TableName="items")
        self.server.signal(signal.SIGHUP)
        self.make_table()
        self.deliver("after SIGHUP")

    def make_file(self):
        function = {
            "FunctionName": "recorder",
            "Code": os.path.join(HANDLERS, "recorder.py"),
            "Environment": {"Variables": {"RECORD_FILE": self.record_file}},
        }
        mapping = {"Table": "items", "FunctionName": "recorder"}
        with open(os.path.join(self.folder, "triggers.json"), "w", encoding="utf-8") as out:
            json.dump({"Functions": [function], "EventSourceMappings": [mapping]}, out)

    def test_zip_with_the_tables_arn(self):
        self.start()
        self.make_table()
        self.make_recorder()
        self.map(self.dynamodb.describe_table(TableName="items")["Table"]["TableArn"])
        self.check_resets()

    def test_local_bucket(self):
        self.start()
        self.make_table()
        code = os.path.join(self.folder, "code")
        os.mkdir(code)
        shutil.copy(os.path.join(HANDLERS, "recorder.py"), code)
        self.functions.create_function(
            FunctionName="recorder",
            Runtime="python3.11",
            Handler="recorder.lambda_handler",
            Role=ROLE,
            Code={"S3Bucket": "local", "S3Key": code},
            Environment={"Variables": {"RECORD_FILE": self.record_file}},
        )
        self.map("items")
        self.check_resets()

    def test_a_streams_mapping_ends_with_it(self):
        """As on AWS: a new stream needs a new mapping."""
        self.start()
        stream = self.make_table()
        self.make_recorder()
        uuid = self.map(stream)
        self.deliver("first")
        self.switch(False)
        self.switch(True)
        mapping = self.functions.get_event_source_mapping(UUID=uuid)
        self.assertEqual(mapping["LastProcessingResult"], "PROBLEM: Stream is disabled")
        self.assertIn("not running: its stream is closed", self.list())
        self.map(self.dynamodb.describe_table(TableName="items")["Table"]["LatestStreamArn"])
        self.deliver("second")

    def test_stuck_is_shown(self):
        self.start()
        self.make_table()
        self.make_recorder()
        uuid = self.map("items")
        self.put("poison")
        wait_for("the retries", lambda: "retrying since " in self.list())
        text = self.list()
        self.assertRegex(text, r"retrying since \d\d:\d\d, attempt \d+: ValueError: cannot digest \['poison'\]")
        self.assertIn("last: PROBLEM: Function call failed", text)
        self.assertIn("1 record behind, the oldest by ", text)
        wait_for("a second", lambda: self.stalled_seconds(uuid) > 0)
        begun = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 5)

    def test_stop_while_a_function_hangs(self):
        self.start()
        self.make_table()
        self.make_recorder(SECONDS="25")
        self.map("items")
        self.put("slow")
        wait_for("the call", self.calls)
        begun = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 5)

    def stalled_seconds(self, uuid):
        with urllib.request.urlopen(f"{self.server.endpoint}/metrics", timeout=running_server.PATIENCE) as reply:
            lines = reply.read().decode().splitlines()
        return next(int(line.split()[-1]) for line in lines
                    if line.startswith("dynarock_trigger_stalled_seconds{") and uuid in line)

    def test_what_does_not_run_is_not_shown_as_fine(self):
        self.start()
        self.make_table()
        self.make_recorder()
        self.map("items")
        self.deliver("first")
        self.command("trigger", "pause", "recorder")
        self.assertIn("not running: it is paused", self.list())
        self.command("trigger", "resume", "recorder")
        self.functions.delete_function(FunctionName="recorder")
        self.assertIn("last: PROBLEM: Function not found: recorder", self.list())


class CruddurResetTest(TriggersTest):
    """The demo's own reset."""

    def reset(self):
        for word in ("schema-load", "enable-stream", "seed"):
            self.command("cruddur", word)

    def check_message(self, text):
        self.command("cruddur", "post", "--to", "londo", text)

        def newest():
            reply = json.loads(self.command("cruddur", "patterns", "list-conversations", "--user", "londo", "--json"))
            return reply["conversations"] and reply["conversations"][0]["message"] == text

        self.command("cruddur", "post", "--group", self.group(text), "--from", "londo", "and " + text)
        text = "and " + text
        wait_for(text, newest)

    def group(self, text):
        reply = json.loads(self.command("cruddur", "patterns", "list-conversations", "--user", "londo", "--json"))
        return next(row["message_group_uuid"] for row in reply["conversations"] if row["message"] == text)

    def test_reset(self):
        self.start(disk=True)
        self.command("cruddur", "schema-load")
        self.command("cruddur", "enable-stream")
        self.command("cruddur", "seed")
        self.command("trigger", "add", "--table", CRUDDUR, "--builtin", "cruddur-messaging-stream", "--batch-size", "1")
        self.check_message("before")
        for round_ in range(2):
            self.command("cruddur", "drop")
            self.reset()
            self.check_message(f"after {round_}")
        self.server.kill()
        self.start(disk=True)
        self.command("cruddur", "drop")
        self.reset()
        self.check_message("after a restart")


if __name__ == "__main__":
    running_server.run_module(__doc__.splitlines()[0], storages=("memory",))
