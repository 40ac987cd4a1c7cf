#!/usr/bin/env python3
"""A stand-in for dynarock in bench_test.py: takes its options, keeps items in a dictionary, does just what the tool asks.

FAKE_WITHOUT_BATCH=1 in the environment makes it know no BatchWriteItem; FAKE_WRONG=1 makes its Query find nothing;
FAKE_ITEMS=FILE makes it write its items, and how many it was given, there when it is ended by SIGTERM.
"""

import argparse
import json
import os
import signal
import socketserver
import sys
from http.server import BaseHTTPRequestHandler

items = {}
keys_put = []  # with repetitions; appending is safe between threads
tables = set()


def put(row: dict) -> dict:
    key = row["pk"]["S"], row["sk"]["S"]
    keys_put.append(key)
    items[key] = row
    return {}


def update(request: dict) -> dict:
    row = items[request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]]
    old = dict(row)
    row["edited"] = request["ExpressionAttributeValues"][":e"]
    return {"Attributes": old}


def batch_write(request: dict):
    if os.environ.get("FAKE_WITHOUT_BATCH"):
        return None
    for write in request["RequestItems"]["bench-messages"]:
        put(write["PutRequest"]["Item"])
    return {"UnprocessedItems": {}}


def transact_write(request: dict) -> dict:
    for action in request["TransactItems"]:
        put(action["Put"]["Item"])
    return {}


def batch_get(request: dict) -> dict:
    keys = [(key["pk"]["S"], key["sk"]["S"]) for key in request["RequestItems"]["bench-messages"]["Keys"]]
    assert len(set(keys)) == len(keys) == 100, "a key is named twice"
    return {"Responses": {"bench-messages": [items[key] for key in keys]}, "UnprocessedKeys": {}}


def execute_statement(request: dict) -> dict:
    assert request["Statement"] == 'SELECT * FROM "bench-messages" WHERE pk = ? AND sk = ?'
    partition, sort = request["Parameters"]
    return {"Items": [items[partition["S"], sort["S"]]]}


def query(request: dict) -> dict:
    values = request["ExpressionAttributeValues"]
    name, value = ("message_group_uuid", ":group") if "IndexName" in request else ("pk", ":pk")
    found = [row for row in list(items.values()) if row.get(name) == values[value]]
    found = [row for row in found if row["sk"]["S"].startswith(values[":year"]["S"])]
    found.sort(key=lambda row: row["sk"]["S"], reverse=True)
    found = [] if os.environ.get("FAKE_WRONG") else found[: request["Limit"]]
    return {"Items": found, "Count": len(found), "ScannedCount": len(found)}


def create_table(request: dict):
    if request["TableName"] in tables:
        return None
    tables.add(request["TableName"])
    return {}


def delete_table(request: dict) -> dict:
    tables.discard(request["TableName"])
    items.clear()
    return {}


def describe_table(request: dict):
    return {"Table": {"TableStatus": "ACTIVE"}} if request["TableName"] in tables else None


OPERATIONS = {
    "ListTables": lambda request: {"TableNames": sorted(tables)},
    "CreateTable": create_table,
    "DescribeTable": describe_table,
    "DeleteTable": delete_table,
    "PutItem": lambda request: put(request["Item"]),
    "BatchWriteItem": batch_write,
    "TransactWriteItems": transact_write,
    "BatchGetItem": batch_get,
    "ExecuteStatement": execute_statement,
    "GetItem": lambda request: {"Item": items[request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]]},
    "UpdateItem": update,
    "Query": query,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet a reply

    def do_GET(self):
        self._reply(200, {})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        reply = OPERATIONS[operation](body) if operation in OPERATIONS else {}
        if reply is None:
            kind = "ResourceInUseException" if operation == "CreateTable" else "UnknownOperationException"
            self._reply(400, {"__type": f"com.amazonaws.dynamodb#{kind}"})
        else:
            self._reply(200, reply)

    def _reply(self, status: int, reply: dict):
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class ThreadingServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def end(*_):
    if os.environ.get("FAKE_ITEMS"):
        with open(os.environ["FAKE_ITEMS"], "w", encoding="utf-8") as file:
            json.dump({"puts": len(keys_put), "items": list(items.values())}, file)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("serve", nargs="?")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data")
    parser.add_argument("--in-memory", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, end)
    ThreadingServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    sys.exit(main())
