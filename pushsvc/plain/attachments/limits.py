"""The walls around a child process that reads a stranger's file. Only the standard library: it runs in the child."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Above what the child's own program takes.
MEMORY = 200 * 2**20
CPU_SECONDS = 2


def run(read: Callable[[bytes], dict[str, Any]]) -> None:
    """Reads stdin within the limits and writes the answer; any fault of the file is an answer too."""
    limit()
    body = sys.stdin.buffer.read()
    try:
        answer = read(body)
    except (MemoryError, RecursionError):
        answer = {"why": "too_large"}
    except Exception as fault:  # a library's faults have no common kind, and none of them is ours to mend
        answer = {"why": "bomb" if "Limit" in type(fault).__name__ else "damaged"}
    json.dump(answer, sys.stdout)


def limit() -> None:
    """No more memory than 200 MB above now, 2 s of CPU, no files written, no further processes."""
    limits = [
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, _in_use() + MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ]
    for what, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a system that keeps a limit lower already, or does not know it
            resource.setrlimit(what, (most, most))


def _in_use() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return MEMORY
    return pages * resource.getpagesize()
