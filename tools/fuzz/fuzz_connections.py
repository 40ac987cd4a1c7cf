#!/usr/bin/env python3
"""Random connections to a dynarock built with sanitizers: HTTP's framing, Lambda's API, the administration of triggers.

  tools/fuzz/fuzz_connections.py --binary build/dev/server/dynarock --minutes 10 [--seed N] [--last FILE]

The server must stay alive, answer /health in between, end at SIGTERM and report no fault of memory. FILE holds the bytes of
the newest connections. Exits with 1 if something was found.
"""
import argparse
import base64
import collections
import gzip
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

CHECKED_AFTER = 100  # connections between two looks at /health
HEALTH_LIMIT = 60.0  # seconds; sanitizers are slow
STOP_LIMIT = 60.0
KEPT = 200  # connections in the file of the newest ones
FAULTS = ("AddressSanitizer", "runtime error", "LeakSanitizer", "ThreadSanitizer", "terminate called", "Assertion")

SIGNED = (
    "Authorization: AWS4-HMAC-SHA256 Credential=fuzz/20260101/us-east-1/{service}/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=00\r\nX-Amz-Date: 20260101T000000Z\r\n"
)
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE", "get", "G\x00T", "M" * 300]
VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "http/1.1", "", "HTTP/1.1 x"]
TARGETS = [
    "/", "//", "/health", "/metrics", "*", "", "/%00", "/%zz", "http://127.0.0.1/", "http://dynamodb.us-east-1.amazonaws.com/",
    "http://[::1]:99999/", "http://@/", "localhost:443", "dynamodb.us-east-1.amazonaws.com:443", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256",
    "/" + "a" * 9000, "/_dynarock/", "/_dynarock/triggers", "/2015-03-31/functions", "/../../etc/passwd",
]  # fmt: skip
HEADERS = [
    "Host: 127.0.0.1", "Host: localhost", "Host: evil.example", "Host:", "Host: a\r\nHost: b", "Content-Length: 0", "Content-Length: 5",
    "Content-Length: -1", "Content-Length: 5, 5", "Content-Length: 99999999999999999999", "Content-Length: 16777217",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding:\tchunked",
    "Transfer-Encoding : chunked", "Expect: 100-continue", "Connection: close", "Connection: keep-alive, upgrade", "Upgrade: h2c",
    "Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: br", "Accept-Encoding: gzip;q=0, *", "Accept-Encoding: gzip",
    "Content-Type: application/x-amz-json-1.0", "Content-Type: text/plain", "Origin: http://evil.example", "Origin: null",
    "Sec-Fetch-Site: cross-site", "X-Amz-Target: DynamoDB_20120810.ListTables", "X-Amz-Target: DynamoDB_20120810.Scan",
    "X-Amz-Target: \xff", "Authorization: AWS4-HMAC-SHA256 Credential=", "Authorization: AWS4-", "X-Amz-Date: 20260101T000000Z",
    "X-Amz-Client-Context: e30=", "X-Amz-Client-Context: a\x01b", "Folded: a\r\n b", "No colon", ": no name", "X: " + "y" * 20000, "\x00: \x00",
    "Access-Control-Request-Method: POST", "Trailer: Host",
]  # fmt: skip
BODIES = [b"", b"{}", b"[" * 100000, b'{"a":', b"\x1f\x8b\x08\x00broken", gzip.compress(b"{}" * 5000), b"\x16\x03\x01\x02\x00\x01", b"x" * 70000]
CHUNKS = ["0", "1", "5", "a", "ffffffffffffffff", "00000000000000005", "-1", "5;x=y", "5;" + "x" * 5000, " 5", "5 ", "", "g", "0x5"]
NAMES = ["f", "missing", "..", "a/b", "%2e%2e", "x" * 200, "f:1", "arn:aws:lambda:us-east-1:000000000000:function:f", "\u00e9", ""]


