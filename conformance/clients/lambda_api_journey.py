#!/usr/bin/env python3
"""Lambda's API by boto3 and the AWS CLI; functions in Python, Node.js and of their own bootstrap.

  conformance/clients/lambda_api_journey.py --binary build/dev/server/dynarock

Exits with 77 where boto3 is not installed.
"""
import base64
import io
import json
import os
import shutil
import subprocess
import time
import zipfile

import running_server
from functions_server import HANDLERS, ROLE, TriggersTest, archive
from raw_http import RawConnection, request
from running_server import PATIENCE, wait_for
from botocore.exceptions import ClientError


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

    def test_a_function_may_write_what_its_connection_wrote(self):
        self.start()
        self.make_table()
        self.make_function("writer")
        invocations = "/2015-03-31/functions/writer/invocations"
        for number in range(6):
            key = {"pk": {"S": f"row-{number}"}}
            put = request("PutItem", {"TableName": "items", "Item": key})
            with RawConnection(self.server, PATIENCE) as connection:
                connection.send(put + request("", {"pk": f"row-{number}"}, target=invocations) + put)
                self.assertEqual(connection.read().body, b"{}")
                self.assertEqual(connection.read().json(), "1")
                self.assertEqual(connection.read().body, b"{}")
            self.assertEqual(self.dynamodb.get_item(TableName="items", Key=key)["Item"], key)

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


if __name__ == "__main__":
    running_server.run_module(__doc__.splitlines()[0], storages=("memory",))
