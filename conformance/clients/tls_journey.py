#!/usr/bin/env python3
"""HTTPS: certificates of the dynarock program's own making and given ones; clients that mix both ports."""
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from raw_http import request
from running_server import Server, Settings, run_module, skip

if shutil.which("openssl") is None:
    skip("openssl is not installed")

WAIT_LIMIT = 90.0  # seconds
HTTPS = re.compile(r"listening on https://([0-9.]+):([0-9]+), (?:clients must trust|certificate) (.+)\n")
LIST = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"} | {
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=dummy/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0" * 64,
}


def make_certificate(folder, name, passphrase=None):
    """A certificate that signs itself, for localhost and db.example.com, and its key: their files."""
    certificate, key = os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.key")
    locked = ["-passout", f"pass:{passphrase}"] if passphrase else ["-nodes"]
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"),
            *("-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,DNS:db.example.com,IP:127.0.0.1"),
            *("-out", certificate, "-keyout", key, *locked),
        ],
        check=True,
        capture_output=True,
        timeout=WAIT_LIMIT,
    )
    return certificate, key


class TlsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dynarock-tls-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")

    def start(self, *options, data=None):
        """The server; also sets where it speaks HTTPS, and the file that it names for trust."""
        server = Server(Settings.binary, data, options=("--tls", "--tls-port", "0", *options))
        self.addCleanup(server.end)
        line = server.process.stdout.readline()
        match = HTTPS.search(line)
        self.assertIsNotNone(match, line)
        server.tls_port, server.trust = int(match[2]), match[3]
        return server

    def peer(self, port, name, trust):
        """The certificate that a client gets for `name`, in PEM."""
        context = ssl.create_default_context(cafile=trust)
        with socket.create_connection(("127.0.0.1", port), WAIT_LIMIT) as plain:
            with context.wrap_socket(plain, server_hostname=name) as secured:
                return ssl.DER_cert_to_PEM_cert(secured.getpeercert(binary_form=True))

    def connection(self, port, trust=None):
        if trust is None:
            return http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_LIMIT)
        context = ssl.create_default_context(cafile=trust)
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=WAIT_LIMIT, context=context)

    def check_list(self, connection):
        connection.request("POST", "/", b"{}", LIST)
        with connection.getresponse() as reply:
            self.assertEqual((reply.status, reply.read()), (200, b'{"TableNames":[]}'))


