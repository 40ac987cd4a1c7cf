"""Starts, watches and ends the servers that are measured; all on loopback, each in its own process group."""

import atexit
import ipaddress
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from connection import BenchError, Connection, Endpoint

LOOPBACK = "127.0.0.1"
START_LIMIT = 60.0  # seconds
STOP_LIMIT = 20.0

_running = []
_scratch = []


def parse_endpoint(url: str) -> Endpoint:
    """The endpoint of an URL whose host is this machine itself.

    Errors: BenchError for any other host: a load tool must not be pointed at a service of others.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        host, port = parts.hostname, parts.port or 80
    except ValueError as error:
        raise BenchError(f"{url} is not the URL of an endpoint: {error}.") from error
    if parts.scheme != "http" or not host or parts.path not in ("", "/") or parts.query:
        raise BenchError(f"{url} is not the URL of an endpoint; give http://127.0.0.1:PORT.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise BenchError(f"The host of {url} is not known: {error}.") from error
    addresses = [item[4][0] for item in found]
    if not all(ipaddress.ip_address(address.split("%")[0]).is_loopback for address in addresses):
        raise BenchError(f"{url} is not on loopback, and this tool loads only servers on the machine it runs on.")
    return Endpoint(next((a for a in addresses if ":" not in a), addresses[0]), port)


def free_port() -> int:
    """A free port below the ephemeral range, where a polling connect cannot meet itself."""
    first_ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(1000):
        port = random.randrange(min(20000, first_ephemeral - 5000), first_ephemeral)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise BenchError("No free port was found below the ephemeral range.")


def scratch_directory() -> Path:
    """A new temporary directory, gone when the tool ends."""
    path = Path(tempfile.mkdtemp(prefix="dynarock-bench-"))
    _scratch.append(path)
    return path


def drop_directory(path: Path):
    """Deletes a directory of scratch_directory before the tool ends."""
    shutil.rmtree(path, ignore_errors=True)
    if path in _scratch:
        _scratch.remove(path)


class Server:
    """A running server process. `process_id` is also its process group, so that children end with it."""

    def __init__(self, name: str, command: list, port: int, log: Path):
        self.name = name
        self.endpoint = Endpoint(LOOPBACK, port)
        self._command = command
        self._log = log
        self._status = None
        output = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), output, (os.POSIX_SPAWN_DUP2, 1, 2)]
        # posix_spawn returns at the exec, so this is the moment just before it.
        self.started_ns = time.perf_counter_ns()
        try:
            self.process_id = os.posix_spawnp(command[0], command, os.environ, file_actions=actions, setsid=True)
        except OSError as error:
            raise BenchError(f"{name} does not start: {shlex.join(command)}: {error}.") from error
        _running.append(self)

    def is_running(self) -> bool:
        if self._status is None:
            waited, status = os.waitpid(self.process_id, os.WNOHANG)
            if waited:
                self._status = status
        return self._status is None

    def wait_for(self, is_ready, limit: float = START_LIMIT):
        """Calls `is_ready` until it is true. Errors: BenchError with the end of the server's log."""
        deadline = time.monotonic() + limit
        while not is_ready():
            if not self.is_running():
                raise BenchError(f"{self.name} ended at its start: {shlex.join(self._command)}: {self._log_end()}")
            if time.monotonic() > deadline:
                raise BenchError(f"{self.name} gave no answer in {limit:.0f} s: {self._log_end()}")

    def stop(self, first_signal: int = signal.SIGTERM):
        """Ends the process and its children; by SIGKILL when it outlives STOP_LIMIT. Gives whether that was needed."""
        if self not in _running:
            return False
        self._signal(first_signal)
        deadline = time.monotonic() + STOP_LIMIT
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(0.002)
        outlived = self.is_running()
        self._signal(signal.SIGKILL)
        if outlived:
            os.waitpid(self.process_id, 0)
        _running.remove(self)
        return outlived

    def _signal(self, number: int):
        try:
            os.killpg(self.process_id, number)
        except ProcessLookupError:
            pass

    def _log_end(self) -> str:
        text = self._log.read_text(errors="replace").strip() if self._log.exists() else ""
        return text[-400:] or "its log is empty."


def end_all():
    """Ends every server and deletes every scratch directory."""
    for server in list(_running):
        server.stop()
    for path in list(_scratch):
        drop_directory(path)


atexit.register(end_all)


def answers_http(endpoint: Endpoint, request: bytes, timeout: float = 10.0) -> bool:
    """Whether a new connection gets a reply of status 200."""
    family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(timeout)
        try:
            probe.connect((endpoint.address, endpoint.port))
            probe.sendall(request)
            return probe.recv(12)[9:12] == b"200"
        except OSError:
            return False


def is_healthy(endpoint: Endpoint) -> bool:
    return answers_http(endpoint, f"GET /health HTTP/1.1\r\nHost: {endpoint.authority}\r\n\r\n".encode())


def speaks_dynamodb(endpoint: Endpoint) -> bool:
    """Whether ListTables gives 200; waits a little when it does not, as slow servers are asked this way."""
    try:
        with Connection(endpoint, 10.0) as connection:
            if connection.call("ListTables", {})[0] == 200:
                return True
    except (BenchError, ValueError):
        pass
    time.sleep(0.05)
    return False


def start_dynarock(binary: str, data: Path | None, log: Path) -> Server:
    """dynarock on `data`, or in memory when that is None; not yet waited for."""
    port = free_port()
    storage = ["--in-memory"] if data is None else ["--data", str(data)]
    return Server("dynarock", [binary, "serve", "--port", str(port), *storage], port, log)


def start_other(name: str, command: str, log: Path) -> Server:
    """Another emulator, by a command line with {port} in it; gives it when it answers ListTables."""
    port = free_port()
    server = Server(name, shlex.split(command.replace("{port}", str(port))), port, log)
    server.wait_for(lambda: speaks_dynamodb(server.endpoint))
    return server


def start_do_nothing(path: str, log: Path) -> Server:
    """The server that is dynarock's HTTP layer with nothing after it."""
    port = free_port()
    server = Server("do-nothing", [path, "--port", str(port)], port, log)
    server.wait_for(lambda: _answers_post(server.endpoint))
    return server


NGINX_CONFIG = """
worker_processes 2;
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type application/x-amz-json-1.0;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }}
}}
"""


def start_nginx(log: Path) -> Server:
    """nginx giving a fixed body of 200 bytes to any request."""
    port, home = free_port(), scratch_directory()
    body = '{"x":"' + "x" * 192 + '"}'
    (home / "nginx.conf").write_text(NGINX_CONFIG.format(home=home, port=port, body=body))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [program, "-e", f"{home}/error.log", "-p", str(home), "-c", f"{home}/nginx.conf"]
    server = Server("nginx", command, port, log)
    server.wait_for(lambda: _answers_post(server.endpoint))
    return server


def _answers_post(endpoint: Endpoint) -> bool:
    request = f"POST / HTTP/1.1\r\nHost: {endpoint.authority}\r\nContent-Length: 2\r\n\r\n{{}}"
    if answers_http(endpoint, request.encode()):
        return True
    time.sleep(0.01)
    return False


def run_bounded(command: list, limit: float, folder: Path) -> str:
    """Output of a program that must end in `limit` seconds. Errors: BenchError."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
    except FileNotFoundError as error:
        raise BenchError(f"{command[0]} is not installed.") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{command[0]} did not end in {limit:.0f} s.") from error
    if done.returncode != 0:
        raise BenchError(f"{shlex.join(command)} failed: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout
