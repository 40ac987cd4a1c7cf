#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets, most of them from the conformance cases.

  tools/fuzz/seeds.py FOLDER    FOLDER/TARGET/NUMBER gets one input each
"""
import io
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPRESSIONS = {
    "ConditionExpression": "condition",
    "FilterExpression": "condition",
    "KeyConditionExpression": "key_condition",
    "ProjectionExpression": "projection",
    "UpdateExpression": "update",
    "Statement": "partiql",
}
LONGEST = 16 * 1024  # bytes of an input
FILTER_EVENT = (
    '{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"MSG#1"}},"SizeBytes":42,"NewImage":{"n":{"N":"42"},'
    '"l":{"L":[{"S":"q"},{"N":"1"}]},"flag":{"BOOL":true},"nothing":{"NULL":true}}}}'
)


class Seeds:
    def __init__(self):
        self.inputs = {}  # target -> texts in the order found

    def add(self, target, text):
        data = text.encode() if isinstance(text, str) else text
        if len(data) <= LONGEST:
            self.inputs.setdefault(target, {})[data] = None

    def write(self, folder):
        for target, inputs in self.inputs.items():
            path = folder / target
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
            for number, data in enumerate(inputs):
                (path / f"{number:04}").write_bytes(data)


def requests(path):
    """(operation, body) of each request of a case file; variables and generators stand for something simple."""
    text = re.sub(r"\n[ \t]+", " ", path.read_text(encoding="utf-8"))
    for match in re.finditer(r"^([A-Z][A-Za-z]+) (\{.*\})$", text, re.M):
        body = re.sub(r"\$repeat\(([^,()]*),\d+\)", r"\1", match[2])
        body = re.sub(r'"\$[a-z]"', '"t"', body)
        yield match[1], body


def walk(value):
    """All members of a JSON value, at all levels."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from walk(member)
    elif isinstance(value, list):
        for member in value:
            yield from walk(member)


def add_cases(seeds):
    numbers = ["0", "1e-130", "-9.9999999999999999999999999999999999999E+125", "1.5", "00.10", "1e400", "+1", ".5", "1.", "-0"]
    for path in sorted((ROOT / "conformance/cases").rglob("*.case")):
        for operation, body in requests(path):
            seeds.add("request", f"{operation}\n{body}")
            try:
                members = list(walk(json.loads(body)))
            except ValueError:
                continue
            for name, value in members:
                if name in EXPRESSIONS and isinstance(value, str):
                    seeds.add(EXPRESSIONS[name], value)
                elif name in ("Item", "Key", "ExpressionAttributeValues") and isinstance(value, dict):
                    seeds.add("attribute_value", json.dumps(value))
                elif name == "N" and isinstance(value, str) and len(value) < 200:
                    numbers.append(value)
    for first, second in zip(numbers, numbers[1:] + numbers[:1]):
        seeds.add("number", f"{first}\n{second}")


def add_signed_requests(seeds):
    """AWS's own, and some of ours, with bodies and in chunks."""
    text = (ROOT / "protocol/sigv4/signature_vectors.txt").read_text(encoding="utf-8")
    for request in re.findall(r"^--- (?:header|query)-signed-request\n(.*?)(?=^---|^===|\Z)", text, re.S | re.M):
        head, _, body = request.rstrip("\n").partition("\n\n")
        wire = head.replace("\n", "\r\n") + "\r\n\r\n" + body
        seeds.add("signature", wire)
        seeds.add("http_request", wire)
    head = "POST / HTTP/1.1\r\nHost: localhost:8000\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
    seeds.add("http_request", f"{head}Content-Length: 2\r\n\r\n{{}}GET / HTTP/1.1\r\n\r\n")
    seeds.add("http_request", f"{head}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n1;a=b\r\n}}\r\n0\r\nTrailer: x\r\n\r\n")
    seeds.add("http_request", f"{head}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
    seeds.add("http_request", "GET http://localhost/health?a=b HTTP/1.0\r\n\r\n")


def add_filters(seeds):
    for source in ("event_filter_test.cc", "filter_pattern_test.cc"):
        text = (ROOT / "server/lambda" / source).read_text(encoding="utf-8")
        for pattern in re.findall(r'R"\((\{.*?\})\)"', text, re.S):
            seeds.add("filter_pattern", f"{' '.join(pattern.split())}\n{FILTER_EVENT}")


def add_archives(seeds):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        for name in ("f.py", "../f.py", "/etc/f.py", "d/", "a/b/c.py", "a\\b.py", "n\u00e9.py"):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", method) as archive:
                archive.writestr(name, b"def handler(event, context):\n    return event\n")
                archive.writestr("second.txt", b"x" * 500)
            seeds.add("archive", out.getvalue())
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "../outside")
        archive.writestr("link/f.py", "x")
    seeds.add("archive", out.getvalue())


def field(number, data):
    return bytes([number, len(data)]) + data


def add_records(seeds):
    """Records of one member each, in each form a member can have; a change of them joins several."""
    inner = field(1, b"inner") + field(2, (1).to_bytes(8, "big"))
    for kind in b"TSMF":
        seeds.add("record", bytes([kind]))
        for number in range(1, 41):
            for data in ((1).to_bytes(8, "big"), b"\x01", b"name", field(1, b"inner"), inner):
                seeds.add("record", bytes([kind]) + field(number, data))


def add_credentials(seeds):
    seeds.add("credentials", "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n")
    seeds.add("credentials", "# two\n[a]\naws_access_key_id=A\naws_secret_access_key=b\naws_session_token=c\n\n[profile b]\ns3 =\n  x = y\n")
    seeds.add("credentials", "aws_access_key_id = A\n[broken\n;\n[]\nno value\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    seeds = Seeds()
    for add in (add_cases, add_signed_requests, add_filters, add_archives, add_records, add_credentials):
        add(seeds)
    seeds.write(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
