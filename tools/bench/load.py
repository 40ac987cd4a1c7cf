"""Loads one endpoint with wrk and one of our scripts, and runs the rounds in which limits and cases take turns."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from connection import BenchError, Endpoint
from servers import run_bounded

SCRIPTS = Path(__file__).resolve().parent / "scripts"
CASES = (
    "put_item", "put_item_stream", "batch_write_item", "transact_write_items", "get_item", "batch_get_item", "execute_statement",
    "update_item", "query", "query_gsi",
)  # fmt: skip
# Cases that do the work of so many calls of another case.
SAME_WORK = {
    "put_item_stream": (1, "put_item"),
    "batch_write_item": (25, "put_item"),
    "transact_write_items": (4, "put_item"),
    "batch_get_item": (100, "get_item"),
    "execute_statement": (1, "get_item"),
}
STREAM_CASES = ("put_item_stream",)  # need the table with a stream
LIMIT_CASE = "put_item"  # the request that the limits are given
SUMMARY_MARK = "bench."


@dataclass(frozen=True)
class Target:
    """A server under load. A limit gives a fixed answer and holds no table."""

    name: str
    endpoint: Endpoint
    is_limit: bool = False


@dataclass
class Measurement:
    """One run of wrk. Latencies in microseconds."""

    target: str
    case: str
    connections: int
    round: int
    requests_per_second: float
    p50_us: float
    p99_us: float
    errors: int
    summary: dict  # every number of wrk's

    def as_dict(self) -> dict:
        return asdict(self)


def wrk_threads(connections: int) -> int:
    """Two threads if they divide the connections evenly (wrk drops a remainder), else one."""
    return 2 if connections > 1 and connections % 2 == 0 else 1


def parse_summary(output: str) -> dict:
    """The numbers that `done` in scripts/bench.lua printed, and the text `sample` if a check failed.

    Errors: BenchError when they are missing, as after an error in a script.
    """
    summary = {}
    for line in output.splitlines():
        if line.startswith(SUMMARY_MARK):
            name, _, value = line[len(SUMMARY_MARK) :].partition(" ")
            summary[name] = value if name == "sample" else float(value)
    missing = {"requests", "duration_us", "p50_us", "p99_us", "status_errors"} - summary.keys()
    if missing:
        raise BenchError(f"wrk printed no {', '.join(sorted(missing))}: {output.strip()[-400:]}")
    return summary


def error_count(summary: dict) -> int:
    """Replies that are not 2xx and failures of sockets."""
    return int(sum(value for name, value in summary.items() if name.endswith("_errors")))


class Load:
    """Runs wrk. Each run has a number of its own, which makes the keys it writes unique."""

    def __init__(self, groups: int):
        self._groups = groups
        self._run = 0

    def _wrk(self, target: Target, case: str, connections: int, seconds: int, mode: str) -> dict:
        self._run += 1
        command = ["wrk", "-t", str(wrk_threads(connections)), "-c", str(connections), "-d", f"{seconds}s"]
        command += ["--timeout", "10s", "-s", f"{case}.lua", target.endpoint.url, "--"]
        command += [str(self._run), str(self._groups), mode]
        return parse_summary(run_bounded(command, seconds + 60, SCRIPTS))

    def check(self, target: Target, case: str):
        """Sends the case for a second and reads the replies, which also warms the server.

        Errors: BenchError when a reply is not what DynamoDB gives, so that no wrong answer is timed.
        """
        summary = self._wrk(target, case, 1, 1, "check")
        if summary["mismatches"] or error_count(summary) or not summary["requests"]:
            sample = summary.get("sample", "no reply at all")
            raise BenchError(f"{target.name} does not do {case}: {sample}")

    def measure(self, target: Target, case: str, connections: int, seconds: int, round_number: int) -> Measurement:
        """One timed run."""
        script = LIMIT_CASE if target.is_limit else case
        summary = self._wrk(target, script, connections, seconds, "load")
        return Measurement(
            target=target.name,
            case=case,
            connections=connections,
            round=round_number,
            requests_per_second=summary["requests"] / (summary["duration_us"] / 1e6),
            p50_us=summary["p50_us"],
            p99_us=summary["p99_us"],
            errors=error_count(summary),
            summary=summary,
        )


def plan(limits: list, targets: list, cases: list, connections: list, rounds: int):
    """The order of runs: (round, target, case, connections).

    At each number of connections the limits come just before the cases they are compared with. Who goes first within
    a case changes from round to round.
    """
    for round_number in range(rounds):
        order = targets if round_number % 2 == 0 else list(reversed(targets))
        for count in connections:
            for limit in limits:
                yield round_number, limit, "limit", count
            for case in cases:
                for target in order:
                    yield round_number, target, case, count


def run_rounds(load: Load, steps: list, seconds: int) -> list:
    """Measures every step of a plan, with a line of progress for each."""
    measurements = []
    for number, (round_number, target, case, connections) in enumerate(steps, 1):
        measured = load.measure(target, case, connections, seconds, round_number)
        measurements.append(measured)
        print(
            f"[{number}/{len(steps)}] {target.name} {case} x{connections}: "
            f"{measured.requests_per_second:.0f}/s, {measured.errors} errors",
            file=sys.stderr,
        )
    return measurements
