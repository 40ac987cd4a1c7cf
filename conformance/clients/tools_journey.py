#!/usr/bin/env python3
"""Tools made for DynamoDB Local, from npm, against the program started as the image starts it: java -jar DynamoDBLocal.jar."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from raw_http import call
from running_server import LocalServer, Settings, run_module, skip

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "tools")
MODULES = os.path.join(FOLDER, "node_modules")
PACKAGE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "tools", "npm")
LIMIT = 300  # seconds for one run of a tool: jest alone takes many on a busy machine


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ToolsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-tools-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self):
        server = LocalServer(Settings.binary)
        self.addCleanup(server.end)
        return server

    def java(self, text=None):
        """A folder for PATH that has a `java`: the program, or a script of that text."""
        path = os.path.join(self.folder, "bin", "java")
        os.makedirs(os.path.dirname(path))
        if text is None:
            os.symlink(Settings.binary, path)
        else:
            with open(path, "w", encoding="utf-8") as script:
                script.write(text)
            os.chmod(path, 0o755)
        return os.path.dirname(path)


class JestTest(ToolsTest):
    def jest(self, project, **variables):
        done = subprocess.run(
            ["node", os.path.join(MODULES, "jest", "bin", "jest.js"), "--ci", "--json", "--testTimeout", str(LIMIT * 1000),
             "--cacheDirectory", os.path.join(self.folder, "cache")],
            cwd=os.path.join(FOLDER, project), env={**os.environ, **variables}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=2 * LIMIT, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])
        return json.loads(done.stdout[done.stdout.index("{"):])["numPassedTests"]

    def jar_folder(self):
        folder = os.path.join(self.folder, "jar")
        os.makedirs(folder)
        with open(os.path.join(folder, "DynamoDBLocal.jar"), "w", encoding="utf-8") as jar:
            jar.write("not a jar: `java` is dynarock\n")
        return folder

    def test_jest_dynamodb_takes_the_server_that_answers(self):
        server = self.start()
        # Were it started, it would fail.
        path = self.java("#!/bin/sh\necho 'java was started' >&2\nexit 1\n") + ":" + os.environ["PATH"]
        passed = self.jest("jest_dynamodb", PATH=path, JOURNEY_PORT=str(server.port), JOURNEY_JAR_FOLDER=self.jar_folder())
        self.assertEqual(passed, 1)
        self.assertEqual(call(server, "ListTables", {}).json(), {"TableNames": []})

    def test_jest_dynamodb_starts_the_server(self):
        port = free_port()
        path = self.java() + ":" + os.environ["PATH"]
        passed = self.jest("jest_dynamodb", PATH=path, JOURNEY_PORT=str(port), JOURNEY_JAR_FOLDER=self.jar_folder())
        self.assertEqual(passed, 1)
        for _ in range(10 * LIMIT):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return
            time.sleep(0.1)
        self.fail("the server that jest-dynamodb started did not end with it")

    def test_a_server_for_each_worker(self):
        passed = self.jest("jest_per_worker", JOURNEY_PACKAGE=PACKAGE, DYNAROCK_BINARY=Settings.binary)
        self.assertEqual(passed, 4)


class AdminTest(ToolsTest):
    """dynamodb-admin, by the requests that its pages make."""

    def setUp(self):
        super().setUp()
        self.server = self.start()
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.addCleanup(self.log.close)
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        admin = subprocess.Popen(
            ["node", os.path.join(MODULES, "dynamodb-admin", "dist", "dynamodb-admin.js"), "--port", str(port), "--host", "127.0.0.1"],
            env={**os.environ, "DYNAMO_ENDPOINT": self.server.endpoint}, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.STDOUT,
        )
        self.addCleanup(admin.wait)
        self.addCleanup(admin.kill)
        self.wait_for(admin)

    def wait_for(self, admin):
        for _ in range(10 * LIMIT):
            try:
                self.ask("GET", "/")
                return
            except urllib.error.URLError:
                self.assertIsNone(admin.poll(), self.messages())
                time.sleep(0.1)
        self.fail(f"dynamodb-admin does not listen: {self.messages()}")

    def messages(self):
        self.log.seek(0)
        return self.log.read()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.address + path, method=method)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=LIMIT) as reply:
                return reply.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:2000]}") from error

    def items(self, **query):
        query = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in query.items()}
        return json.loads(self.ask("GET", f"/tables/orders/items?{urllib.parse.urlencode(query)}"))["Items"]

    def test_journey(self):
        self.create_table()
        self.write_items()
        self.read_items()
        self.ask("DELETE", "/tables/orders/items/" + urllib.parse.quote("b,2", safe=""))
        self.assertEqual(len(self.items()), 2)
        self.ask("DELETE", "/tables/orders/all")
        self.assertEqual(self.items(), [])
        self.ask("DELETE", "/tables/orders")
        self.assertEqual(json.loads(self.ask("GET", "/api/tables")), [])

    def create_table(self):
        units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 3}
        keys = {"HashAttributeName": "pk", "HashAttributeType": "S", "RangeAttributeName": "sk", "RangeAttributeType": "N"}
        index = {"IndexName": "by-owner", "IndexType": "global", "HashAttributeName": "owner", "HashAttributeType": "S"}
        self.ask("POST", "/create-table", {"TableDefinition": {"TableName": "orders", **keys, **units},
                                           "SecondaryIndexes": [{**index, **units}]})
        (table,) = json.loads(self.ask("GET", "/api/tables"))
        self.assertEqual((table["TableName"], table["TableStatus"]), ("orders", "ACTIVE"))
        for page in ("/", "/create-table", "/tables/orders", "/tables/orders/get", "/tables/orders/meta", "/tables/orders/add-item"):
            self.assertIn("<html", self.ask("GET", page))
        self.assertIn("orders", self.ask("GET", "/"))

    def write_items(self):
        for pk, sk, owner in (("a", 1, "zoë"), ("a", 2, "bo"), ("b", 2, "bo")):
            key = self.ask("PUT", "/tables/orders/add-item", {"pk": pk, "sk": sk, "owner": owner, "list": [1, {"deep": None}]})
            self.assertEqual(json.loads(key), {"pk": pk, "sk": sk})
        changed = {"pk": "a", "sk": 1, "owner": "zoë", "changed": True}
        self.assertEqual(json.loads(self.ask("PUT", "/tables/orders/items/" + urllib.parse.quote("a,1", safe=""), changed)), changed)

    def read_items(self):
        self.assertEqual(len(self.items()), 3)
        a = {"pk": {"type": "S", "operator": "=", "value": "a"}}
        self.assertEqual([item["sk"] for item in self.items(operationType="query", queryableSelection="table", filters=a)], [1, 2])
        second = {**a, "sk": {"type": "N", "operator": ">", "value": "1"}}
        self.assertEqual([item["sk"] for item in self.items(operationType="query", queryableSelection="table", filters=second)], [2])
        bo = {"owner": {"type": "S", "operator": "=", "value": "bo"}}
        found = self.items(operationType="query", queryableSelection="by-owner", filters=bo)
        self.assertEqual(sorted(item["pk"] for item in found), ["a", "b"])
        self.assertEqual([item["owner"] for item in self.items(operationType="scan", filters=bo)], ["bo", "bo"])


if __name__ == "__main__":
    if not shutil.which("node"):
        skip("Node.js is not installed (apt install nodejs)")
    if not os.path.isdir(MODULES):
        skip(f"the tools are not installed (npm ci --ignore-scripts --prefix {FOLDER})")
    run_module(__doc__, storages=("memory",))
