#!/usr/bin/env python3
"""Event source mappings: order, restarts, batches that fail, filters, windows; the file of triggers; the proxy.

  conformance/clients/triggers_journey.py --binary build/dev/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import http.server
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import running_server
from functions_server import HANDLERS, TriggersTest
from raw_http import RawConnection, request
from running_server import PATIENCE, wait_for
from botocore.exceptions import ClientError


class MappingTest(TriggersTest):
    def test_order_and_restart(self):
        self.start(disk=True)
        stream = self.make_table()
        self.make_recorder()
        self.put("before")
        self.map(stream, BatchSize=2)
        self.put(*[f"k{i}" for i in range(20)])
        wait_for("all", lambda: len(self.keys()) == 21)
        self.server.kill()
        self.start(disk=True)
        self.put("after")
        wait_for("the last", lambda: "after" in self.keys())
        self.assertEqual(len(set(self.keys())), 22)
        self.assertEqual(self.server.stop(), 0)

    def test_kill_in_the_middle_of_a_batch(self):
        self.start(disk=True)
        stream = self.make_table()
        self.make_recorder(SECONDS="1")
        self.map(stream, BatchSize=100)
        self.put(*[f"k{i}" for i in range(8)])
        wait_for("a call", self.calls)
        self.server.kill()
        os.remove(self.record_file)
        self.start(disk=True)
        wait_for("all once more", lambda: len(set(self.keys())) == 8)

    def test_latest_and_replay(self):
        self.start()
        stream = self.make_table()
        self.make_recorder()
        self.put("old")
        uuid = self.map(stream, StartingPosition="LATEST")
        self.put("new")
        wait_for("the new one", lambda: self.keys() == ["new"])
        self.command("trigger", "replay", uuid)
        wait_for("the replay", lambda: sorted(self.keys()) == ["new", "new", "old"])
        self.command("trigger", "pause", "recorder")
        wait_for("the pause", lambda: "(Disabled)" in self.command("trigger", "list"))
        time.sleep(0.3)
        self.put("while paused")
        time.sleep(0.5)
        self.assertNotIn("while paused", self.keys())
        self.command("trigger", "resume", "recorder")
        wait_for("the resumed one", lambda: "while paused" in self.keys())

    def test_retries_bisect_and_destination(self):
        destinations = os.path.join(self.folder, "failures")
        self.start("--destinations", destinations)
        stream = self.make_table()
        self.make_recorder()
        given_up = os.path.join(destinations, "given-up.jsonl")
        # Written first, so that one batch holds all of a shard.
        self.put("a", "b", "poison", "c", "d", "e", "f")
        self.map(
            stream,
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=1,
            DestinationConfig={"OnFailure": {"Destination": f"file://{given_up}"}},
        )
        wait_for("the destination", lambda: os.path.exists(given_up) and os.path.getsize(given_up) > 0)
        wait_for("all good ones", lambda: {"a", "b", "c", "d", "e", "f"} <= self.done_keys())
        alone = [call for call in self.calls() if call["keys"] == ["poison"]]
        self.assertEqual(len(alone), 2)
        with open(given_up, encoding="utf-8") as lines:
            told = json.loads(lines.readline())
        self.assertEqual(told["requestContext"]["condition"], "RetryAttemptsExhausted")
        self.assertEqual(told["requestContext"]["approximateInvokeCount"], 2)
        self.assertEqual(told["DDBStreamBatchInfo"]["batchSize"], 1)
        self.assertEqual(told["DDBStreamBatchInfo"]["streamArn"], stream)

    def done_keys(self):
        return {key for call in self.calls() if not any(k.startswith("poison") for k in call["keys"]) for key in call["keys"]}

    def test_partial_failures_and_filters(self):
        self.start()
        stream = self.make_table()
        self.make_recorder(REPORT="1")
        self.put("x1", "x2", "other", "poison", "x3")
        pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "x"}, {"prefix": "poison"}]}}}}
        uuid = self.map(
            stream,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            MaximumRetryAttempts=0,
            FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]},
        )
        wait_for("all", lambda: {"x1", "x2", "x3"} <= set(self.keys()))
        wait_for("the end", lambda: " discarded" in self.command("trigger", "list"))
        self.assertNotIn("other", self.keys())
        with self.assertRaises(ClientError) as caught:
            self.functions.update_event_source_mapping(
                UUID=uuid, FilterCriteria={"Filters": [{"Pattern": '{"eventName": "no list"}'}]}
            )
        self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidParameterValueException")

    def test_expired_item(self):
        self.start()
        stream = self.make_table()
        self.make_recorder()
        self.map(stream, BatchSize=1)
        self.dynamodb.update_time_to_live(
            TableName="items", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"}
        )
        now = int(time.time())
        for key, until in (("past", {"N": str(now - 5)}), ("soon", {"N": str(now + 2)}), ("text", {"S": str(now - 5)}),
                           ("ancient", {"N": str(now - 6 * 365 * 86400)}), ("later", {"N": str(now + 3600)})):  # fmt: skip
            self.dynamodb.put_item(TableName="items", Item={"pk": {"S": key}, "until": until})
        service = {"principalId": "dynamodb.amazonaws.com", "type": "Service"}

        def expired():
            return {call["keys"][0] for call in self.calls() if call["identities"] == [service]}

        wait_for("both deletions", lambda: expired() == {"past", "soon"})
        left = {item["pk"]["S"] for item in self.dynamodb.scan(TableName="items")["Items"]}
        self.assertEqual(left, {"text", "ancient", "later"})

    def test_wrong_mappings(self):
        self.start()
        stream = self.make_table()
        self.make_recorder()
        for wrong, code in (
            ({"BatchSize": 10_001}, "InvalidParameterValueException"),
            ({"ParallelizationFactor": 11}, "InvalidParameterValueException"),
            ({"MaximumRecordAgeInSeconds": 59}, "InvalidParameterValueException"),
            ({"TumblingWindowInSeconds": 901}, "InvalidParameterValueException"),
            ({"StartingPosition": "AT_TIMESTAMP"}, "InvalidParameterValueException"),
            ({"StartingPosition": "invalid"}, "ValidationException"),
            ({"FunctionName": "nobody"}, "InvalidParameterValueException"),
            ({"EventSourceArn": stream.replace("items", "nothing")}, "InvalidParameterValueException"),
        ):
            arguments = {"FunctionName": "recorder", "EventSourceArn": stream, "StartingPosition": "LATEST", **wrong}
            with self.assertRaises(ClientError) as caught:
                self.functions.create_event_source_mapping(**arguments)
            self.assertEqual(caught.exception.response["Error"]["Code"], code, wrong)
        self.map(stream)
        with self.assertRaises(ClientError) as caught:
            self.map(stream)
        self.assertEqual(caught.exception.response["Error"]["Code"], "ResourceConflictException")

    def test_tumbling_window_and_lanes(self):
        self.start()
        stream = self.make_table()
        self.make_recorder()
        uuid = self.map(stream, TumblingWindowInSeconds=1)
        self.put(*[f"k{i}" for i in range(12)])
        finals = wait_for("final calls of all", lambda: self.finals(12))
        self.assertTrue(all(call["window"]["start"] < call["window"]["end"] for call in finals))
        self.functions.update_event_source_mapping(UUID=uuid, TumblingWindowInSeconds=0, ParallelizationFactor=3)
        self.put(*[f"lane{i}" for i in range(12)])
        wait_for("the lanes", lambda: len([key for key in self.keys() if key.startswith("lane")]) == 12)

    def finals(self, records):
        finals = [call for call in self.calls() if call["final"]]
        counted = sum(call["state"].get("count", 0) for call in finals)
        return finals if counted == records else None

    def test_web_hook_and_container(self):
        self.start()
        stream = self.make_table()
        asked = []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in asked[-1][1].get("Records", ())]
                fails = len(asked) == 1 or "bad" in keys
                body = b'{"errorType": "E", "errorMessage": "as asked"}' if fails else b"null"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        self.addCleanup(hook.server_close)
        self.addCleanup(hook.shutdown)
        url = f"http://127.0.0.1:{hook.server_address[1]}"
        self.command(
            "trigger", "add", "--table", "items", "--function", "container", "--url", url,
            "--starting-position", "TRIM_HORIZON", "--retries", "1", "--on-failure", f"{url}/given-up",
        )  # fmt: skip
        self.put("one")
        wait_for("the second try", lambda: len(asked) == 2)
        self.assertEqual({path for path, _ in asked}, {"/2015-03-31/functions/function/invocations"})
        record = asked[1][1]["Records"][0]
        self.assertEqual(record["eventSourceARN"], stream)
        self.assertEqual(record["dynamodb"]["NewImage"], {"pk": {"S": "one"}})
        self.assertIsInstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
        self.put("bad")
        path, told = wait_for("the destination", lambda: asked[4:] and asked[4])
        self.assertEqual(path, "/given-up")
        self.assertEqual(told["requestContext"]["condition"], "RetryAttemptsExhausted")
        self.assertEqual(told["responseContext"]["functionError"], "Unhandled")
        self.assertRegex(told["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"], r"^[-0-9]+T[0-9:]+Z$")

    # Observed: public suite localstack, test_lambda_integration_dynamodbstreams.snapshot.json, recorded on AWS.
    def test_reported_failures_are_no_error_of_the_function(self):
        self.start(disk=True)
        stream = self.make_table()
        self.make_recorder(REPORT="1")
        given_up = os.path.join(self.folder, "data", "failures", "given-up")
        self.map(
            stream,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": "file://given-up"}},
        )
        self.put("poison")
        wait_for("the destination", lambda: os.path.exists(given_up) and os.path.getsize(given_up) > 0)
        with open(given_up, encoding="utf-8") as lines:
            told = json.loads(lines.readline())
        context = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": None}
        self.assertEqual(told["responseContext"], context)

    # Observed: as above.
    def test_states_and_words(self):
        self.start()
        stream = self.make_table()
        self.make_recorder()
        uuid = self.map(stream)
        for change, state in (({"Enabled": False}, "Disabling"), ({"Enabled": True}, "Enabling"), ({"BatchSize": 2}, "Updating")):
            self.assertEqual(self.functions.update_event_source_mapping(UUID=uuid, **change)["State"], state)
        with self.assertRaises(ClientError) as caught:
            self.functions.update_event_source_mapping(
                UUID=uuid, FilterCriteria={"Filters": [{"Pattern": "single-string"}]}
            )
        self.assertEqual(caught.exception.response["Error"]["Message"], "Invalid filter pattern definition.")
        with RawConnection(self.server, PATIENCE) as connection:
            connection.send(request("", {"FunctionName": "recorder"}, target="/2015-03-31/event-source-mappings/"))
            self.assertIn("message", connection.read().json())
            connection.send(request("", {}, target="/2015-03-31/functions/nobody/invocations"))
            self.assertIn("Message", connection.read().json())


class FileAndProxyTest(TriggersTest):
    def write_file(self, content):
        path = os.path.join(self.folder, "triggers.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(content, out)
        return path

    def entry(self, table, function="recorder"):
        return {"Table": table, "FunctionName": function, "StartingPosition": "TRIM_HORIZON"}

    def recorder(self):
        return {
            "FunctionName": "recorder",
            "Code": os.path.join(HANDLERS, "recorder.py"),
            "Timeout": 30,
            "Environment": {"Variables": {"RECORD_FILE": self.record_file}},
        }

    def test_file_and_reload(self):
        path = self.write_file({"Functions": [self.recorder()], "EventSourceMappings": [self.entry("items")]})
        self.start("--triggers", path)
        self.make_table()  # after the trigger
        self.put("one")
        wait_for("the call", lambda: self.keys() == ["one"])
        with urllib.request.urlopen(f"{self.server.endpoint}/metrics", timeout=PATIENCE) as metrics:
            text = metrics.read().decode()
        for line in (
            'dynarock_request_duration_seconds_count{operation="PutItem"} 1',
            'dynarock_table_items{table="items"} 1',
            'dynarock_streams{state="enabled"} 1',
            'dynarock_trigger_records_total{function="recorder"',
            "dynarock_rocksdb_cur_size_all_mem_tables ",
        ):
            self.assertIn(line, text)
        self.make_table("more")
        self.write_file(
            {"Functions": [self.recorder()], "EventSourceMappings": [self.entry("items"), self.entry("more")]}
        )
        self.server.signal(signal.SIGHUP)
        self.dynamodb.put_item(TableName="more", Item={"pk": {"S": "two"}})
        wait_for("the call of the new trigger", lambda: self.keys() == ["one", "two"])
        self.write_file({"Functions": "none"})
        self.server.signal(signal.SIGHUP)
        wait_for("the mistake", lambda: "Functions: it must be a list." in self.server.messages())
        self.put("three")
        wait_for("the old trigger", lambda: "three" in self.keys())

    def test_mistakes(self):
        path = self.write_file(
            {
                "Functions": [{"FunctionName": "a", "Code": "no/such/file.py"}, {"FunctionName": "b"}],
                "EventSourceMappings": [{"Table": "t", "FunctionName": "c", "BatchSize": 0, "Speed": 1}],
            }
        )
        done = subprocess.run(
            [running_server.Settings.binary, "serve", "--in-memory", "--port", "0", "--triggers", path],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        for part in ("Functions[0]: there is no file", "Functions[1]: give one of Code", "no member Speed", "batchSize"):
            self.assertTrue(any(part in line for line in lines), (part, lines))

    def test_proxy(self):
        self.start()
        proxies = urllib.request.ProxyHandler({"http": self.server.endpoint})
        opener = urllib.request.build_opener(proxies)
        with self.assertRaises(urllib.error.HTTPError) as caught:
            opener.open("http://example.com/", timeout=PATIENCE)
        self.assertEqual(caught.exception.code, 403)
        with socket.create_connection((self.server.host, self.server.port)) as raw:
            raw.sendall(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
            self.assertIn(b" 403 ", raw.recv(4096))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            opener.open("http://dynamodb.eu-west-1.amazonaws.com/", timeout=PATIENCE)
        self.assertEqual(caught.exception.code, 400)  # there are no credentials
        messages = wait_for("the log", self.server.messages)
        self.assertIn("Refused a request for example.com", messages)


if __name__ == "__main__":
    running_server.run_module(__doc__.splitlines()[0], storages=("memory",))