class MadeCertificateTest(TlsTest):
    def test_both_ports_speak_both_and_keep_their_connections(self):
        server = self.start()
        connections = [
            self.connection(server.port),
            self.connection(server.tls_port, server.trust),
            self.connection(server.port, server.trust),
            self.connection(server.tls_port),
        ]
        for connection in connections:
            self.addCleanup(connection.close)
            connection.connect()
        sockets = [connection.sock for connection in connections]
        for _ in range(20):
            for connection in connections:
                self.check_list(connection)
        self.assertEqual([connection.sock for connection in connections], sockets)

    def run_command(self, *words, trust=""):
        done = subprocess.run(
            [Settings.binary, *words],
            env=os.environ | {"AWS_CA_BUNDLE": trust},
            capture_output=True,
            text=True,
            timeout=WAIT_LIMIT,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def test_commands_speak_https(self):
        server = self.start()
        for host in ("localhost", "127.0.0.1"):
            endpoint = f"https://{host}:{server.tls_port}"
            self.assertEqual(
                self.run_command("health", "--endpoint", endpoint, trust=server.trust), (0, f"{endpoint} is healthy.\n")
            )
            status, text = self.run_command("cruddur", "list-tables", "--endpoint", endpoint, trust=server.trust)
            self.assertEqual(status, 0, text)
            status, text = self.run_command("health", "--endpoint", endpoint)
            self.assertEqual((status, text.count("\n")), (1, 1), text)
            self.assertIn(f"The certificate of {endpoint} is not trusted", text)
            self.assertIn("AWS_CA_BUNDLE", text)
        status, text = self.run_command("health", "--endpoint", endpoint, trust=os.path.join(self.folder, "none"))
        self.assertEqual(status, 1)
        self.assertIn("cannot be read", text)

    def test_a_certificate_for_another_host_is_refused(self):
        certificate, key = make_certificate(self.folder, "given")
        server = self.start("--tls-certificate", certificate, "--tls-key", key, "--host", "127.0.0.1")
        status, text = self.run_command("health", "--endpoint", f"https://127.0.0.1:{server.tls_port}", trust=certificate)
        self.assertEqual(status, 0, text)
        # Another name of this machine, which the certificate does not have.
        name = f"https://127.0.0.1.:{server.tls_port}"
        status, text = self.run_command("health", "--endpoint", name, trust=certificate)
        self.assertEqual(status, 1, text)

    def test_an_endpoint_may_leave_out_its_scheme(self):
        server = self.start()
        status, text = self.run_command("health", "--endpoint", f"localhost:{server.port}")
        self.assertEqual((status, text), (0, f"localhost:{server.port} is healthy.\n"))

    def test_names_and_addresses(self):
        server = self.start()
        for name in ("localhost", "127.0.0.1", "app.localhost", "dynamodb.us-east-1.amazonaws.com"):
            self.peer(server.tls_port, name, server.trust)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.peer(server.tls_port, "db.example.com", server.trust)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.peer(server.tls_port, "localhost", None)

    def test_other_clients_believe_it(self):
        server = self.start()
        ask = "require('https').get(process.argv[1], (reply) => { console.log(reply.statusCode); process.exit() })"
        for name in ("localhost", "127.0.0.1"):
            url = f"https://{name}:{server.tls_port}/health"
            commands = [["curl", "--silent", "--cacert", server.trust, "--write-out", "%{http_code}", "--output", os.devnull, url]]
            commands.append(["node", "--eval", ask, url])
            for command in commands:
                if shutil.which(command[0]) is None:
                    continue
                environment = {**os.environ, "NODE_EXTRA_CA_CERTS": server.trust}
                ended = subprocess.run(
                    command, capture_output=True, text=True, timeout=WAIT_LIMIT, check=False, env=environment
                )
                self.assertEqual((ended.returncode, ended.stdout.strip()), (0, "200"), ended.stderr)

    def test_a_greeting_puts_nothing_into_a_certificate(self):
        server = self.start()
        for name in ("1.2.3.4,DNS:evil.com", "a b", "localhost\n", "evil.com,IP:1.2.3.4", "x" * 64):
            command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.tls_port}", "-servername", name]
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=WAIT_LIMIT, check=False
            )
            begin = ended.stdout.index("-----BEGIN CERTIFICATE-----")
            shown = subprocess.run(
                ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-subject"],
                input=ended.stdout[begin:],
                capture_output=True,
                text=True,
                timeout=WAIT_LIMIT,
                check=True,
            ).stdout
            self.assertIn("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", shown)
            self.assertNotIn("evil", shown)

    def test_an_authority_without_constraints_is_replaced(self):
        self.assertEqual(self.start(data=self.data).stop(), 0)
        folder = os.path.join(self.data, "tls")
        certificate, key = make_certificate(folder, "ca")
        with open(certificate, encoding="utf-8") as file:
            before = file.read()
        server = self.start(data=self.data)
        with open(certificate, encoding="utf-8") as file:
            self.assertNotEqual(file.read(), before)
        self.assertIn("new certificate authority made", server.messages())
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        self.peer(server.tls_port, "localhost", server.trust)

    def test_the_authority_is_kept_with_the_data(self):
        server = self.start(data=self.data)
        self.assertEqual(server.trust, os.path.join(self.data, "tls", "ca.pem"))
        self.assertEqual(os.stat(os.path.join(self.data, "tls", "ca.key")).st_mode & 0o777, 0o600)
        with open(server.trust, encoding="utf-8") as file:
            before = file.read()
        self.assertEqual(server.stop(), 0)
        server = self.start(data=self.data)
        with open(server.trust, encoding="utf-8") as file:
            self.assertEqual(file.read(), before)
        self.peer(server.tls_port, "localhost", server.trust)

    def test_a_large_body_both_ways(self):
        server = self.start()
        connection = self.connection(server.tls_port, server.trust)
        self.addCleanup(connection.close)
        name = "x" * 2_000_000
        connection.request("POST", "/", b'{"TableName":"%s"}' % name.encode(), LIST | {"X-Amz-Target": "DynamoDB_20120810.DescribeTable"})
        with connection.getresponse() as reply:
            self.assertEqual(reply.status, 400)
            reply.read()
        self.check_list(connection)

    def test_pipelined_requests(self):
        server = self.start()
        context = ssl.create_default_context(cafile=server.trust)
        with socket.create_connection(("127.0.0.1", server.tls_port), WAIT_LIMIT) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secured:
                secured.sendall(request("ListTables", {}) * 5)
                received = b""
                while received.count(b'{"TableNames":[]}') < 5:
                    block = secured.recv(65536)
                    self.assertNotEqual(block, b"", received)
                    received += block


