#!/usr/bin/env python3
"""Seeds from a real Postgres and checks that the rows carry its users.

  postgres_test.py --binary build/dev/bin/dynarock [--endpoint http://127.0.0.1:8000]

Starts Debian's PostgreSQL in a temporary folder and, unless --endpoint names a database, `dynarock serve` in memory.
Exits with 77, ctest's "skipped", where PostgreSQL is not installed.
"""
import argparse
import contextlib
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

SKIPPED = 77
USERS = {
    "andrewbrown": (str(uuid.uuid4()), "Andrew Brown"),
    "bayko": (str(uuid.uuid4()), 'Andrew "Drew" Bäyko'),
    "londo": (str(uuid.uuid4()), "Londo Mollari"),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_folder():
    """The newest installed server's bin folder, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return os.path.dirname(initdb) if initdb else None


class Postgres:
    """A server in `folder` on a free port; as the user postgres if we are root, since it refuses to run as root."""

    def __init__(self, folder, bin_folder):
        self.bin = bin_folder
        self.folder = folder
        self.port = free_port()
        self.data = os.path.join(folder, "data")
        self.prefix = []
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self.prefix = ["runuser", "-u", "postgres", "--"]

    def run(self, program, *arguments, text=None):
        subprocess.run([*self.prefix, os.path.join(self.bin, program), *arguments], input=text, encoding="utf-8",
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def start(self):
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-l", os.path.join(self.folder, "log"), "-o", options)

    def stop(self):
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.data)

    def sql(self, text):
        self.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port), "-U", "postgres",
                 "-d", "postgres", text=text)

    def url(self):
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"


@contextlib.contextmanager
def running_postgres(bin_folder):
    folder = tempfile.mkdtemp(prefix="cruddur-postgres-")
    postgres = Postgres(folder, bin_folder)
    try:
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_dynarock(binary):
    port = free_port()
    server = subprocess.Popen([binary, "serve", "--port", str(port), "--in-memory"])
    try:
        wait_for_port(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for_port(port, server):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"dynarock serve ended with {server.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    sys.exit("dynarock serve did not listen within 30 seconds")


class CommandLine:
    """`dynarock cruddur ...` against one endpoint."""

    def __init__(self, binary, endpoint):
        self.binary = binary
        self.endpoint = endpoint

    def run(self, *arguments):
        return subprocess.run([self.binary, "cruddur", *arguments, "--endpoint", self.endpoint],
                              capture_output=True, timeout=120, encoding="utf-8")

    def succeed(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: exit {done.returncode}: {done.stderr}"
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.succeed(*arguments, "--json"))

    def fail(self, words, *arguments):
        """The command must exit with 1 and one line on stderr that contains `words`."""
        done = self.run(*arguments)
        assert done.returncode == 1, f"{arguments}: exit {done.returncode}"
        assert done.stderr.count("\n") == 1 and words in done.stderr, f"{arguments}: {done.stderr!r}"


def insert_users(postgres):
    postgres.sql("CREATE TABLE users (uuid uuid PRIMARY KEY, display_name text NOT NULL, handle text NOT NULL);")
    for handle, (user_uuid, name) in USERS.items():
        postgres.sql(f"INSERT INTO users VALUES ('{user_uuid}', '{name}', '{handle}');")


def check_rows(rows):
    """All rows are of the two speakers of Postgres: a group row for each, and messages in one group."""
    andrew, bayko = USERS["andrewbrown"], USERS["bayko"]
    groups = {row["pk"]: row for row in rows if row["pk"].startswith("GRP#")}
    messages = [row for row in rows if row["pk"].startswith("MSG#")]
    assert set(groups) == {f"GRP#{andrew[0]}", f"GRP#{bayko[0]}"}, groups
    assert len(messages) + 2 == len(rows) and len(messages) > 90, len(rows)
    assert len({row["pk"] for row in messages}) == 1
    assert len({row["message_uuid"] for row in messages}) == len(messages)
    speakers = {(row["user_uuid"], row["user_display_name"], row["user_handle"]) for row in messages}
    assert speakers == {(*andrew, "andrewbrown"), (*bayko, "bayko")}, speakers
    newest = max(messages, key=lambda row: row["sk"])
    for row in groups.values():
        assert (row["sk"], row["message"]) == (newest["sk"], newest["message"]), row
        assert newest["pk"] == f"MSG#{row['message_group_uuid']}", row


def check_conversations(command_line, users):
    """The list of each speaker shows the other one; a handle is looked up in Postgres, a uuid needs no look-up."""
    for handle, other in (("andrewbrown", "bayko"), ("bayko", "andrewbrown")):
        by_handle = command_line.json("patterns", "list-conversations", "--user", handle, *users)["conversations"]
        by_uuid = command_line.json("patterns", "list-conversations", "--user", USERS[handle][0])["conversations"]
        assert by_handle == by_uuid, (by_handle, by_uuid)
        assert [row["user_handle"] for row in by_handle] == [other], by_handle
        assert (by_handle[0]["user_uuid"], by_handle[0]["user_display_name"]) == USERS[other], by_handle
    assert command_line.json("patterns", "list-conversations", "--user", "londo", *users)["conversations"] == []
    assert command_line.json("patterns", "list-conversations")["conversations"] == []  # the bundled andrewbrown


def check(command_line, postgres):
    users = ("--users", postgres.url())
    insert_users(postgres)
    command_line.run("drop")
    command_line.fail("schema-load", "seed", *users)
    command_line.succeed("schema-load")
    command_line.succeed("seed", *users)
    check_rows(command_line.json("scan"))
    check_conversations(command_line, users)
    messages = command_line.json("patterns", "get-conversation")["messages"]
    assert len(messages) == 20 and messages == sorted(messages, key=lambda row: row["sk"]), messages
    command_line.fail("Cannot connect to Postgres", "seed", "--users", f"postgresql://127.0.0.1:{free_port()}/none")
    postgres.sql("DELETE FROM users WHERE handle = 'bayko';")
    command_line.fail("'bayko'", "seed", *users)
    postgres.sql("DROP TABLE users;")
    command_line.fail("table users", "seed", *users)
    command_line.succeed("drop")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the dynarock program")
    parser.add_argument("--endpoint", help="a running database, instead of starting dynarock serve")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped then too
    bin_folder = postgres_folder()
    if bin_folder is None:
        print("skipped: PostgreSQL is not installed (apt install postgresql)")
        return SKIPPED
    binary = os.path.abspath(options.binary)
    database = contextlib.nullcontext(options.endpoint) if options.endpoint else running_dynarock(binary)
    with running_postgres(bin_folder) as postgres, database as endpoint:
        check(CommandLine(binary, endpoint), postgres)
    print("ok: the rows carry the users of Postgres")
    return 0


if __name__ == "__main__":
    sys.exit(main())
