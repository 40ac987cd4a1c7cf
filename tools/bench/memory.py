"""Resident memory of a process, as the kernel counts it."""

import re
import time
from pathlib import Path

FIELDS = ("VmRSS", "RssAnon", "VmHWM")


def parse_status(text: str) -> dict:
    """VmRSS, RssAnon and VmHWM of the text of /proc/PID/status, in KiB."""
    found = dict(re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE))
    return {field: int(found[field]) for field in FIELDS}


def resident_memory(process_id: int, settle_seconds: float = 1.0) -> dict:
    """Memory of a process that has been left alone for a moment, in KiB."""
    time.sleep(settle_seconds)
    return parse_status(Path(f"/proc/{process_id}/status").read_text())
