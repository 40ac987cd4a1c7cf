#!/usr/bin/env python3
"""Bodies in every encoding, and what is refused, sent to the dynarock program byte by byte."""
import gzip
import json
import socket
import zlib

from http_table import HttpTest, MEGABYTE, get, put
from raw_http import request
from running_server import run_module


class BodiesTest(HttpTest):
    def check_encoded(self, key, encoding, body):
        self.assertEqual(self.call("PutItem", body, Content_Encoding=encoding).body, b"{}")
        self.assertIn("Item", self.call("GetItem", get(key)).json())

    def test_gzip(self):
        body = json.dumps(put("gzip")).encode()
        self.check_encoded("gzip", "gzip", gzip.compress(body))

    def test_gzip_of_several_members(self):
        body = json.dumps(put("members")).encode()
        self.check_encoded("members", "gzip", b"".join(gzip.compress(body[i : i + 9]) for i in range(0, len(body), 9)))

    def test_deflate_with_and_without_zlib_wrapper(self):
        self.check_encoded("zlib", "deflate", zlib.compress(json.dumps(put("zlib")).encode()))
        raw = zlib.compressobj(wbits=-15)
        self.check_encoded("raw", "deflate", raw.compress(json.dumps(put("raw")).encode()) + raw.flush())

    def test_broken_gzip(self):
        packed = gzip.compress(json.dumps(put("broken")).encode())
        damaged = packed[:-6] + bytes([packed[-6] ^ 1]) + packed[-5:]
        # Source: observed: scylladb test/alternator/test_compressed_request.py (against AWS)
        for body in (b"no gzip at all", packed[:-1], packed[:12], damaged, packed + packed[:12], b""):
            self.assertEqual(self.call("PutItem", body, Content_Encoding="gzip").status, 500, body)
        for body in (b"not deflated", b""):
            self.assertEqual(self.call("PutItem", body, Content_Encoding="deflate").status, 500, body)
        self.assertNotIn("Item", self.call("GetItem", get("broken")).json())

    # Source: observed: the same, test_gzip_request_with_extra_junk, marked as what AWS does, if against the standard
    def test_gzip_with_junk_behind_it(self):
        self.check_encoded("junk", "gzip", gzip.compress(json.dumps(put("junk")).encode()) + b"junk")

    def test_gzip_that_grows_too_large(self):
        self.assertEqual(
            self.call("PutItem", gzip.compress(b" " * (17 * MEGABYTE)), Content_Encoding="gzip").status, 413
        )

    def test_unknown_encoding(self):
        self.assertEqual(self.call("PutItem", put("br"), Content_Encoding="br").status, 500)

    def test_body_over_16_megabytes(self):
        # Sent whole, as clients do, before the reply is read: the reply must not be lost on the way.
        for size in (16 * MEGABYTE + 1, 40 * MEGABYTE):
            reply = self.call("PutItem", b" " * size)
            self.assertEqual((reply.status, reply.headers["connection"]), (413, "close"))

    def test_chunked_body_over_16_megabytes(self):
        connection = self.connect()
        connection.send(request("PutItem", b"", without=("Content-Length",), Transfer_Encoding="chunked"))
        chunk = b"100000\r\n" + b" " * MEGABYTE + b"\r\n"
        for _ in range(20):
            connection.send(chunk)
        self.assertEqual(connection.read().status, 413)

    def test_body_of_16_megabytes_is_read(self):
        body = json.dumps(put("much-space")).encode()
        self.assertEqual(self.call("PutItem", body + b" " * (16 * MEGABYTE - len(body))).status, 200)

    def test_body_of_wrong_length(self):
        connection = self.connect()
        connection.send(request("PutItem", b"{}", Content_Length="5000"))
        connection.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(connection.is_closed())
        self.check_alive()

    def test_no_json(self):
        for body in (
            b"",
            b"{",
            b'{"TableName":"http"',
            b"[]",
            b"null",
            b'"t"',
            b'{"a":1}x',
            b'{"TableName":"\xff\xfe"}',
            b'{"TableName":"\xc3"}',
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"\x00" * 50,
            b'{"TableName":"http",}',
        ):
            reply = self.call("GetItem", body)
            self.assertEqual((reply.status, reply.error()), (400, "SerializationException"), body[:30])
        self.check_alive()

    def test_invalid_utf_8_is_not_stored(self):
        body = json.dumps(put("utf-8", text={"S": "MARK"})).encode()
        for wrong in (
            b"\xed\xa0\x80",
            b"\xff",
            b"\xc0\x80",
            b"\xf4\x90\x80\x80",
            b"\xe2\x82",
            b"\x01",
            b"\\ud800",
            b"\\udc00x",
            b"\\\\\\uDFFF",
            b"\\ud83d\\udc04\\udc04",
            b"\\ud83d\\u0041",
        ):
            reply = self.call("PutItem", body.replace(b"MARK", wrong))
            self.assertEqual((reply.status, reply.error()), (400, "SerializationException"), wrong)
        self.assertNotIn("Item", self.call("GetItem", get("utf-8")).json())

    def test_escapes_and_odd_characters(self):
        text = '\x00\x01\x1f\x7f \\udc00 \\\\udc00 \u00e9\u2028\ufffd\U0001f404 "\\/'
        for body in (
            json.dumps(put("odd", text={"S": text})),
            json.dumps(put("odd", text={"S": text}), ensure_ascii=False),
        ):
            self.assertEqual(self.call("PutItem", body.encode()).status, 200)
            self.assertEqual(self.call("GetItem", get("odd")).json()["Item"]["text"]["S"], text)


