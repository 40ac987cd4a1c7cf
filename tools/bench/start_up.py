"""Start-up time of dynarock, and its memory in the states that the start-ups pass through."""

import shutil
import signal
import time
from pathlib import Path

from fill import create_table, fill
from memory import resident_memory
from servers import Server, drop_directory, is_healthy, scratch_directory, start_dynarock


def start_up_ms(server: Server) -> float:
    """Milliseconds from just before exec to the first 200 of GET /health; polls without a pause."""
    server.wait_for(lambda: is_healthy(server.endpoint))
    return (time.perf_counter_ns() - server.started_ns) / 1e6


class StartUps:
    """Makes the three starting points and measures from each; `memory` collects what was seen on the way."""

    def __init__(self, binary: str, items: int, repeats: int, fill_timeout: float):
        self._binary = binary
        self._items = items
        self._repeats = repeats
        self._fill_timeout = fill_timeout
        self._home = scratch_directory()
        self.memory = {}
        self.notes = []

    def run(self, with_times: bool, with_memory: bool) -> dict:
        """Times in milliseconds by starting point. Errors: BenchError."""
        times = {}
        if with_memory:
            self._idle_memory()
        clean = self._filled("clean", signal.SIGTERM, with_memory)
        if with_times:
            times["in memory, new"] = self._times(None)
            times["on disk, new"] = self._times(self._empty())
            times[f"{self._items} items, after SIGTERM"] = self._times(clean)
            killed = self._filled("killed", signal.SIGKILL, False)
            times[f"{self._items} items, after kill -9"] = self._times(killed)
        if with_memory:
            self._memory_of(f"{self._items} items on disk, reopened", clean)
        drop_directory(self._home)
        return times

    def _start(self, data: Path | None) -> Server:
        return start_dynarock(self._binary, data, self._home / "log")

    def _empty(self) -> Path:
        path = self._home / "empty"
        path.mkdir()
        return path

    def _times(self, origin: Path | None) -> list:
        """Start-up times, each on a fresh copy of `origin`, since a start changes what the next one finds."""
        times = []
        for _ in range(self._repeats):
            data = None
            if origin is not None:
                data = self._home / "copy"
                shutil.copytree(origin, data)
            server = self._start(data)
            try:
                times.append(start_up_ms(server))
            finally:
                server.stop(signal.SIGKILL)
                shutil.rmtree(self._home / "copy", ignore_errors=True)
        return times

    def _filled(self, name: str, ending: int, with_memory: bool) -> Path:
        """A data directory with all items, left behind by a server that ended by the signal."""
        data = self._home / name
        data.mkdir()
        server = self._start(data)
        try:
            start_up_ms(server)
            create_table(server.endpoint, replace=False)
            fill(server.endpoint, self._items, self._fill_timeout)
            if with_memory:
                self.memory[f"{self._items} items on disk, just written"] = resident_memory(server.process_id)
        finally:
            if server.stop(ending):
                self.notes.append("dynarock did not end on SIGTERM and was killed; its clean stop was none.")
        return data

    def _idle_memory(self):
        (self._home / "idle").mkdir()
        self._memory_of("idle, in memory", None)
        self._memory_of("idle, on disk", self._home / "idle")

    def _memory_of(self, name: str, data: Path | None):
        server = self._start(data)
        try:
            start_up_ms(server)
            self.memory[name] = resident_memory(server.process_id)
        finally:
            server.stop()
