"""Makes and fills the bench table over HTTP, as fast as an emulator takes it."""

import json
import time
from itertools import islice

from connection import BenchError, Connection, Endpoint, request_bytes
from rows import TABLE, create_table_request, rows, typed

SOCKETS = 4
PUT_DEPTH = 32  # requests in progress on one socket
BATCH_DEPTH = 4
BATCH_ROWS = 25  # BatchWriteItem's own limit


def create_table(endpoint: Endpoint, replace: bool, table: str = TABLE, timeout: float = 30.0):
    """Creates the table and waits until it and its index are ACTIVE.

    Errors: BenchError when the table exists and `replace` is false, so that no user's data is thrown away unasked.
    """
    deadline = time.monotonic() + timeout
    with Connection(endpoint) as connection:
        status, reply = connection.call("CreateTable", create_table_request(table))
        if "ResourceInUseException" in str(reply.get("__type")):
            if not replace:
                raise BenchError(f"{endpoint.url} already has a table {table}; give --replace to delete it first.")
            _delete_and_wait(connection, table, deadline)
            status, reply = connection.call("CreateTable", create_table_request(table))
        if status != 200:
            raise BenchError(f"{endpoint.url} refused CreateTable: {status} {reply}.")
        while not _is_active(connection.call("DescribeTable", {"TableName": table})):
            _pause(deadline, f"{endpoint.url} did not make {table} ACTIVE in {timeout:.0f} s.")


def delete_table(endpoint: Endpoint, table: str):
    """Deletes a bench table. Errors: BenchError."""
    with Connection(endpoint) as connection:
        status, reply = connection.call("DeleteTable", {"TableName": table})
        if status != 200:
            raise BenchError(f"{endpoint.url} kept the table {table}: DeleteTable gave {status} {reply}.")


def fill(endpoint: Endpoint, items: int, timeout: float) -> dict:
    """Writes `items` rows; by BatchWriteItem if the server has it, else by pipelined PutItem.

    Returns the operation used and the rows a second. Errors: BenchError on any refusal, or after `timeout` seconds.
    """
    connections = []
    started = time.monotonic()
    try:
        for _ in range(SOCKETS):
            connections.append(Connection(endpoint))
        batched = _has_batch_write(connections[0])
        requests = _batches(items) if batched else _puts(items)
        operation, depth = ("BatchWriteItem", BATCH_DEPTH) if batched else ("PutItem", PUT_DEPTH)
        packed = (request_bytes(endpoint, operation, json.dumps(r, separators=(",", ":")).encode()) for r in requests)
        while _round(connections, packed, depth, operation):
            if time.monotonic() - started > timeout:
                raise BenchError(f"{endpoint.url} did not take {items} rows in {timeout:.0f} s (see --fill-timeout).")
    finally:
        for connection in connections:
            connection.close()
    return {"operation": operation, "rows_per_second": items / (time.monotonic() - started)}


def _round(connections: list, packed, depth: int, operation: str) -> bool:
    """Sends up to `depth` requests on each connection, then reads all replies; False when there was nothing to send."""
    sent = []
    for connection in connections:
        burst = list(islice(packed, depth))
        if burst:
            connection.send(b"".join(burst))
        sent.append(len(burst))
    for connection, count in zip(connections, sent):
        unprocessed = [_unprocessed(*connection.receive(), operation) for _ in range(count)]
        for request in filter(None, unprocessed):
            _write_rest(connection, request)
    return sent[0] > 0


def _unprocessed(status: int, body: bytes, operation: str) -> dict:
    """The part of an accepted request that is still to do. Errors: BenchError when it was refused."""
    if status != 200:
        raise BenchError(f"Filling stopped: {operation} gave {status} {body[:300].decode(errors='replace')}.")
    return json.loads(body).get("UnprocessedItems", {}) if operation == "BatchWriteItem" else {}


def _write_rest(connection: Connection, unprocessed: dict, attempts: int = 50):
    for _ in range(attempts):
        status, reply = connection.call("BatchWriteItem", {"RequestItems": unprocessed})
        unprocessed = _unprocessed(status, json.dumps(reply).encode(), "BatchWriteItem")
        if not unprocessed:
            return
        time.sleep(0.05)
    raise BenchError(f"Filling stopped: BatchWriteItem left items unprocessed {attempts} times.")


def _puts(items: int):
    for row in rows(items):
        yield {"TableName": TABLE, "Item": typed(row)}


def _batches(items: int):
    all_rows = rows(items)
    while batch := list(islice(all_rows, BATCH_ROWS)):
        yield {"RequestItems": {TABLE: [{"PutRequest": {"Item": typed(row)}} for row in batch]}}


def _has_batch_write(connection: Connection) -> bool:
    status, _ = connection.call("BatchWriteItem", next(_batches(100)))
    return status == 200


def _is_active(answer: tuple) -> bool:
    status, reply = answer
    table = reply.get("Table", {})
    indexes = table.get("GlobalSecondaryIndexes", [])
    return status == 200 and all(part.get("TableStatus", part.get("IndexStatus")) == "ACTIVE" for part in [table, *indexes])


def _delete_and_wait(connection: Connection, table: str, deadline: float):
    connection.call("DeleteTable", {"TableName": table})
    while connection.call("DescribeTable", {"TableName": table})[0] == 200:
        _pause(deadline, f"The old table {table} was not deleted in time.")


def _pause(deadline: float, complaint: str):
    if time.monotonic() > deadline:
        raise BenchError(complaint)
    time.sleep(0.05)