class ErrorsTest(HttpTest):
    def check_error(self, reply, name):
        self.assertEqual((reply.status, reply.error()), (400, name), reply.body)

    def test_unknown_targets(self):
        for operation in ("Nonsense", "", "putItem", "PutItem "[:-1] + "\x7f"):
            reply = self.call(operation, {})
            self.assertEqual(reply.status, 400)
        for target in ("", "PutItem", "DynamoDB_20111205.PutItem", "DynamoDB_20120810", "x" * 5000):
            self.check_error(self.call("", {}, X_Amz_Target=target), "UnknownOperationException")
        self.check_error(self.call("", {}, without=("X-Amz-Target",)), "UnknownOperationException")

    def test_values_out_of_range(self):
        self.check_error(self.call("PutItem", put("")), "ValidationException")
        self.check_error(self.call("PutItem", put("n", n={"N": "1" * 39})), "ValidationException")
        self.check_error(self.call("PutItem", put("x" * 2049)), "ValidationException")
        self.assertEqual(self.call("PutItem", put("x" * 2048)).status, 200)

    def test_credentials(self):
        self.check_error(self.call("ListTables", {}, without=("Authorization",)), "MissingAuthenticationTokenException")
        self.check_error(
            self.call("ListTables", {}, Authorization="AWS4-HMAC-SHA256 nonsense"), "IncompleteSignatureException"
        )

    def test_wrong_content_type(self):
        self.assertEqual(self.call("ListTables", {}, Content_Type="text/html").status, 404)
        reply = self.call("ListTables", {}, Content_Type="application/json; charset=utf-8")
        self.assertEqual((reply.status, reply.headers["content-type"]), (200, "application/json"))

    def test_garbage(self):
        for data in (
            b"nonsense\r\n\r\n",
            b"GET\r\n\r\n",
            b"\r\n" * 10 + b"\x00",
            b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n",
            b"POST / HTTP/1.1\r\nno colon\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        ):
            connection = self.connect()
            connection.send(data)
            reply = connection.read()
            self.assertEqual((reply.status, reply.headers["connection"]), (400, "close"), data)
            self.assertTrue(connection.is_closed())
        self.check_alive()

    def test_broken_tls(self):
        connection = self.connect()
        connection.send(b"\x16\x03\x01\x00\x05no hello at all")
        while connection.socket.recv(4096):  # perhaps an alert, then the end
            pass
        self.check_alive()

    def test_headers_too_long(self):
        # Source: observed: scylladb test/alternator/test_manual_requests.py::test_too_large_request_headers,
        # test_too_large_request_line (against AWS)
        self.assertEqual(self.call("ListTables", {}, X_Long="x" * 8192, X_Other="y" * 8192).status, 400)
        self.assertEqual(self.call("ListTables", {}, target="/" + "x" * 17_000).status, 400)
        connection = self.connect()
        connection.send(b"GET /" + b"x" * 300_000)
        self.assertEqual(connection.read().status, 400)
        self.assertEqual(self.call("ListTables", {}, X_Long="x" * 15_000).status, 200)

    def test_other_paths(self):
        reply = self.call("ListTables", {}, target="/garbage")
        self.assertEqual((reply.status, reply.body), (404, b"<UnknownOperationException/>\n"))
        for target in ("/", "//", "/?x=1"):
            self.assertEqual(self.call("ListTables", {}, target=target).status, 200)


if __name__ == "__main__":
    run_module(__doc__)
