"""From measurements to what is read: medians, ratios of the same round, tables."""

from collections import defaultdict
from statistics import median

LIMITS = ("do-nothing", "nginx")


def by_round(measurements: list) -> dict:
    """{(target, case, connections): {round: measurement}}."""
    grouped = defaultdict(dict)
    for measured in measurements:
        grouped[measured.target, measured.case, measured.connections][measured.round] = measured
    return dict(grouped)


def median_ratio(upper: dict, lower: dict, value=lambda measured: measured.requests_per_second) -> float | None:
    """The median of the ratios upper/lower of each round that has both; None if there is none."""
    ratios = [
        value(upper[number]) / value(lower[number])
        for number in sorted(upper.keys() & lower.keys())
        if value(lower[number])
    ]
    return median(ratios) if ratios else None


def load_rows(measurements: list) -> list:
    """A dictionary for each target, case and number of connections."""
    groups = by_round(measurements)
    rows = []
    for (target, case, connections), rounds in groups.items():
        row = {
            "target": target,
            "case": case,
            "connections": connections,
            "requests_per_second": median(m.requests_per_second for m in rounds.values()),
            "p50_us": median(m.p50_us for m in rounds.values()),
            "p99_us": median(m.p99_us for m in rounds.values()),
            "errors": sum(m.errors for m in rounds.values()),
        }
        for limit in LIMITS:
            row[f"to_{limit}"] = median_ratio(rounds, groups.get((limit, "limit", connections), {}))
        rows.append(row)
    return in_order_of_cases(rows)


def comparison_rows(measurements: list, subject: str, others: list) -> list:
    """The subject against each other emulator: ratios of the same rounds."""
    groups = by_round(measurements)
    rows = []
    for (target, case, connections), rounds in groups.items():
        if target != subject:
            continue
        for other in others:
            theirs = groups.get((other, case, connections), {})
            rows.append(
                {
                    "case": case,
                    "connections": connections,
                    "other": other,
                    "requests_ratio": median_ratio(rounds, theirs),
                    "p50_ratio": median_ratio(rounds, theirs, lambda m: m.p50_us),
                    "p99_ratio": median_ratio(rounds, theirs, lambda m: m.p99_us),
                }
            )
    return in_order_of_cases(rows)


def same_work_rows(measurements: list, same_work: dict) -> list:
    """Each call that does the work of several: its time as a part of theirs, by rates of the same rounds."""
    groups = by_round(measurements)
    rows = []
    for (target, case, connections), rounds in groups.items():
        if case not in same_work:
            continue
        count, single = same_work[case]
        ratio = median_ratio(groups.get((target, single, connections), {}), rounds)
        if ratio is not None:
            row = {"target": target, "case": case, "connections": connections, "count": count, "single": single}
            rows.append({**row, "cost": ratio / count})
    return in_order_of_cases(rows)


def in_order_of_cases(rows: list) -> list:
    """Sorted by case, as first measured (so limits come first), then by connections."""
    cases = list(dict.fromkeys(row["case"] for row in rows))
    return sorted(rows, key=lambda row: (cases.index(row["case"]), row["connections"]))


def text_table(header: list, rows: list) -> str:
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = []
    for row in cells:
        first = row[0].ljust(widths[0])
        lines.append("  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]).rstrip())
    return "\n".join(lines)


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def load_table(rows: list) -> str:
    """The table of load_rows; latencies in milliseconds."""
    header = ["case", "server", "connections", "requests/s", "p50 ms", "p99 ms", "errors", "/do-nothing", "/nginx"]
    return text_table(
        header,
        [
            [
                row["case"],
                row["target"],
                str(row["connections"]),
                f"{row['requests_per_second']:.0f}",
                f"{row['p50_us'] / 1000:.3f}",
                f"{row['p99_us'] / 1000:.3f}",
                str(row["errors"]),
                _ratio(row["to_do-nothing"]),
                _ratio(row["to_nginx"]),
            ]
            for row in rows
        ],
    )


def comparison_table(rows: list, subject: str) -> str:
    """The table of comparison_rows."""
    header = ["case", "connections", f"{subject} / other", "requests/s", "p50", "p99"]
    return text_table(
        header,
        [
            [row["case"], str(row["connections"]), row["other"]]
            + [_ratio(row[name]) for name in ("requests_ratio", "p50_ratio", "p99_ratio")]
            for row in rows
        ],
    )


def same_work_table(rows: list) -> str:
    """The table of same_work_rows."""
    return text_table(
        ["one call", "server", "connections", "time", "of"],
        [
            [row["case"], row["target"], str(row["connections"]), _ratio(row["cost"]), f"{row['count']} {row['single']}"]
            for row in rows
        ],
    )


def start_up_table(times: dict) -> str:
    """Start-up times in milliseconds by starting point."""
    return text_table(
        ["start-up", "median ms", "least", "most", "starts"],
        [[name, f"{median(ms):.1f}", f"{min(ms):.1f}", f"{max(ms):.1f}", str(len(ms))] for name, ms in times.items()],
    )


def memory_table(memory: dict) -> str:
    """Memory in MiB by state."""
    return text_table(
        ["memory", "VmRSS MiB", "RssAnon MiB", "VmHWM MiB"],
        [[name, *(f"{kib[f] / 1024:.1f}" for f in ("VmRSS", "RssAnon", "VmHWM"))] for name, kib in memory.items()],
    )