class ClientsTest(TlsTest):
    def test_boto3_mixes_both(self):
        try:
            import boto3
        except ImportError:
            self.skipTest("boto3 is not installed for this Python")
        keys = os.path.join(self.folder, "keys")
        with open(keys, "w", encoding="utf-8") as file:
            file.write("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n")
        server = self.start("--credentials", keys)

        def client(endpoint):
            return boto3.client(
                "dynamodb",
                endpoint_url=endpoint,
                verify=server.trust,
                region_name="eu-west-1",
                aws_access_key_id="AKIDEXAMPLE",
                aws_secret_access_key="secret",
            )

        clients = [
            client(server.endpoint),
            client(f"https://localhost:{server.tls_port}"),
            client(f"https://127.0.0.1:{server.tls_port}"),
            client(f"https://localhost:{server.port}"),
        ]
        clients[1].create_table(
            TableName="mixed",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for number in range(20):
            clients[number % 4].put_item(TableName="mixed", Item={"pk": {"S": f"{number}"}})
        for each in clients:
            self.assertEqual(each.scan(TableName="mixed", Select="COUNT")["Count"], 20)

    def test_the_aws_cli(self):
        aws = "/usr/bin/aws" if os.path.exists("/usr/bin/aws") else shutil.which("aws")
        if not aws:
            self.skipTest("the AWS CLI is not installed")
        server = self.start()
        for trust, status in ((server.trust, 0), (None, 254)):
            ended = subprocess.run(
                [
                    *(aws, "--endpoint-url", f"https://localhost:{server.tls_port}", "--region", "us-east-1"),
                    *("dynamodb", "list-tables", *(("--ca-bundle", trust) if trust else ())),
                ],
                env={
                    "PATH": os.environ["PATH"],
                    "AWS_ACCESS_KEY_ID": "x",
                    "AWS_SECRET_ACCESS_KEY": "x",
                    "AWS_EC2_METADATA_DISABLED": "true",
                    "AWS_MAX_ATTEMPTS": "1",
                },
                capture_output=True,
                text=True,
                timeout=WAIT_LIMIT,
                check=False,
            )
            self.assertEqual(ended.returncode == 0, status == 0, ended.stderr)


class GivenCertificateTest(TlsTest):
    def test_it_is_what_clients_get(self):
        certificate, key = make_certificate(self.folder, "given")
        server = self.start("--tls-certificate", certificate, "--tls-key", key, data=self.data)
        self.assertEqual(server.trust, certificate)
        with open(certificate, encoding="utf-8") as file:
            expected = file.read()
        for port in (server.port, server.tls_port):
            for name in ("localhost", "db.example.com", "127.0.0.1"):
                self.assertEqual(self.peer(port, name, certificate), expected)
        self.check_list(self.connection(server.tls_port, certificate))

    def test_a_renewed_one_is_read_at_sighup(self):
        certificate, key = make_certificate(self.folder, "given")
        server = self.start("--tls-certificate", certificate, "--tls-key", key)
        before = self.peer(server.tls_port, "localhost", certificate)
        os.rename(key, key + ".away")
        server.signal(signal.SIGHUP)
        self.wait_for(lambda: "certificate could not be reloaded on SIGHUP" in server.messages())
        self.assertEqual(self.peer(server.tls_port, "localhost", certificate), before)
        make_certificate(self.folder, "given")
        server.signal(signal.SIGHUP)
        self.wait_for(lambda: "certificate reloaded on SIGHUP" in server.messages())
        self.assertNotEqual(self.peer(server.tls_port, "localhost", certificate), before)

    def wait_for(self, condition):
        end = time.monotonic() + WAIT_LIMIT
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)


class MistakesTest(TlsTest):
    def refused(self, status, *options):
        ended = subprocess.run(
            [Settings.binary, "serve", "--in-memory", "--port", "0", *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAIT_LIMIT,
            check=False,
        )
        self.assertEqual((ended.returncode, ended.stdout), (status, ""), ended.stderr)
        return ended.stderr

    def test_files(self):
        certificate, key = make_certificate(self.folder, "one")
        other, other_key = make_certificate(self.folder, "other")
        _, locked = make_certificate(self.folder, "locked", "secret")
        no_certificate = "There is no certificate in PEM form in {}: name another file with --tls-certificate.\n"
        no_key = "There is no private key in PEM form without a passphrase in {}: name another file with --tls-key.\n"
        for first, second, sentence in (
            ("/nowhere.pem", key, no_certificate.format("/nowhere.pem")),
            (key, key, no_certificate.format(key)),
            (certificate, "/nowhere.key", no_key.format("/nowhere.key")),
            (certificate, other, no_key.format(other)),
            (certificate, locked, no_key.format(locked)),
            (
                certificate,
                other_key,
                f"The key in {other_key} does not belong to the certificate in {certificate}: name files that belong "
                "together with --tls-certificate and --tls-key.\n",
            ),
        ):
            given = self.refused(1, "--tls", "--tls-port", "0", "--tls-certificate", first, "--tls-key", second)
            self.assertEqual(given, sentence)

    def test_options(self):
        self.assertIn("--tls-certificate requires --tls", self.refused(2, "--tls-certificate", "x", "--tls-key", "y"))
        self.assertIn("requires --tls-key", self.refused(2, "--tls", "--tls-certificate", "x"))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertEqual(
                self.refused(1, "--tls", "--tls-port", str(port)),
                f"Cannot listen on 127.0.0.1:{port}: the port is in use; stop the program that uses it, or name another "
                "port with --tls-port.\n",
            )


if __name__ == "__main__":
    run_module(__doc__, storages=("memory",))
