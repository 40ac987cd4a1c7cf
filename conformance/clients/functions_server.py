"""A server with functions and a table for the journeys of triggers; what their tests share."""
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

import running_server
from running_server import PATIENCE

try:
    import boto3
    from botocore.config import Config
except ImportError:
    running_server.skip("boto3 is missing (apt-get install python3-boto3)")

HANDLERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "handlers")
ROLE = "arn:aws:iam::000000000000:role/local"
CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}


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

    def make_function(self, name, **environment):
        """A function of the handler `name`.py."""
        self.functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler=f"{name}.lambda_handler",
            Role=ROLE,
            Timeout=30,
            Code={"ZipFile": archive(f"{name}.py")},
            Environment={"Variables": environment},
        )

    def make_recorder(self, **environment):
        self.make_function("recorder", RECORD_FILE=self.record_file, **environment)

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
