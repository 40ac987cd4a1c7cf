#!/usr/bin/env python3
"""HTTP itself, byte by byte: what clients, proxies and enemies send the dynarock program, and what they must get."""
import json
import socket
import threading
import time
import zlib

from http_table import HttpTest, MEGABYTE, TABLE, get, put
from raw_http import JSON_TYPE, RawConnection, request
from running_server import raise_file_limit, run_module


class ConnectionsTest(HttpTest):
    def test_keep_alive(self):
        connection = self.connect()
        for number in range(20):
            reply = connection.call("PutItem", put(f"keep-{number}"))
            self.assertEqual((reply.status, reply.body), (200, b"{}"))
        self.assertEqual(connection.call("GetItem", get("keep-7")).json(), {"Item": {"pk": {"S": "keep-7"}}})

    def test_connection_close(self):
        connection = self.connect()
        reply = connection.call("ListTables", {}, Connection="close")
        self.assertEqual((reply.status, reply.headers["connection"]), (200, "close"))
        self.assertTrue(connection.is_closed())

    def test_http_1_0(self):
        connection = self.connect()
        self.assertEqual(connection.call("ListTables", {}, version="HTTP/1.0").status, 200)
        self.assertTrue(connection.is_closed())
        kept = self.connect()
        for _ in range(2):
            self.assertEqual(kept.call("ListTables", {}, version="HTTP/1.0", Connection="keep-alive").status, 200)

    def test_pipelining(self):
        connection = self.connect()
        keys = [f"pipe-{number}" for number in range(50)]
        connection.send(b"".join(request("PutItem", put(key)) + request("GetItem", get(key)) for key in keys))
        for key in keys:
            self.assertEqual(connection.read().body, b"{}")
            self.assertEqual(connection.read().json()["Item"]["pk"]["S"], key)

    def test_writes_of_one_row_that_come_together(self):
        connection = self.connect()
        add = {
            **get("together"),
            "UpdateExpression": "ADD reached :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            "ReturnValues": "UPDATED_NEW",
        }
        once = {**put("once"), "ConditionExpression": "attribute_not_exists(pk)"}
        connection.send(b"".join(request("UpdateItem", add) + request("PutItem", once) for _ in range(30)))
        for number in range(30):
            self.assertEqual(connection.read().json(), {"Attributes": {"reached": {"N": str(number + 1)}}})
            self.assertEqual(connection.read().status, 200 if number == 0 else 400)
        kinds = ("PutItem", put("gone")), ("DeleteItem", get("gone")), ("GetItem", get("gone"))
        connection.send(b"".join(request(*kind) for kind in kinds))
        self.assertEqual([connection.read().body for _ in kinds], [b"{}"] * 3)

    def test_connections_that_write_the_same_rows(self):
        def transaction(key):
            update = {
                **get(key),
                "UpdateExpression": "ADD reached :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
            return update, {"TransactItems": [{"Update": update}, {"Update": {**update, **get("shared-all")}}]}

        def write(number):
            connection = self.connect()
            for start in range(0, 100, 10):
                requests = []
                for place in range(start, start + 10):
                    update, together = transaction(f"shared-{(number + place) % 3}")
                    is_transaction = place % 10 == 9
                    requests.append(request("TransactWriteItems" if is_transaction else "UpdateItem",
                                            together if is_transaction else update))
                connection.send(b"".join(requests))
                statuses.extend(connection.read().status for _ in requests)

        statuses = []
        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 800)
        rows = [f"shared-{number}" for number in range(3)] + ["shared-all"]
        counts = [int(self.call("GetItem", get(row)).json()["Item"]["reached"]["N"]) for row in rows]
        self.assertEqual((sum(counts[:3]), counts[3]), (800, 80))

    def test_byte_by_byte(self):
        connection = self.connect()
        for byte in request("PutItem", put("slow")):
            connection.send(bytes([byte]))
        self.assertEqual(connection.read().status, 200)

    def test_reply_larger_than_the_buffers(self):
        # The client reads nothing until all is sent: the server must wait for it and mix nothing up.
        self.assertEqual(self.call("PutItem", put("large", text={"S": "x" * 300_000})).status, 200)
        connection = self.connect()
        connection.send(b"".join(request("GetItem", get("large")) for _ in range(30)))
        time.sleep(0.2)
        for _ in range(30):
            self.assertEqual(len(connection.read().json()["Item"]["text"]["S"]), 300_000)

    def test_expect_100_continue(self):
        self.expect_to_continue(request("PutItem", put("expect"), Expect="100-continue"))

    def test_expect_100_continue_with_a_long_head(self):
        # What is written before the reply must not take the request's memory.
        self.expect_to_continue(request("PutItem", put("expect"), Expect="100-continue", X_Long="x" * 12_000))

    def expect_to_continue(self, whole):
        connection = self.connect()
        head, body = whole.split(b"\r\n\r\n", 1)
        connection.send(head + b"\r\n\r\n")
        connection._until(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.send(body)
        self.assertEqual(connection.read().status, 200)
        self.assertEqual(connection.call("GetItem", get("expect")).status, 200)

    def test_chunked_body(self):
        connection = self.connect()
        body = json.dumps(put("chunked")).encode()
        head = request("PutItem", b"", without=("Content-Length",), Transfer_Encoding="chunked")
        chunks = b"".join(b"%x;name=value\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:8], body[8:]))
        connection.send(head + chunks + b"0\r\nTrailer: x\r\n\r\n")
        self.assertEqual(connection.read().status, 200)
        self.assertIn("Item", connection.call("GetItem", get("chunked")).json())

    def test_many_idle_connections(self):
        # More than the server's soft limit of open files allows when it starts.
        count = min(1200, raise_file_limit() - 200)
        idle = [self.connect() for _ in range(count)]
        self.assertEqual(self.call("PutItem", put("among-many")).status, 200)
        for connection in idle:
            connection.send(request("GetItem", get("among-many")))
        for connection in idle:
            self.assertIn("Item", connection.read().json())
        if count < 1200:
            self.skipTest(f"passed with {count} connections only: this machine allows no more open files")

    def test_connections_that_end_at_any_byte(self):
        whole = request("PutItem", put("half"))
        for size in range(0, len(whole), 7):
            with RawConnection(self.server) as connection:
                connection.send(whole[:size])
        self.assertNotIn("Item", self.call("GetItem", get("half")).json())
        self.check_alive()

    def test_half_closed(self):
        connection = self.connect()
        connection.send(request("ListTables", {}))
        connection.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(connection.read().status, 200)
        self.assertTrue(connection.is_closed())


# Requests that a proxy in front of the server may read in another way than the server does.
# Source: RFC 9112, sections 2.2, 3.2, 5.1, 5.2, 6.1 and 6.3
AMBIGUOUS = {
    "two hosts": b"POST / HTTP/1.1\r\nHost: x\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    "no host": b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two codings": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "another coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded header": b"POST / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "a blank before the colon": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}",
    "a NUL": b"POST / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    "a bare CR": b"POST / HTTP/1.1\r\nHost: x\r\nX: a\rContent-Length: 9\r\nContent-Length: 2\r\n\r\n{}",
    "bare LFs": b"POST / HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}",
    "a control character": b"POST / HTTP/1.1\r\nHost: x\r\nX: a\x01\r\nContent-Length: 2\r\n\r\n{}",
    "a bare LF in a chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n",
    "a chunk longer than its size": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
}


class FramingTest(HttpTest):
    def test_ambiguous_requests_are_refused(self):
        for name, data in AMBIGUOUS.items():
            with self.subTest(name):
                connection = self.connect()
                connection.send(data)
                reply = connection.read()
                self.assertEqual((reply.status, reply.headers["connection"]), (400, "close"))
                self.assertTrue(connection.is_closed())
        self.check_alive()

    def test_what_follows_an_ambiguous_request_is_not_read(self):
        for name, data in AMBIGUOUS.items():
            with self.subTest(name):
                connection = self.connect()
                connection.send(data + request("PutItem", put("smuggled")))
                self.assertEqual(connection.read().status, 400)
                self.assertTrue(connection.is_closed())
        self.assertNotIn("Item", self.call("GetItem", get("smuggled")).json())

    def test_trailers_are_no_headers(self):
        connection = self.connect()

        def send(without, trailers):
            head = request("ListTables", b"", without=("Content-Length", *without), Transfer_Encoding="chunked")
            connection.send(head + b"2\r\n{}\r\n0\r\n" + trailers + b"\r\n")
            return connection.read()

        authorization = request("ListTables", b"").split(b"Authorization: ")[1].split(b"\r\n")[0]
        reply = send(("Authorization",), b"Authorization: " + authorization + b"\r\n")
        self.assertEqual(reply.error(), "MissingAuthenticationTokenException")
        reply = send(("X-Amz-Target",), b"X-Amz-Target: DynamoDB_20120810.ListTables\r\n")
        self.assertEqual(reply.error(), "UnknownOperationException")
        reply = send((), b"Host: evil\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n")
        self.assertEqual((reply.status, reply.headers["connection"]), (200, "keep-alive"))

    def test_empty_lines_before_requests_are_skipped(self):
        connection = self.connect()
        one = request("ListTables", {})
        connection.send(b"\r\n" + one + b"\r\n\r\n" + one + b"\r\n" + one)
        for _ in range(3):
            self.assertEqual(connection.read().status, 200)
        for byte in b"\r\n" + one[:20]:
            connection.send(bytes([byte]))
            time.sleep(0.02)  # so that each byte is read by itself
        for byte in one[20:]:
            connection.send(bytes([byte]))
        self.assertEqual(connection.read().status, 200)

    def test_what_is_not_body_takes_no_memory(self):
        head = request("ListTables", b"", without=("Content-Length",), Transfer_Encoding="chunked")
        before = self.server.resident_kilobytes()
        for begin, endless in (
            (b"", b"0" * MEGABYTE),
            (b"1;", b"x" * MEGABYTE),
            (b"0\r\nX: ", b"y" * MEGABYTE),
            (b"0\r\n", b"X: y\r\n" * (MEGABYTE // 6)),
        ):
            connection = self.connect()
            with self.assertRaises((OSError, EOFError)):  # the server stops reading some seconds after its refusal
                connection.send(head + begin)
                for _ in range(600):
                    connection.send(endless)
                self.assertEqual(connection.read().status, 400)
                connection.read()
        self.assertLess(self.server.resident_kilobytes() - before, 100 * 1024)
        self.check_alive()


class OtherRequestsTest(HttpTest):
    def ask(self, method, target="/", **headers):
        connection = self.connect()
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if "Host" not in headers:
            lines.append("Host: x")
        connection.send("\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode())
        reply = connection.read(has_body=method != "HEAD")
        # Nothing more may lie on the connection: the next reply on it must be right.
        self.assertEqual(connection.call("ListTables", {}).json(), {"TableNames": [TABLE]})
        return reply

    def test_root_answers_as_dynamodb_local_and_closes(self):
        replies = []
        for method in ("GET", "HEAD"):
            connection = self.connect()
            connection.send(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            replies.append(connection.read(has_body=method != "HEAD"))
            self.assertTrue(connection.is_closed())
        self.assertEqual((replies[0].status, replies[0].error()), (400, "MissingAuthenticationToken"))
        self.assertEqual((replies[1].status, replies[1].headers["content-length"]), (400, replies[0].headers["content-length"]))

    def test_a_browser_sees_a_page(self):
        accept = "text/html,application/xhtml+xml,*/*;q=0.8"
        reply = self.ask("GET", "/", Host="localhost:8000", Accept=accept)
        self.assertEqual((reply.status, reply.headers["content-type"]), (200, "text/html; charset=utf-8"))
        self.assertIn("http://localhost:8000", reply.body.decode())
        self.assertIn("default-src 'none'", reply.headers["content-security-policy"])
        self.assertEqual(self.ask("HEAD", "/", Accept=accept).status, 200)
        self.assertEqual(self.ask("GET", "/abc", Accept=accept).status, 404)

    def test_other_paths_tell_nothing(self):
        for target in ("/abc", "/-", "/index.htm"):
            self.assertEqual(self.ask("GET", target).status, 404)

    def test_health(self):
        reply = self.ask("GET", "/health")
        self.assertEqual((reply.status, reply.json()), (200, {"status": "ok"}))
        self.assertEqual(self.ask("GET", "/health?verbose=1").status, 200)
        self.assertEqual(self.ask("HEAD", "/health").status, 200)

    def test_absolute_form(self):
        self.assertEqual(self.ask("GET", "http://127.0.0.1:8000/health").status, 200)
        self.assertEqual(self.call("ListTables", {}, target="http://dynamodb.us-east-1.amazonaws.com/").status, 200)
        self.assertEqual(self.call("ListTables", {}, target="http://localhost").status, 200)

    def test_cors(self):
        reply = self.ask(
            "OPTIONS",
            Origin="http://localhost:3000",
            Access_Control_Request_Method="POST",
            Access_Control_Request_Headers="x-amz-target,content-type",
        )
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["access-control-allow-origin"], "http://localhost:3000")
        self.assertEqual(reply.headers["vary"], "Origin")
        self.assertEqual(reply.headers["access-control-allow-headers"], "x-amz-target,content-type")
        self.assertEqual(reply.headers["access-control-allow-methods"], "POST")
        self.assertIn("access-control-expose-headers", reply.headers)
        self.assertEqual(reply.headers["access-control-max-age"], "172800")
        called = self.call("ListTables", {}, Origin="https://app.localhost")
        self.assertEqual(called.headers["access-control-allow-origin"], "https://app.localhost")
        self.assertIn("access-control-expose-headers", called.headers)
        self.assertNotIn("access-control-max-age", called.headers)

    def test_cors_of_other_pages(self):
        for origin in ("http://evil.example", "null", "http://localhost.evil.example"):
            asked = self.ask("OPTIONS", Origin=origin, Access_Control_Request_Method="POST")
            called = self.call("PutItem", put("by-a-page"), Origin=origin)
            for reply in (asked, called):
                self.assertEqual((reply.status, reply.error()), (403, "AccessDeniedException"))
                self.assertIn("--cors", reply.json()["message"])
                self.assertNotIn("access-control-allow-origin", reply.headers)
        self.assertEqual(self.call("PutItem", put("by-a-page"), Sec_Fetch_Site="cross-site").status, 403)
        self.assertNotIn("Item", self.call("GetItem", get("by-a-page")).json())

    def test_hosts(self):
        for host in ("dynamodb", "host.docker.internal:8000", "[::1]:8000", "dynamodb.eu-west-1.amazonaws.com"):
            self.assertEqual(self.call("ListTables", {}, Host=host).status, 200, host)
        for host in ("db.example.com", "localhost@evil.example", "127.0.0.1.nip.io", "2130706433"):
            reply = self.call("PutItem", put("by-a-name"), Host=host)
            self.assertEqual((reply.status, reply.error()), (403, "AccessDeniedException"), host)
            self.assertIn("--allow-host", reply.json()["message"])
            for target, status in (("/metrics", 403), ("/2015-03-31/functions", 403), ("/health", 200)):
                self.assertEqual(self.ask("GET", target, Host=host).status, status)
        self.assertEqual(self.call("ListTables", {}, Host="db.example.com", target="http://localhost/").status, 200)
        self.assertEqual(self.call("ListTables", {}, target="http://db.example.com/").status, 403)
        self.assertEqual(self.call("ListTables", {}, version="HTTP/1.0", without=("Host",)).status, 200)
        self.assertNotIn("Item", self.call("GetItem", get("by-a-name")).json())

    def test_no_cors_without_an_origin(self):
        # Source: observed: scylladb test/alternator/test_cors.py, dynalite test/connection.js (both against AWS)
        asked = self.ask("OPTIONS", Access_Control_Request_Method="POST")
        self.assertEqual(asked.status, 404)
        for reply in (asked, self.ask("GET", "/abc"), self.call("ListTables", {})):
            self.assertFalse([name for name in reply.headers if name.startswith("access-control-")])

    def test_other_methods(self):
        for method in ("PUT", "DELETE", "PATCH"):
            self.assertEqual(self.ask(method, "/t").status, 404)

    def test_amazon_headers(self):
        self.call("PutItem", put("crc", text={"S": "zoë 🐄" * 50}))
        ids = set()
        for operation, body in (
            ("GetItem", get("crc")),
            ("ListTables", {}),
            ("PutItem", put("")),
            ("Nonsense", {}),
            ("GetItem", b"{"),
        ):
            reply = self.call(operation, body)
            self.assertEqual(int(reply.headers["x-amz-crc32"]), zlib.crc32(reply.body))
            self.assertEqual(reply.headers["content-type"], JSON_TYPE)
            self.assertRegex(reply.headers["x-amzn-requestid"], "^[0-9A-Z]{52}$")
            ids.add(reply.headers["x-amzn-requestid"])
        self.assertEqual(len(ids), 5)

    def test_many_threads_and_connections(self):
        problems = []

        def work(worker):
            try:
                with RawConnection(self.server) as connection:
                    for number in range(60):
                        key = f"thread-{worker}-{number}"
                        assert connection.call("PutItem", put(key, n={"N": str(number)})).status == 200
                        assert connection.call("GetItem", get(key)).json()["Item"]["n"]["N"] == str(number)
            except Exception as problem:  # any: it is shown below
                problems.append(problem)

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(problems, [])


if __name__ == "__main__":
    run_module(__doc__)
