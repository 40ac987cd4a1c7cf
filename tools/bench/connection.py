"""Raw HTTP/1.1 to a DynamoDB endpoint: one keep-alive connection, requests may be pipelined."""

import json
import socket
from dataclasses import dataclass


class BenchError(Exception):
    """Something the user should read as one sentence; ends the run."""


@dataclass(frozen=True)
class Endpoint:
    """A loopback address, already resolved to digits."""

    address: str
    port: int

    @property
    def authority(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}"


AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0" * 64
)


def request_bytes(endpoint: Endpoint, operation: str, body: bytes) -> bytes:
    """One DynamoDB request, with a signature of the right form that nothing has signed."""
    head = (
        f"POST / HTTP/1.1\r\nHost: {endpoint.authority}\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n"
        f"Content-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\n"
        f"Authorization: {AUTHORIZATION}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """A blocking keep-alive connection; replies come in the order of the requests.

    Errors: BenchError when the peer closes or is silent for `timeout` seconds.
    """

    def __init__(self, endpoint: Endpoint, timeout: float = 60.0):
        self._endpoint = endpoint
        self._buffer = bytearray()
        try:
            self._socket = socket.create_connection((endpoint.address, endpoint.port), timeout)
        except OSError as error:
            raise BenchError(f"Cannot connect to {endpoint.url}: {error}.") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def send(self, data: bytes):
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise BenchError(f"Sending to {self._endpoint.url} failed: {error}.") from error

    def receive(self) -> tuple[int, bytes]:
        """Status and body of the next reply."""
        head_end = self._fill_until(b"\r\n\r\n", 0)
        head = bytes(self._buffer[:head_end]).lower()
        del self._buffer[: head_end + 4]
        status = int(head[9:12])
        fields = dict(line.split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
        if b"content-length" in fields:
            return status, self._take(int(fields[b"content-length"]))
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            return status, self._take_chunks()
        if status in (204, 304):
            return status, b""
        raise BenchError(f"{self._endpoint.url} gave a reply without a length, so connections cannot be kept alive.")

    def call(self, operation: str, request: dict) -> tuple[int, dict]:
        """One request and its reply; a body that is not a JSON object becomes {"body": text}."""
        self.send(request_bytes(self._endpoint, operation, json.dumps(request, separators=(",", ":")).encode()))
        status, body = self.receive()
        try:
            reply = json.loads(body)
        except ValueError:
            reply = None
        return status, reply if isinstance(reply, dict) else {"body": body[:300].decode(errors="replace")}

    def _read_more(self):
        try:
            data = self._socket.recv(262144)
        except OSError as error:
            raise BenchError(f"Reading from {self._endpoint.url} failed: {error}.") from error
        if not data:
            raise BenchError(f"{self._endpoint.url} closed the connection before its reply was complete.")
        self._buffer += data

    def _fill_until(self, mark: bytes, start: int) -> int:
        while (found := self._buffer.find(mark, start)) < 0:
            self._read_more()
        return found

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._read_more()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _take_chunks(self) -> bytes:
        body = b""
        while True:
            line_end = self._fill_until(b"\r\n", 0)
            size = int(self._take(line_end + 2).split(b";")[0], 16)
            if size == 0:
                while self._take(self._fill_until(b"\r\n", 0) + 2) != b"\r\n":
                    pass
                return body
            body += self._take(size)
            self._take(2)
