"""Pages in a real browser: Debian's Chromium, and the sites that the pages come from."""
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

PATIENCE = 90.0  # seconds for a page to say that it is done
BROWSER = shutil.which("chromium")


class Site:
    """Serves `page` at /page of `address`, and keeps what the page posts to /done.

    With `behind` (host, port) it acts as a name that points elsewhere after the page was loaded: whatever else
    is asked for goes to that server as it is.
    """

    def __init__(self, page, address=("127.0.0.1", 0), behind=None):
        self.page = page.encode()
        self.behind = behind
        self.report = None
        self.done = threading.Event()
        self.listener = socket.create_server(address)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            connection.settimeout(PATIENCE)
            data = b""
            while b"\r\n\r\n" not in data:
                part = connection.recv(65536)
                if not part:
                    return
                data += part
            head, body = data.split(b"\r\n\r\n", 1)
            path = head.split(b" ", 2)[1]
            if path == b"/page":
                self._answer(connection, self.page)
            elif path == b"/done":
                length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
                while len(body) < length:
                    body += connection.recv(65536)
                self.report = json.loads(body)
                self._answer(connection, b"")
                self.done.set()
            elif self.behind:
                self._pass_on(connection, data)
            else:
                self._answer(connection, b"nothing here", 404)

    @staticmethod
    def _answer(connection, body, status=200):
        reason = http.HTTPStatus(status).phrase
        head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode() + body)

    def _pass_on(self, connection, data):
        with socket.create_connection(self.behind, PATIENCE) as other:
            # One request for each connection, so that each is looked at here.
            other.sendall(data.replace(b"Connection: keep-alive", b"Connection: close", 1))
            back = threading.Thread(target=self._copy, args=(other, connection), daemon=True)
            back.start()
            self._copy(connection, other)
            back.join()

    @staticmethod
    def _copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def visit(url, site, rules=""):
    """Opens `url` until its page has posted to the site's /done; gives what it posted. `rules` are --host-resolver-rules."""
    folder = tempfile.mkdtemp(prefix="dynarock-browser-")
    quiet = ("gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage", "extensions")
    command = [BROWSER, "--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    command += [f"--user-data-dir={folder}", "--remote-debugging-port=0", "--no-proxy-server"]
    if rules:
        command.append(f"--host-resolver-rules={rules}")
    environment = {**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        browser = subprocess.Popen([*command, url], stdout=log, stderr=log, start_new_session=True, env=environment)
        try:
            if not site.done.wait(PATIENCE):
                log.seek(0)
                raise AssertionError(f"the page of {url} did not come to its end: {log.read()[-3000:]}")
            return site.report
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
            shutil.rmtree(folder, ignore_errors=True)
