#!/usr/bin/env python3
"""Functions and triggers over HTTP: Lambda's API by boto3 and the AWS CLI, handlers in Python and Node.js that name AWS's
own addresses, and what becomes of batches that fail.

  conformance/clients/triggers_journey.py --binary build/dev/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import base64
import http.server
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
import zipfile

import running_server

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    running_server.skip("boto3 is missing (apt-get install python3-boto3)")

HANDLERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "handlers")
ROLE = "arn:aws:iam::000000000000:role/local"
CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}
PATIENCE = 60.0  # seconds; a sanitized server on a busy machine


def wait_for(what, condition):
    """The condition's first true value."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def archive(*names):
    """A zip of these handlers."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.write(os.path.join(HANDLERS, name), name)
    return out.getvalue()


class TriggersTest(unittest.TestCase):
    """Each test has a server of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-triggers-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.record_file = os.path.join(self.folder, "calls.jsonl")
        self.server = None

    def start(self, *options, disk=False):
        data = os.path.join(self.folder, "data") if disk else None
        self.server = running_server.Server(
            running_server.Settings.binary, data, options=["--python", sys.executable, *options]
        )
        self.addCleanup(self.server.end)
        self.dynamodb = self.client("dynamodb")
        self.functions = self.client("lambda")

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.server.endpoint, config=Config(retries={"max_attempts": 0}), **CREDENTIALS
        )

    def command(self, *words):
        """A command of the dynarock program; its output."""
        return subprocess.run(
            [running_server.Settings.binary, *words, "--endpoint", self.server.endpoint],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout

    def make_table(self, name="items"):
        reply = self.dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        return reply["TableDescription"]["LatestStreamArn"]

    def put(self, *keys):
        for key in keys:
            self.dynamodb.put_item(TableName="items", Item={"pk": {"S": key}})

    def make_recorder(self, **environment):
        self.functions.create_function(
            FunctionName="recorder",
            Runtime="python3.11",
            Handler="recorder.lambda_handler",
            Role=ROLE,
            Timeout=30,
            Code={"ZipFile": archive("recorder.py")},
            Environment={"Variables": {"RECORD_FILE": self.record_file, **environment}},
        )

    def map(self, stream, **options):
        options.setdefault("StartingPosition", "TRIM_HORIZON")
        return self.functions.create_event_source_mapping(
            EventSourceArn=stream, FunctionName="recorder", **options
        )["UUID"]

    def calls(self):
        if not os.path.exists(self.record_file):
            return []
        with open(self.record_file, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]

    def keys(self):
        return [key for call in self.calls() for key in call["keys"]]


class LambdaApiTest(TriggersTest):
    def test_functions(self):
        self.start()
        self.make_recorder()
        made = self.functions.get_function(FunctionName="recorder")
        configuration = made["Configuration"]
        self.assertEqual(configuration["State"], "Active")
        self.assertEqual(configuration["FunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:recorder")
        with self.assertRaises(ClientError) as caught:
            self.make_recorder()
        self.assertEqual(caught.exception.response["Error"]["Code"], "ResourceConflictException")
        self.functions.update_function_configuration(FunctionName="recorder", Timeout=5, MemorySize=256)
        updated = self.functions.update_function_code(FunctionName="recorder", ZipFile=archive("recorder.py", "index.mjs"))
        self.assertEqual((updated["Timeout"], updated["MemorySize"]), (5, 256))
        self.assertNotEqual(updated["CodeSha256"], configuration["CodeSha256"])
        names = [function["FunctionName"] for function in self.functions.list_functions()["Functions"]]
        self.assertEqual(names, ["recorder"])
        self.functions.delete_function(FunctionName="recorder")
        for call in (self.functions.get_function, self.functions.delete_function, self.functions.invoke):
            with self.assertRaises(ClientError) as caught:
                call(FunctionName="recorder")
            self.assertEqual(caught.exception.response["Error"]["Code"], "ResourceNotFoundException")

    def test_bad_functions(self):
        self.start()
        for wrong in (
            {"Code": {"ZipFile": b"no archive"}},
            {"Code": {"S3Bucket": "somewhere", "S3Key": "x"}},
            {"Code": {"S3Bucket": "local", "S3Key": "/no/such/directory"}},
            {"Timeout": 901},
            {"Runtime": "cobol85"},
        ):
            arguments = {"Code": {"ZipFile": archive("recorder.py")}, "Runtime": "python3.11", **wrong}
            with self.assertRaises(ClientError) as caught:
                self.functions.create_function(FunctionName="f", Handler="a.b", Role=ROLE, **arguments)
            self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidParameterValueException", wrong)
        outside = io.BytesIO()
        with zipfile.ZipFile(outside, "w") as packed:
            packed.writestr("../escaped.py", "")
        with self.assertRaises(ClientError):
            self.functions.create_function(
                FunctionName="f", Handler="a.b", Runtime="python3.11", Role=ROLE, Code={"ZipFile": outside.getvalue()}
            )

    def test_invocations(self):
        self.start()
        self.functions.create_function(
            FunctionName="node",
            Runtime="nodejs20.x",
            Handler="index.handler",
            Role=ROLE,
            Timeout=30,
            Code={"S3Bucket": "local", "S3Key": HANDLERS},
        )
        reply = self.functions.invoke(FunctionName="node", LogType="Tail", Payload=b"{}")
        self.assertEqual(json.load(reply["Payload"]), {"TableNames": []})
        self.assertNotIn("FunctionError", reply)
        self.assertIn("called as node", base64.b64decode(reply["LogResult"]).decode())
        failed = self.functions.invoke(FunctionName="node", Payload=b'{"fail": true}')
        self.assertEqual(failed["FunctionError"], "Unhandled")
        error = json.load(failed["Payload"])
        self.assertEqual((error["errorType"], error["errorMessage"]), ("TypeError", "as asked"))
        elsewhere = self.functions.invoke(FunctionName="node", Payload=b'{"host": "s3.eu-west-1.amazonaws.com"}')
        self.assertIn("keeps functions from reaching", elsewhere["Payload"].read().decode())
        self.assertEqual(self.functions.invoke(FunctionName="node", InvocationType="DryRun")["StatusCode"], 204)
        self.assertEqual(self.functions.invoke(FunctionName="node", InvocationType="Event")["StatusCode"], 202)
        with self.assertRaises(ClientError) as caught:
            self.functions.invoke(FunctionName="node", Payload=b"{")
        self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidRequestContentException")

    def test_process_that_dies_or_sleeps(self):
        self.start()
        code = os.path.join(self.folder, "code")
        os.mkdir(code)
        with open(os.path.join(code, "bootstrap"), "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\necho to the log\nexit 3\n")
        os.chmod(os.path.join(code, "bootstrap"), 0o755)
        with open(os.path.join(code, "sleeper.py"), "w", encoding="utf-8") as script:
            script.write("import time\ndef f(event, context):\n    time.sleep(event['seconds'])\n    return 'awake'\n")
        local = {"S3Bucket": "local", "S3Key": code}
        common = {"Role": ROLE, "Code": local}
        self.functions.create_function(FunctionName="dies", Runtime="provided.al2023", Handler="x", **common)
        error = json.load(self.functions.invoke(FunctionName="dies")["Payload"])
        self.assertEqual(error["errorType"], "Runtime.ExitError")
        self.assertIn("exit status 3", error["errorMessage"])
        self.functions.create_function(
            FunctionName="sleeps", Runtime="python3.11", Handler="sleeper.f", Timeout=2, **common
        )
        slow = json.load(self.functions.invoke(FunctionName="sleeps", Payload=b'{"seconds": 30}')["Payload"])
        self.assertIn("Task timed out after 2.00 seconds", slow["errorMessage"])
        quick = self.functions.invoke(FunctionName="sleeps", Payload=b'{"seconds": 0}')
        self.assertEqual(json.load(quick["Payload"]), "awake")
        wait_for("the log", lambda: "[dies] to the log" in self.server.messages())

    def test_aws_cli(self):
        cli = shutil.which("aws", path="/usr/bin") or shutil.which("aws")
        if not cli:
            self.skipTest("the AWS CLI is missing")
        self.start()
        stream = self.make_table()
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
        }

        def aws(*words):
            done = subprocess.run(
                [cli, "lambda", *words, "--endpoint-url", self.server.endpoint, "--output", "json"],
                capture_output=True,
                text=True,
                check=False,
                env=environment,
                cwd=self.folder,
                timeout=PATIENCE,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout) if done.stdout.strip() else None

        with open(os.path.join(self.folder, "code.zip"), "wb") as packed:
            packed.write(archive("recorder.py"))
        aws("create-function", "--function-name", "recorder", "--runtime", "python3.11", "--role", ROLE,
            "--handler", "recorder.lambda_handler", "--zip-file", "fileb://code.zip",
            "--environment", f"Variables={{RECORD_FILE={self.record_file}}}")  # fmt: skip
        aws("wait", "function-active", "--function-name", "recorder")
        made = aws("create-event-source-mapping", "--function-name", "recorder", "--event-source-arn", stream,
                   "--starting-position", "TRIM_HORIZON", "--batch-size", "1")  # fmt: skip
        self.put("by-cli")
        wait_for("the call", lambda: self.keys() == ["by-cli"])
        listed = aws("list-event-source-mappings", "--function-name", "recorder")["EventSourceMappings"]
        self.assertEqual([mapping["UUID"] for mapping in listed], [made["UUID"]])
        aws("update-event-source-mapping", "--uuid", made["UUID"], "--batch-size", "7")
        self.assertEqual(aws("get-event-source-mapping", "--uuid", made["UUID"])["BatchSize"], 7)
        aws("invoke", "--function-name", "recorder", "--invocation-type", "DryRun", "out.json")
        self.assertEqual(aws("delete-event-source-mapping", "--uuid", made["UUID"])["State"], "Deleting")
        aws("delete-function", "--function-name", "recorder")


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
        self.start()
        stream = self.make_table()
        self.make_recorder()
        given_up = os.path.join(self.folder, "given-up.jsonl")
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
        wait_for("the end", lambda: " given up" in self.command("trigger", "list"))
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
            ({"FunctionName": "nobody"}, "ResourceNotFoundException"),
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
                fails = len(asked) == 1 or ("Records" in asked[-1][1] and "bad" in json.dumps(asked[-1][1]))
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
        self.assertIsInstance(record["dynamodb"]["ApproximateCreationDateTime"], int)
        self.put("bad")
        path, told = wait_for("the destination", lambda: asked[4:] and asked[4])
        self.assertEqual(path, "/given-up")
        self.assertEqual(told["requestContext"]["condition"], "RetryAttemptsExhausted")


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
        self.make_table()  # behind the trigger
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
