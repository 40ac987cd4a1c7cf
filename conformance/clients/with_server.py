#!/usr/bin/env python3
"""Runs a command against a new server, once in memory and once on disk.

  with_server.py --binary build/release/server/dynarock -- node journey.mjs

The command finds the server's URL in the environment variable DYNAROCK_ENDPOINT.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile

from running_server import Server, add_server_options


def run(binary, storage, command):
    """The command's exit status, or 1 if the server does not end well."""
    with tempfile.TemporaryDirectory(prefix="dynarock-journey-") as folder:
        server = Server(binary, os.path.join(folder, "data") if storage == "disk" else None)
        try:
            environment = {**os.environ, "DYNAROCK_ENDPOINT": server.endpoint}
            status = subprocess.run(command, env=environment, check=False).returncode
            ended = server.stop()
            if ended != 0:
                print(f"the server ended with {ended} at SIGTERM", file=sys.stderr)
            return status or (1 if ended else 0)
        finally:
            server.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_server_options(parser)
    parser.add_argument("command", nargs="+", help="behind --")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for storage in options.storage.split(","):
        print(f"== storage: {storage}", flush=True)
        if status := run(os.path.abspath(options.binary), storage, options.command):
            sys.exit(status)


if __name__ == "__main__":
    main()
