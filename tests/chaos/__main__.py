"""The long fault runs, one after the other, each in a process of its own: python -m tests.chaos [PART [OPTION …]].

    kills     the product in one process, killed while events flow to people
    engines   the contract pipeline on both engines: processes, brokers and databases are killed, stopped and frozen
    sms_kills the product in one process, killed in the middle of sending SMS while receipts arrive
    cluster   the product as a cluster of twelve processes: the same, and Redis

Without a PART all run; options alone are those of `kills`. Exit 1 when one of them broke a promise; the others run all
the same.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("kills", "sms_kills", "engines", "cluster")


def run(part: str, options: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", f"tests.chaos.{part}", *options], cwd=ROOT, check=False).returncode


def main() -> None:
    part, *options = sys.argv[1:] or [""]
    if part in ("-h", "--help"):
        print(__doc__)
        sys.exit(0)
    if part.startswith("-"):
        part, options = "kills", [part, *options]
    if part and part not in PARTS:
        print(f"{part} is none of {', '.join(PARTS)}", file=sys.stderr)
        sys.exit(2)
    sys.exit(max([run(name, options) for name in ([part] if part else PARTS)]))


if __name__ == "__main__":
    main()
