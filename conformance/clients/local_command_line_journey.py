#!/usr/bin/env python3
"""The program started as DynamoDB Local is: its command lines, banner, texts and exit codes, and how it answers."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from raw_http import JSON_TYPE, RawConnection, call
from running_server import SIGTERM_STATUS, LocalServer, Server, Settings, run_module, skip

try:
    import boto3
    from botocore.config import Config
except ImportError:
    skip("boto3 is not installed (apt install python3-boto3)")

SCHEMA = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
NO_CREDENTIALS = {
    "__type": "com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken",
    "Message": "Request must contain either a valid (registered) AWS access key ID or X.509 certificate.",
}


class LocalTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-local-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, data=None, options=(), **more):
        server = LocalServer(Settings.binary, data, options, **more)
        self.addCleanup(server.end)
        return server

    def client(self, server, key="key", region="us-east-1"):
        return boto3.client(
            "dynamodb",
            endpoint_url=server.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            region_name=region,
            config=Config(retries={"max_attempts": 1}),
        )

    def run_java(self, *words, name="java"):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            os.symlink(Settings.binary, path)
        return subprocess.run(
            [path, *words], capture_output=True, text=True, timeout=60, check=False, cwd=self.folder
        )


class CommandLineTest(LocalTest):
    def test_banner_and_exit_status(self):
        server = self.start(options=("-cors", "*", "-delayTransientStatuses"))
        self.assertEqual(server.banner[0], "Initializing DynamoDB Local with the following configuration:")
        lines = dict(line.split("\t") for line in server.banner[1:])
        version = lines.pop("Version:")
        self.assertRegex(version, r"^[0-9.]+$")
        self.assertEqual(
            lines,
            {
                "Port:": str(server.port),
                "InMemory:": "true",
                "DbPath:": "null",
                "SharedDb:": "false",
                "shouldDelayTransientStatuses:": "true",
                "CorsParams:": "*",
            },
        )
        self.assertEqual(server.stop(), SIGTERM_STATUS)
        interrupted = self.start()
        interrupted.signal(signal.SIGINT)
        self.assertEqual(interrupted.wait(), 128 + signal.SIGINT)

    def test_ways_to_start(self):
        for before in (
            ("-jar", "DynamoDBLocal.jar"),
            ("-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"),
            ("-Xmx256m", "-XX:+UseG1GC", "-jar", "/opt/dynamodb/DynamoDBLocal.jar", "some", "words"),
        ):
            server = self.start(before=before)
            self.assertEqual(self.client(server).list_tables()["TableNames"], [])
            self.assertEqual(server.stop(), SIGTERM_STATUS)

    def test_under_our_own_name(self):
        # As an image's entrypoint with DynamoDB Local's words as its command.
        class Renamed(LocalServer):
            def _run(self, command, **options):
                super()._run([Settings.binary, *command[1:]], **options)

        server = Renamed(Settings.binary)
        self.addCleanup(server.end)
        self.assertEqual(self.client(server).list_tables()["TableNames"], [])
        self.assertEqual(server.stop(), SIGTERM_STATUS)

    def test_texts(self):
        jar = ("-jar", "DynamoDBLocal.jar")
        for words, status, out, err in (
            ((*jar, "-nonsense"), 0, "usage: java", "Error while parsing options. Unrecognized option: -nonsense"),
            ((*jar, "-sharedDb=true"), 0, "usage: java", "Unrecognized option: -sharedDb=true"),
            ((*jar, "-inMemory", "-dbPath", "."), 0, "dbPath and inMemory cannot be set at the same time.", ""),
            ((*jar, "-dbPath", "/no/such"), 0, "", "Invalid directory for database creation."),
            ((*jar, "-help"), 0, "-optimizeDbBeforeStartup", ""),
            ((*jar, "-version"), 0, "0.", ""),
            (("-version",), 0, "", 'openjdk version "17'),
            (("-jar", "other.jar"), 1, "", "other.jar"),
        ):
            done = self.run_java(*words)
            self.assertEqual(done.returncode, status, words)
            for text, wanted in ((done.stdout, out), (done.stderr, err)):
                self.assertIn(wanted, text)
                self.assertTrue(wanted or not text, f"{words}: {text}")
        unnamed = self.run_java("-help", name="dynarock")
        self.assertEqual((unnamed.returncode, unnamed.stdout), (0, self.run_java(*jar, "-help").stdout))

    def test_port_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = self.run_java("-jar", "DynamoDBLocal.jar", "-inMemory", "-port", str(taken.getsockname()[1]))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("the port is in use", done.stderr)

    def test_all_addresses(self):
        server = self.start()
        for host in ("127.0.0.1", "127.0.0.2", *(("::1",) if os.path.exists("/proc/net/if_inet6") else ())):
            with socket.create_connection((host, server.port), 20):
                pass

    def test_our_options_by_environment(self):
        server = self.start(env={**os.environ, "DYNAROCK_PORT": "1", "DYNAROCK_LOG_LEVEL": "debug"})
        call(server, "ListTables", {})
        self.assertIn("operation=ListTables", server.messages())


class DataTest(LocalTest):
    def test_directory(self):
        with open(os.path.join(self.folder, "DynamoDBLocal.jar"), "w", encoding="utf-8") as jar:
            jar.write("anything")
        # Without -dbPath it is the working directory; -dbPath may be relative.
        for data, options in (("", ()), (".", ()), (self.folder, ("-optimizeDbBeforeStartup",))):
            server = self.start(data, options, cwd=self.folder)
            client = self.client(server)
            if data == "":
                client.create_table(TableName="kept", **SCHEMA)
                client.put_item(TableName="kept", Item={"id": {"S": "a"}})
            self.assertEqual(client.scan(TableName="kept")["Items"], [{"id": {"S": "a"}}])
            self.assertEqual(self.client(server, region="eu-west-1").list_tables()["TableNames"], [])
            self.assertEqual(server.stop(), SIGTERM_STATUS)
        shared = self.start(self.folder, ("-sharedDb",))
        self.assertEqual(self.client(shared).list_tables()["TableNames"], [])
        shared.kill()
        # Our own command line finds the same.
        ours = Server(
            Settings.binary, os.path.join(self.folder, "dynarock-data"), options=("--separate-databases", "--local-arns")
        )
        self.addCleanup(ours.end)
        self.assertEqual(self.client(ours).list_tables()["TableNames"], ["kept"])

    def test_files_of_dynamodb_local_are_left_alone(self):
        path = os.path.join(self.folder, "shared-local-instance.db")
        with open(path, "wb") as database:
            database.write(b"SQLite format 3\0" + bytes(100))
        before = os.stat(path)
        done = subprocess.run(
            [Settings.binary, "-dbPath", self.folder, "-port", "0"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1))
        self.assertIn("shared-local-instance.db, a database of DynamoDB Local", done.stderr)
        self.assertEqual(os.listdir(self.folder), ["shared-local-instance.db"])
        self.assertEqual(os.stat(path).st_mtime_ns, before.st_mtime_ns)


class AnswersTest(LocalTest):
    def ask(self, server, method, target, **headers):
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        with RawConnection(server) as connection:
            connection.send("\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *lines, "", ""]).encode())
            return connection.read(has_body=method != "HEAD")

    def test_without_credentials(self):
        server = self.start()
        for method in ("GET", "POST", "PUT", "DELETE"):
            for target in ("/", "/shell/", "/any/path?a=b"):
                reply = self.ask(server, method, target, Content_Length="0")
                self.assertEqual((reply.status, reply.json()), (400, NO_CREDENTIALS), (method, target))
                self.assertEqual(reply.headers["content-type"], JSON_TYPE)
        self.assertEqual(self.ask(server, "HEAD", "/").status, 400)
        self.assertEqual(self.ask(server, "GET", "/health").status, 200)
        refused = call(server, "ListTables", {}, without=("Authorization",))
        self.assertEqual((refused.status, refused.json()), (400, NO_CREDENTIALS))

    def test_any_path_and_content_type(self):
        server = self.start()
        for options in (
            {"target": "/some/path"},
            {"target": "http://dynamodb.us-east-1.amazonaws.com/"},
            {"Content_Type": "text/plain"},
            {"without": ("Content-Type",)},
        ):
            reply = call(server, "ListTables", {}, **options)
            self.assertEqual((reply.status, reply.json()), (200, {"TableNames": []}), options)
            self.assertIn("x-amz-crc32", reply.headers)
        unknown = call(server, "Nonsense", {})
        self.assertEqual((unknown.status, unknown.error()), (400, "UnknownOperationException"))

    def test_key_ids(self):
        server = self.start()
        for key, status in (("abcXYZ019", 200), ("a-b", 400), ("a_b", 400), ("a.b", 400)):
            header = f"AWS4-HMAC-SHA256 Credential={key}/20260101/x/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
            reply = call(server, "ListTables", {}, Authorization=header)
            self.assertEqual(reply.status, status, key)
            if status == 400:
                self.assertEqual(reply.error(), "UnrecognizedClientException")
                self.assertEqual(reply.json()["Message"], "The Access Key ID or security token is invalid.")

    def test_cors(self):
        origin = "http://localhost:3000"
        for options, allowed in (
            ((), None),
            (("-cors", "*"), "*"),
            (("-cors", "example.com,localhost:3000"), origin),
            (("-cors", origin), origin),
            (("-cors", "example.com"), None),
        ):
            server = self.start(options=options)
            asked = self.ask(server, "OPTIONS", "/", Origin=origin, Access_Control_Request_Method="POST")
            self.assertEqual(asked.status, 200)
            self.assertEqual(asked.headers.get("access-control-allow-origin"), allowed, options)
            answered = call(server, "ListTables", {}, Origin=origin)
            self.assertEqual(answered.headers.get("access-control-allow-origin"), allowed, options)
            self.assertEqual(server.stop(), SIGTERM_STATUS)

    def test_pages_of_other_sites(self):
        query = (
            "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=abc%2F20260101%2Fx%2Fdynamodb%2Faws4_request"
            "&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
        )
        origin = "http://evil.example"
        for options, environment, status in (
            ((), {}, 403),
            (("-cors", "example.com"), {}, 403),
            (("-cors", "evil.example"), {}, 200),
            (("-cors", "*"), {}, 200),
            ((), {"DYNAROCK_CORS": origin}, 200),
        ):
            server = self.start(options=options, env={**os.environ, **environment})
            asked = self.ask(server, "OPTIONS", "/", Origin=origin, Access_Control_Request_Method="POST")
            simple = {"Origin": origin, "Content_Type": "text/plain", "target": query, "without": ("Authorization",)}
            answered = call(server, "ListTables", {}, **simple)
            self.assertEqual((asked.status, answered.status), (status, status), options)
            self.assertEqual(server.stop(), SIGTERM_STATUS)

    def test_databases_and_arns(self):
        separate = self.start()
        for key, region in (("MockAccessKeyId", "localhost"), ("other", "us-east-1")):
            made = self.client(separate, key, region).create_table(TableName="table", **SCHEMA)["TableDescription"]
            self.assertEqual(made["TableArn"], "arn:aws:dynamodb:ddblocal:000000000000:table/table")
            self.assertEqual(self.client(separate, key, region).list_tables()["TableNames"], ["table"])
        self.assertEqual(self.client(separate, "third", "us-east-1").list_tables()["TableNames"], [])
        shared = self.start(options=("-sharedDb",))
        self.client(shared, "one", "localhost").create_table(TableName="table", **SCHEMA)
        self.assertEqual(self.client(shared, "two", "eu-west-1").list_tables()["TableNames"], ["table"])


class WordingTest(LocalTest):
    def message(self, server):
        reply = call(server, "GetItem", {"TableName": "none", "Key": {"id": {"S": "a"}}})
        self.assertEqual((reply.status, reply.error()), (400, "ResourceNotFoundException"))
        answer = reply.json()
        return answer.get("Message") or answer["message"]

    def test_default(self):
        of_local, of_aws = "Cannot do operations on a non-existent table", "Requested resource not found"
        self.assertEqual(self.message(self.start()), of_local)
        self.assertEqual(self.message(self.start(env={**os.environ, "DYNAROCK_WORDING": "current"})), of_aws)
        for options, wanted in (((), of_aws), (("--wording", "local"), of_local)):
            server = Server(Settings.binary, options=options)
            self.addCleanup(server.end)
            self.assertEqual(self.message(server), wanted, options)

    def test_order_of_insertion_after_a_restart(self):
        schema = {
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "group", "AttributeType": "S"},
                {"AttributeName": "rank", "AttributeType": "N"},
            ],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by_group",
                    "KeySchema": [
                        {"AttributeName": "group", "KeyType": "HASH"},
                        {"AttributeName": "rank", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
        }
        ids = [f"{i * 7919 % 31}" for i in range(20)]
        for part in (ids[:10], ids[10:]):
            server = self.start(data=self.folder)
            client = self.client(server)
            if part[0] == ids[0]:
                client.create_table(TableName="table", **schema)
            for one in part:
                client.put_item(TableName="table", Item={"id": {"S": one}, "group": {"S": "g"}, "rank": {"N": "1"}})
            found = client.query(
                TableName="table",
                IndexName="by_group",
                KeyConditionExpression="#g = :g",
                ExpressionAttributeNames={"#g": "group"},
                ExpressionAttributeValues={":g": {"S": "g"}},
            )["Items"]
            self.assertEqual([item["id"]["S"] for item in found], ids[: len(found)])
            self.assertEqual(server.stop(), SIGTERM_STATUS)
        self.assertEqual(len(found), len(ids))


if __name__ == "__main__":
    run_module(__doc__, storages=("memory",))