def small_zip(rnd):
    """An archive with a handler, sometimes with a hostile name or damage."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rnd.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for _ in range(rnd.randint(0, 3)):
            name = rnd.choice(["f.py", "../f.py", "/etc/f.py", "a/../../b.py", "a\\..\\b.py", "d/", "x" * 300, "f.py", "n\u00e9.py"])
            archive.writestr(name, rnd.choice([b"def handler(e, c):\n    return e\n", b"", b"x" * 100000]))
    data = bytearray(out.getvalue())
    for _ in range(rnd.choice([0, 0, 1, 8])):
        data[rnd.randrange(len(data))] = rnd.randrange(256)
    return bytes(data[: rnd.randint(0, len(data))] if rnd.random() < 0.1 else data)


def junk(rnd, depth=0):
    """A JSON value that no member accepts."""
    simple = [None, True, 0, -1, 1.5e308, "", "x", "\u202e", "a" * 70000, [], {}, "http://127.0.0.1:1/", "http://localhost:99999999999999999999/"]
    if depth > 3 or rnd.random() < 0.7:
        return rnd.choice(simple)
    return [junk(rnd, depth + 1)] if rnd.random() < 0.5 else {rnd.choice(["S", "N", "a", ""]): junk(rnd, depth + 1)}


def function_request(rnd):
    """A body of CreateFunction and its like."""
    body = {
        "FunctionName": rnd.choice(NAMES),
        "Runtime": rnd.choice(["python3.12", "nodejs20.x", "provided.al2023", "cobol"]),
        "Handler": rnd.choice(["f.handler", "f", "../f.handler", "f.none", ""]),
        "Role": "arn:aws:iam::000000000000:role/r",
        "Timeout": rnd.choice([1, 2, 0, -1, 901]),
        "Environment": {"Variables": {rnd.choice(["A", "A=B", "", "PATH", "a\nb"]): rnd.choice(["1", "\u0000", "x" * 5000])}},
        "Code": rnd.choice(
            [
                {"ZipFile": base64.b64encode(small_zip(rnd)).decode()},
                {"ZipFile": "!!!"},
                {"ImageUri": rnd.choice(["http://127.0.0.1:1/x", "http://[::1", "builtin:cruddur-messaging-stream", "http://h:99999999999/", "file:///x"])},
                {"S3Bucket": "local", "S3Key": rnd.choice(["/nonexistent", "../..", ""])},
            ]
        ),
    }
    return damaged(rnd, body)


def mapping_request(rnd):
    """A body of CreateEventSourceMapping and of the administration of triggers."""
    body = {
        "FunctionName": rnd.choice(NAMES),
        "EventSourceArn": rnd.choice(["", "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x", "arn:", "arn:aws:kinesis:a:b:c"]),
        "Table": rnd.choice(["t", "", "\u00e9"]),
        "StartingPosition": rnd.choice(["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
        "BatchSize": rnd.choice([1, 10000, 0, 1 << 40]),
        "FilterCriteria": {"Filters": [{"Pattern": rnd.choice(["{}", '{"a":[{"prefix":""}]}', "[" * 5000, '{"a":[{"numeric":["<"]}]}'])}]},
        "DestinationConfig": {"OnFailure": {"Destination": rnd.choice(["file:///etc/x", "http://h\r\nX: y/", "arn:aws:sqs:a:b:c", "file://../x"])}},
    }
    return damaged(rnd, body)


def damaged(rnd, body):
    """The body as bytes, with members dropped, replaced or repeated, and sometimes torn."""
    for name in list(body):
        if rnd.random() < 0.1:
            body[name] = junk(rnd)
        elif rnd.random() < 0.1:
            del body[name]
    text = json.dumps(body)
    if rnd.random() < 0.1 and len(text) > 2:
        text = text[:-1] + "," + json.dumps(rnd.choice(list(body) or ["a"])) + ":" + json.dumps(junk(rnd)) + "}"
    data = text.encode()
    return data[: rnd.randint(0, len(data))] if rnd.random() < 0.05 else data


def lambda_request(rnd):
    """A well-framed request to Lambda's API or to the administration of triggers."""
    base = "/2015-03-31"
    name = rnd.choice(NAMES)
    method, path, body = rnd.choice(
        [
            ("POST", f"{base}/functions", function_request(rnd)),
            ("GET", f"{base}/functions/{name}", b""),
            ("GET", f"{base}/functions?MaxItems={rnd.choice([1, 0, -1, 'x'])}&Marker={name}", b""),
            ("PUT", f"{base}/functions/{name}/code", function_request(rnd)),
            ("PUT", f"{base}/functions/{name}/configuration", function_request(rnd)),
            ("POST", f"{base}/functions/{name}/invocations", rnd.choice([b"{}", b"", b"{", b"[" * 5000])),
            ("DELETE", f"{base}/functions/{name}", b""),
            ("POST", f"{base}/event-source-mappings", mapping_request(rnd)),
            ("POST", f"{base}/event-source-mappings/", mapping_request(rnd)),
            ("GET", f"{base}/event-source-mappings?FunctionName={name}", b""),
            ("PUT", f"{base}/event-source-mappings/{name}", mapping_request(rnd)),
            ("DELETE", f"{base}/event-source-mappings/{name}", b""),
            (rnd.choice(["GET", "POST", "DELETE"]), f"/_dynarock/triggers{rnd.choice(['', '/', '/' + name, '/calls', '?x=%'])}", mapping_request(rnd)),
        ]
    )
    path = path.encode("ascii", "xmlcharrefreplace").decode()
    kind = rnd.choice(["RequestResponse", "Event", "DryRun", "x\x7f"])
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n" + SIGNED.format(service="lambda")
    head += f"X-Amz-Invocation-Type: {kind}\r\nX-Amz-Client-Context: {rnd.choice(['e30=', 'a b', '{}'])}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("latin-1") + body


