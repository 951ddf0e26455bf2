"""All benches, one after the other, each in a process of its own: python -m bench [--quick] [NAME …].

Prints their JSON lines on standard output. Exit 1 when one of them failed; the others run all the same.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: Those that drive a whole service; the others measure one room.
SERVICE = ("start", "first_message", "import_while_posting", "broadcast", "journeys")
ROOMS = ("match", "plain", "golden", "verifier", "classes", "engine", "lately", "search", "pages", "feeds", "sms", "sms_smpp")
#: What makes a bench of a room short.
QUICK = {
    "match": ["--subscribers", "1000", "--events", "10"],
    "verifier": ["--mutants", "200"],
    **dict.fromkeys(("plain", "golden", "classes", "journeys"), ()),
}


def run(name: str, quick: bool) -> int:
    flags = (QUICK.get(name, ["--quick"])) if quick else []
    done = subprocess.run([sys.executable, "-m", f"bench.{name}", *flags], cwd=HERE.parent, check=False)
    if done.returncode:
        print(f"bench {name} ended with {done.returncode}", file=sys.stderr, flush=True)
    return done.returncode


def main() -> None:
    there = [name for name in (*ROOMS, *SERVICE) if (HERE / f"{name}.py").exists()]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: does every bench still run?")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or several of {', '.join(there)}; all when none")
    asked = parser.parse_args()
    if strange := set(asked.names) - set(there):
        parser.error(f"no bench is called {', '.join(sorted(strange))}; there are {', '.join(there)}")
    sys.exit(max([run(name, asked.quick) for name in asked.names or there]) and 1)


if __name__ == "__main__":
    main()
