#!/usr/bin/env python3
"""From another machine: what its callers may do with Lambda's API, trigger administration and data. Needs root for a network."""
import json
import os
import shutil
import subprocess
import sys

from functions_server import HANDLERS, ROLE, TriggersTest
from raw_http import request
from running_server import PATIENCE, LocalServer, Settings, run_module, skip, wait_for

HERE, THERE = "10.213.77.1", "10.213.77.2"
NAMESPACE = f"dynarock-{os.getpid()}"
CREATE = {
    "FunctionName": "planted",
    "Runtime": "python3.11",
    "Handler": "recorder.lambda_handler",
    "Role": ROLE,
    "Code": {"S3Bucket": "local", "S3Key": HANDLERS},
}
URL = {**CREATE, "FunctionName": "url", "Code": {"ImageUri": f"http://{THERE}:9/"}}
# Sends its standard input to an address and prints what comes back.
SENDER = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 30) as connection:
    connection.sendall(sys.stdin.buffer.read())
    while data := connection.recv(65536):
        sys.stdout.buffer.write(data)
"""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=PATIENCE)


def make_network():
    """Another machine's network at THERE, which reaches us at HERE."""
    near, far = f"dr{os.getpid()}a"[:15], f"dr{os.getpid()}b"[:15]
    ip("netns", "add", NAMESPACE)
    ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", NAMESPACE)
    ip("address", "add", f"{HERE}/30", "dev", near)
    ip("link", "set", near, "up")
    ip("-n", NAMESPACE, "address", "add", f"{THERE}/30", "dev", far)
    ip("-n", NAMESPACE, "link", "set", far, "up")


class NetworkTest(TriggersTest):
    def start_on_all_addresses(self, *options):
        self.start("--host", "0.0.0.0", *options)
        # Ours, from this machine.
        self.server.endpoint = f"http://127.0.0.1:{self.server.port}"
        self.dynamodb, self.functions = self.client("dynamodb"), self.client("lambda")
        return self.server

    def ask(self, server, method, target, body=None, operation="", **headers):
        """(status, body) of a call from the other machine."""
        data = request(
            operation, b"" if body is None else body, method, target, Host=f"{HERE}:{server.port}", Connection="close", **headers
        )
        command = ["ip", "netns", "exec", NAMESPACE, sys.executable, "-c", SENDER, HERE, str(server.port)]
        answer = subprocess.run(command, input=data, capture_output=True, check=True, timeout=PATIENCE).stdout
        head, _, text = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), text.decode()

    def check_closed(self, server):
        calls = [
            ("POST", "/2015-03-31/functions", CREATE),
            ("POST", "/2015-03-31/functions", URL),
            ("GET", "/2015-03-31/functions/recorder", None),
            ("POST", "/2015-03-31/functions/recorder/invocations", {"pk": "x"}),
            ("PUT", "/2015-03-31/functions/recorder/code", CREATE["Code"]),
            ("PUT", "/2015-03-31/functions/recorder/configuration", {"Timeout": 5}),
            ("DELETE", "/2015-03-31/functions/recorder", None),
            ("POST", "/2015-03-31/event-source-mappings/", {"FunctionName": "recorder", "EventSourceArn": "items"}),
            ("GET", "/_dynarock/triggers", None),
            ("POST", "/_dynarock/triggers/x/replay", None),
        ]
        for call in calls:
            status, text = self.ask(server, *call)
            self.assertEqual(status, 403, call)
            self.assertIn("--lambda (DYNAROCK_LAMBDA=1)", json.loads(text)["message"])
        self.assertEqual(self.ask(server, "POST", "/", {}, "ListTables")[0], 200)
        self.assertEqual(self.ask(server, "GET", "/health")[0], 200)

    def test_code_is_of_this_machine_only(self):
        server = self.start_on_all_addresses()
        self.make_recorder()
        self.check_closed(server)
        self.assertEqual([f["FunctionName"] for f in self.functions.list_functions()["Functions"]], ["recorder"])
        self.assertEqual(self.calls(), [])
        # Our own address is this machine, too.
        server.endpoint = f"http://{HERE}:{server.port}"
        self.client("lambda").get_function(FunctionName="recorder")
        self.command("trigger", "list")

    def test_lambda_opens_it(self):
        server = self.start_on_all_addresses("--lambda")
        self.assertEqual(self.ask(server, "POST", "/2015-03-31/functions", CREATE)[0], 201)
        self.assertEqual(self.ask(server, "GET", "/_dynarock/triggers")[0], 200)
        self.assertEqual(self.ask(server, "POST", "/2015-03-31/functions", CREATE, Origin="http://x.example")[0], 403)
        self.assertEqual(self.ask(server, "POST", "/2015-03-31/functions", CREATE, without=("Authorization",))[0], 403)

    def test_a_checked_signature_opens_it(self):
        keys = os.path.join(self.folder, "keys")
        with open(keys, "w", encoding="utf-8") as file:
            file.write("[default]\naws_access_key_id = local\naws_secret_access_key = local\n")
        server = self.start_on_all_addresses("--credentials", keys)
        command = [Settings.binary, "trigger", "list", "--endpoint", f"http://{HERE}:{server.port}"]
        for secret, status in (("local", 0), ("wrong", 1)):
            environment = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": secret}
            ended = subprocess.run(
                ["ip", "netns", "exec", NAMESPACE, *command],
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            self.assertEqual(ended.returncode, status, ended.stderr)

    def test_a_file_of_triggers_works_always(self):
        path = os.path.join(self.folder, "triggers.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(
                {
                    "Functions": [
                        {
                            "FunctionName": "recorder",
                            "Code": os.path.join(HANDLERS, "recorder.py"),
                            "Environment": {"Variables": {"RECORD_FILE": self.record_file}},
                        }
                    ],
                    "EventSourceMappings": [
                        {"Table": "items", "FunctionName": "recorder", "StartingPosition": "TRIM_HORIZON"}
                    ],
                },
                file,
            )
        server = self.start_on_all_addresses("--triggers", path)
        self.make_table()
        item = {"TableName": "items", "Item": {"pk": {"S": "from-there"}}}
        self.assertEqual(self.ask(server, "POST", "/", item, "PutItem")[0], 200)
        wait_for("the call", lambda: self.keys() == ["from-there"])

    def test_in_the_place_of_dynamodb_local(self):
        server = LocalServer(Settings.binary)
        self.addCleanup(server.end)
        self.check_closed(server)


def main():
    if os.geteuid() != 0 or shutil.which("ip") is None:
        skip("another network needs root and ip (iproute2)")
    try:
        make_network()
    except subprocess.CalledProcessError as error:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=False, capture_output=True)
        skip(f"no network can be made here: {error.stderr.decode().strip()}")
    try:
        run_module(__doc__, storages=("memory",))
    finally:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=False)


if __name__ == "__main__":
    main()
