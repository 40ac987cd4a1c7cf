"""HTTP/1.1 byte by byte: what a client library would not let a test send, and what it would hide of the reply."""
import json
import socket
from dataclasses import dataclass, field

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=dummy/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0" * 64
)
JSON_TYPE = "application/x-amz-json-1.0"


@dataclass
class Reply:
    status: int
    reason: str
    headers: dict  # names in lower case
    body: bytes = b""
    interim: list = field(default_factory=list)  # statuses of 1xx replies before this one

    def json(self):
        return json.loads(self.body)

    def error(self):
        """The name of the error, without what stands before '#'."""
        return self.json()["__type"].split("#")[-1]


def request(operation, body, method="POST", target="/", version="HTTP/1.1", without=(), **headers):
    """A request's bytes. `headers` replace the usual ones, '_' standing for '-'; `without` leaves some out."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {
        "Host": "127.0.0.1",
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Content-Type": JSON_TYPE,
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": AUTHORIZATION,
        "Content-Length": str(len(payload)),
    }
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in usual.items() if name not in without]
    return "\r\n".join([f"{method} {target} {version}", *lines, "", ""]).encode() + payload


class RawConnection:
    """One connection; replies come in the order of the requests. Errors: OSError, EOFError at the peer's end."""

    def __init__(self, server, timeout=20.0):
        self.socket = socket.create_connection((server.host, server.port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"the server closed the connection after {self.buffer[:200]!r}")
        self.buffer += data

    def _until(self, mark):
        while mark not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def read(self, has_body=True):
        """The next final reply; `has_body` is False after HEAD."""
        interim = []
        while True:
            status_line, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            status = int(status_line.split(" ", 2)[1])
            if status >= 200:
                break
            interim.append(status)
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        reply = Reply(status, status_line.split(" ", 2)[2], headers, b"", interim)
        length = int(headers["content-length"]) if has_body else 0
        while len(self.buffer) < length:
            self._more()
        reply.body, self.buffer = self.buffer[:length], self.buffer[length:]
        return reply

    def call(self, operation, body, **options):
        self.send(request(operation, body, **options))
        return self.read()

    def is_closed(self):
        """Whether the server ends the connection with nothing more to say."""
        try:
            return not self.buffer and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def call(server, operation, body, **options):
    """A request on a connection of its own."""
    with RawConnection(server) as connection:
        return connection.call(operation, body, **options)
