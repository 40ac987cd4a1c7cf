#!/usr/bin/env python3
"""Signatures that are checked (`--credentials`): by boto3, the AWS CLI, our own commands, functions, and forgers."""
import gzip
import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest

from raw_http import RawConnection, call, request
from running_server import Server, Settings, run_module, skip, wait_for

try:
    import boto3
    from botocore.auth import SigV4Auth, SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.exceptions import ClientError
except ImportError:
    skip("boto3 is not installed for this Python")

WAIT_LIMIT = 120.0  # seconds
REGION = "eu-west-1"
LASTING = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
PASSING = ("ASIDEXAMPLE", "another/secret", "token/+=1")
FILE = f"""# who may come in
[default]
aws_access_key_id = {LASTING[0]}
aws_secret_access_key = {LASTING[1]}
region = nowhere

[passing]
aws_access_key_id = {PASSING[0]}
aws_secret_access_key = {PASSING[1]}
aws_session_token = {PASSING[2]}
"""
SCHEMA = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
# Copies the key of each record to another table, signed with what its environment gives it.
HANDLER = """
import os
import boto3

def lambda_handler(event, context):
    table = boto3.resource("dynamodb").Table("copies")
    for record in event["Records"]:
        table.put_item(Item={"pk": record["dynamodb"]["Keys"]["pk"]["S"], "by": os.environ["AWS_ACCESS_KEY_ID"]})
"""


class UrlAuth(SigV4QueryAuth):
    """Signs a URL for the body {}, which botocore would move into the query."""

    def payload(self, request):
        return hashlib.sha256(b"{}").hexdigest()


class SignatureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="dynarock-signature-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.keys = os.path.join(cls.folder, "credentials")
        with open(cls.keys, "w", encoding="utf-8") as file:
            file.write(FILE)
        cls.server = Server(Settings.binary, options=("--credentials", cls.keys, "--python", "/usr/bin/python3"))
        cls.addClassCleanup(cls.server.end)

    def client(self, service="dynamodb", keys=LASTING):
        return boto3.client(
            service,
            endpoint_url=self.server.endpoint,
            region_name=REGION,
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            aws_session_token=keys[2],
            config=Config(retries={"max_attempts": 0}, read_timeout=WAIT_LIMIT),
        )

    def refused(self, function, code):
        with self.assertRaises(ClientError) as caught:
            function()
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        return error["Message"]

    def signed(self, body=b"{}", operation="ListTables", keys=LASTING, service="dynamodb", region=REGION, headers=()):
        """The headers of a signed call."""
        made = AWSRequest(
            "POST",
            self.server.endpoint + "/",
            data=body,
            headers={
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"DynamoDB_20120810.{operation}",
                **dict(headers),
            },
        )
        SigV4Auth(Credentials(*keys), service, region).add_auth(made)
        return dict(made.headers.items()) | {"Host": f"{self.server.host}:{self.server.port}"}

    def send(self, headers, body=b"{}", target="/"):
        lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        with RawConnection(self.server, WAIT_LIMIT) as connection:
            connection.send("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body)
            return connection.read()


class ClientsTest(SignatureTest):
    def test_boto3_works_with_each_profile(self):
        for number, keys in enumerate((LASTING, PASSING)):
            client = self.client(keys=keys)
            name = f"boto3-{number}"
            client.create_table(TableName=name, **SCHEMA)
            client.put_item(TableName=name, Item={"pk": {"S": "ключ"}, "b": {"B": b"\0\xff"}})
            self.assertEqual(client.get_item(TableName=name, Key={"pk": {"S": "ключ"}})["Item"]["b"]["B"], b"\0\xff")
        self.client("dynamodbstreams").list_streams()

    def test_the_aws_cli(self):
        aws = "/usr/bin/aws" if os.path.exists("/usr/bin/aws") else shutil.which("aws")
        if not aws:
            self.skipTest("the AWS CLI is not installed")
        for profile, status in (("default", 0), ("passing", 0), ("unknown", 255)):
            environment = {
                "PATH": os.environ["PATH"],
                "AWS_SHARED_CREDENTIALS_FILE": self.keys,
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            command = [aws, "--profile", profile, "--region", REGION, "--endpoint-url", self.server.endpoint]
            ended = subprocess.run(
                [*command, "dynamodb", "list-tables"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=WAIT_LIMIT,
                check=False,
            )
            self.assertEqual(ended.returncode, status, ended.stderr)

    def test_our_own_commands(self):
        def run(*arguments, **variables):
            return subprocess.run(
                [Settings.binary, *arguments, "--endpoint", self.server.endpoint],
                env={"PATH": os.environ["PATH"], "HOME": self.folder, **variables},
                capture_output=True,
                text=True,
                timeout=WAIT_LIMIT,
                check=False,
            )

        for command in (("trigger", "list"), ("cruddur", "list-tables")):
            refused = run(*command)
            self.assertEqual(refused.returncode, 1, refused.stdout)
            self.assertIn("The security token included in the request is invalid", refused.stderr)
            by_variables = run(*command, AWS_ACCESS_KEY_ID=LASTING[0], AWS_SECRET_ACCESS_KEY=LASTING[1])
            self.assertEqual(by_variables.returncode, 0, by_variables.stderr)
            by_file = run(*command, AWS_SHARED_CREDENTIALS_FILE=self.keys, AWS_PROFILE="passing")
            self.assertEqual(by_file.returncode, 0, by_file.stderr)
        self.assertEqual(run("health").returncode, 0)

    def test_lambdas_api(self):
        client = self.client("lambda")
        name = "arn:aws:lambda:eu-west-1:000000000000:function:none"  # its path has characters that are encoded
        self.assertEqual(client.list_functions(MaxItems=3)["ResponseMetadata"]["HTTPStatusCode"], 200)
        self.refused(lambda: client.get_function(FunctionName=name), "ResourceNotFoundException")
        wrong = self.client("lambda", (LASTING[0], "wrong", None))
        message = self.refused(lambda: wrong.list_functions(MaxItems=3), "InvalidSignatureException")
        self.assertIn("/2015-03-31/functions/\nMaxItems=3\n", message)
        unsigned = self.client("lambda", ("nobody", "wrong", None))
        self.refused(unsigned.list_functions, "UnrecognizedClientException")

    def test_a_function_calls_back(self):
        client = self.client()
        for name in ("source", "copies"):
            stream = {"StreamEnabled": name == "source"}
            if name == "source":
                stream["StreamViewType"] = "KEYS_ONLY"
            client.create_table(TableName=name, **SCHEMA, StreamSpecification=stream)
        code = os.path.join(self.folder, "copier.py")
        with open(code, "w", encoding="utf-8") as file:
            file.write(HANDLER)
        added = subprocess.run(
            [
                *(Settings.binary, "trigger", "add", "--endpoint", self.server.endpoint, "--table", "source"),
                *("--handler", code, "--starting-position", "TRIM_HORIZON", "--timeout", "60"),
            ],
            env={"PATH": os.environ["PATH"], "AWS_SHARED_CREDENTIALS_FILE": self.keys},
            capture_output=True,
            text=True,
            timeout=WAIT_LIMIT,
            check=False,
        )
        self.assertEqual(added.returncode, 0, added.stderr)
        client.put_item(TableName="source", Item={"pk": {"S": "a"}})
        copy = wait_for(
            "the copy", lambda: client.get_item(TableName="copies", Key={"pk": {"S": "a"}}).get("Item")
        )
        self.assertNotIn(copy["by"]["S"], (LASTING[0], PASSING[0]))


class ForgeriesTest(SignatureTest):
    def test_keys(self):
        message = self.refused(self.client(keys=("AKIDNOBODY", "x", None)).list_tables, "UnrecognizedClientException")
        self.assertEqual(message, "The security token included in the request is invalid.")
        message = self.refused(self.client(keys=(LASTING[0], "x", None)).list_tables, "InvalidSignatureException")
        self.assertTrue(message.startswith("The request signature we calculated does not match"), message)
        for keys in ((*PASSING[:2], None), (*PASSING[:2], "stale"), (*LASTING[:2], "stray")):
            self.refused(self.client(keys=keys).list_tables, "UnrecognizedClientException")

    def test_unsigned_requests(self):
        self.assertEqual(
            call(self.server, "ListTables", {}, without=["Authorization"]).error(), "MissingAuthenticationTokenException"
        )
        self.assertEqual(call(self.server, "ListTables", {}).error(), "InvalidSignatureException")  # of long ago

    def test_what_is_changed_behind_the_signature(self):
        self.assertEqual(self.send(self.signed()).status, 200)
        self.assertEqual(self.send(self.signed(), b"{ }").error(), "InvalidSignatureException")
        for name, value in (("X-Amz-Target", "DynamoDB_20120810.DescribeLimits"), ("Host", "elsewhere")):
            reply = self.send(self.signed() | {name: value})
            self.assertEqual((name, reply.error()), (name, "InvalidSignatureException"))
        self.assertEqual(self.send(self.signed(), target="/?x=1").error(), "InvalidSignatureException")
        self.assertEqual(self.send(self.signed(), target="/other").error(), "InvalidSignatureException")

    def test_scopes(self):
        reply = self.send(self.signed(service="lambda"))
        self.assertEqual(reply.error(), "InvalidSignatureException")
        self.assertEqual(reply.json()["message"], "Credential should be scoped to correct service: 'dynamodb'. ")
        self.assertEqual(self.send(self.signed(region="ap-south-1")).status, 200)
        self.assertEqual(self.send(self.signed(region="Here")).error(), "InvalidSignatureException")

    def test_compressed_bodies_are_signed_as_they_are_sent(self):
        body = gzip.compress(b"{}" + b" " * 20_000)
        headers = self.signed(body, headers={"Content-Encoding": "gzip"}.items())
        self.assertEqual(self.send(headers, body).json(), {"TableNames": self.client().list_tables()["TableNames"]})
        self.assertEqual(self.send(headers, gzip.compress(b"{ }")).error(), "InvalidSignatureException")

    def test_urls(self):
        target = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}

        def presigned(expires, keys=LASTING, signed=target):
            made = AWSRequest("POST", self.server.endpoint + "/", headers=signed)
            UrlAuth(Credentials(*keys), "dynamodb", REGION, expires=expires).add_auth(made)
            return made.url[len(self.server.endpoint) :]

        headers = {
            "Host": f"{self.server.host}:{self.server.port}",
            "Content-Type": "application/x-amz-json-1.0",
            **target,
        }
        for keys in (LASTING, PASSING):
            self.assertEqual(self.send(headers, target=presigned(3600, keys)).status, 200)
        self.assertEqual(self.send(headers, b"{ }", presigned(3600)).error(), "InvalidSignatureException")
        url = presigned(3600)
        longer = url.replace("Expires=3600", "Expires=7200")
        self.assertEqual(self.send(headers, target=longer).error(), "InvalidSignatureException")
        unsigned = self.send(headers, target=presigned(3600, signed={}))
        self.assertIn("'X-Amz-Target' must be a 'SignedHeader'", unsigned.json()["message"])
        both = self.send(self.signed(), target=url)
        self.assertIn("Found both 'X-Amz-Algorithm'", both.json()["message"])

    def test_metrics_name_nobody_to_callers_without_a_signature(self):
        self.client().create_table(TableName="secret-name", **SCHEMA)
        signed = AWSRequest("GET", self.server.endpoint + "/metrics")
        SigV4Auth(Credentials(*LASTING), "dynamodb", REGION).add_auth(signed)
        texts = []
        for headers in ({}, dict(signed.headers.items())):
            headers["Host"] = f"{self.server.host}:{self.server.port}"
            lines = [f"{name}: {value}" for name, value in headers.items()]
            with RawConnection(self.server, WAIT_LIMIT) as connection:
                connection.send("\r\n".join(["GET /metrics HTTP/1.1", *lines, "", ""]).encode())
                texts.append(connection.read().body.decode())
        for name in ("secret-name", LASTING[0]):
            self.assertNotIn(name, texts[0])
        self.assertIn("\ndynarock_table_items 0\n", texts[0])
        self.assertIn('dynarock_table_items{table="secret-name"} 0\n', texts[1])

    def test_health_and_metrics_need_no_signature(self):
        for path in ("/health", "/metrics"):
            with RawConnection(self.server, WAIT_LIMIT) as connection:
                connection.send(request("", b"", "GET", path, without=["Authorization"]))
                self.assertEqual(connection.read().status, 200)


class FileTest(unittest.TestCase):
    def test_a_mistake_is_one_sentence(self):
        with tempfile.TemporaryDirectory(prefix="dynarock-signature-") as folder:
            path = os.path.join(folder, "credentials")
            for text, mistake in (
                ("[a]\naws_access_key_id\n", f"{path}, line 2: expected [profile] or name = value.\n"),
                (None, f"Cannot read {path}: name a file of AWS credentials with --credentials.\n"),
            ):
                if os.path.exists(path):
                    os.unlink(path)
                if text is not None:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                ended = subprocess.run(
                    [Settings.binary, "serve", "--in-memory", "--port", "0", "--credentials", path],
                    capture_output=True,
                    text=True,
                    timeout=WAIT_LIMIT,
                    check=False,
                )
                self.assertEqual((ended.returncode, ended.stderr), (1, mistake))

    def test_a_directory_is_one_sentence(self):
        ended = subprocess.run(
            [Settings.binary, "serve", "--in-memory", "--port", "0", "--credentials", "/"],
            capture_output=True,
            text=True,
            timeout=WAIT_LIMIT,
            check=False,
        )
        sentence = "Cannot read /: name a file of AWS credentials with --credentials.\n"
        self.assertEqual((ended.returncode, ended.stderr), (1, sentence))


if __name__ == "__main__":
    run_module(__doc__, storages=("memory",))