def http_request(rnd):
    """A request of random pieces."""
    lines = [" ".join(part for part in (rnd.choice(METHODS[:3] + METHODS), rnd.choice(TARGETS), rnd.choice(VERSIONS)) if part)]
    lines += rnd.choices(HEADERS, k=rnd.choice([0, 1, 3, 6, 60]))
    body = rnd.choice(BODIES)
    if rnd.random() < 0.5:
        lines.append(f"Content-Length: {len(body)}")
    if rnd.random() < 0.5:
        lines.append(SIGNED.format(service="dynamodb").strip())
    if rnd.random() < 0.2:
        lines.append("Transfer-Encoding: chunked")
        parts = [f"{rnd.choice(CHUNKS)}\r\n{'x' * rnd.choice([0, 1, 5, 10])}\r\n" for _ in range(rnd.randint(0, 5))]
        body = ("".join(parts) + rnd.choice(["0\r\n\r\n", "0\r\nHost: x\r\nX-Amz-Target: y\r\n\r\n", ""])).encode()
    return rnd.choice(["", "", "\r\n", "\n"]).encode() + "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def connection_bytes(rnd):
    """What one connection sends."""
    data = b"".join(rnd.choice([http_request, http_request, lambda_request])(rnd) for _ in range(rnd.choice([1, 1, 2, 5])))
    if rnd.random() < 0.1:
        data = bytearray(data)
        for _ in range(rnd.randint(1, 10)):
            data[rnd.randrange(len(data))] = rnd.randrange(256)
        data = bytes(data)
    if rnd.random() < 0.05:
        data = rnd.choice([b"\x16\x03\x01\x00\xa5\x01", b"\x80\x2e\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]) + rnd.randbytes(200)
    return data


class Server:
    """The server under test, its data in a folder of its own."""

    def __init__(self, binary):
        self.folder = tempfile.TemporaryDirectory()
        self.errors = Path(self.folder.name) / "stderr"
        command = [binary, "serve", "--port", "0", "--data", f"{self.folder.name}/data", "--log-level", "debug", "--header-timeout", "2", "--body-timeout", "2"]
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline().decode()
        self.port = int(line.split("http://127.0.0.1:")[1].split(",")[0].split()[0])

    def send(self, data, rnd):
        """Sends in one piece or several, reads a little or nothing, and hangs up."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                connection.settimeout(0.3)
                pieces = rnd.choice([1, 1, 3])
                for i in range(pieces):
                    connection.sendall(data[len(data) * i // pieces : len(data) * (i + 1) // pieces])
                if rnd.random() < 0.8:
                    connection.recv(65536)
        except OSError:
            pass  # refused, reset or slow: all are allowed

    def is_healthy(self):
        """Whether /health is answered."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=HEALTH_LIMIT) as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                return b"200 OK" in connection.recv(4096)
        except OSError:
            return False

    def faults(self):
        """Lines of the log that a sanitizer or the runtime wrote."""
        text = self.errors.read_text(errors="replace")
        return [line for line in text.splitlines() if line[:4] != "2026" and any(fault in line for fault in FAULTS)]

    def stop(self):
        """Its exit status at SIGTERM, or None if it does not end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def run(options):
    rnd = random.Random(options.seed)
    server = Server(options.binary)
    newest = collections.deque(maxlen=KEPT)
    end = time.monotonic() + options.minutes * 60
    sent, found = 0, []
    while time.monotonic() < end and not found and (options.connections is None or sent < options.connections):
        newest.append(connection_bytes(rnd))
        server.send(newest[-1], rnd)
        sent += 1
        if sent % CHECKED_AFTER == 0 and not server.is_healthy():
            found.append("/health is not answered")
        if server.process.poll() is not None:
            found.append(f"the server ended with {server.process.returncode}")
    if not found and (status := server.stop()) != 0:
        found.append("the server does not end at SIGTERM" if status is None else f"the server ended with {status} at SIGTERM")
    found += server.faults()
    if found:
        Path(options.last).write_bytes(b"\n----\n".join(newest))
        errors = f"{options.last}.log"
        Path(errors).write_bytes(server.errors.read_bytes())
        print("\n".join(found), f"\nthe newest connections are in {options.last}, the server's log in {errors}", sep="")
    server.process.kill()
    print(f"seed {options.seed}: {sent} connections, {'something' if found else 'nothing'} found")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, help="a dynarock built with sanitizers")
    parser.add_argument("--minutes", type=float, default=1, help="how long to run (default 1)")
    parser.add_argument("--connections", type=int, help="stop after this many connections")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="seed of the random numbers (default: the time)")
    parser.add_argument("--last", default="fuzz-last-connections", help="file for the newest connections if something is found")
    warnings.simplefilter("ignore")  # archives with repeated names are wanted here
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()
