"""How fast and how right the room `plain` is: one JSON line a figure. Run it in a checkout beside shared/.

Speed: every document of the shared corpus, from event to verified summary, in one process. Right: precision and recall on
the annotated examples by the corpus's own scorer.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from bench import golden, report
from pushsvc.plain import decode, read_html, summary_line

CORPUS = golden.CORPUS


def figure(name: str, value: float, unit: str) -> None:
    report.figure("plain", name, value, unit)


def _events() -> list[dict[str, Any]]:
    events = []
    for line in (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text = (CORPUS / entry["text"]).read_text(encoding="utf-8")
        events.append(
            {"id": entry["id"], "title": entry["title"], "content_text": text, "published_at": entry.get("published_at")}
        )
    return events


def speed() -> None:
    events = _events()
    summary_line(events[0], False)
    took = []
    for event in events:
        started = time.perf_counter()
        summary_line(event, False)
        took.append(time.perf_counter() - started)
    figure("documents a second", len(took) / sum(took), "1/s")
    figure("summary, median", statistics.median(took) * 1000, "ms")
    figure("summary, 95th percentile", sorted(took)[int(len(took) * 0.95)] * 1000, "ms")
    pages = [path.read_bytes() for path in sorted((CORPUS / "zh").glob("*.html"))]
    started = time.perf_counter()
    for page in pages:
        read_html(decode(page, None))
    figure("page to main text, mean", (time.perf_counter() - started) / len(pages) * 1000, "ms")


def hostile() -> None:
    """Documents that are made to hurt, in a process of their own behind a limit of 200 MB: seconds of CPU each."""
    done = subprocess.run([sys.executable, "-m", "bench.hostile"], check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        told = json.loads(line)
        figure(f"hostile: {told['name']}, {told['outcome'].split(':')[0]}", told["seconds"], "s")
        megabytes = told["megabytes"]
    figure("hostile: memory above the program's own, all of them", megabytes, "MB")


def right() -> None:
    """The worked examples by the corpus's scorer; `bench.golden` says more of them."""
    lines = golden.summaries("examples")
    scored = golden.scored("examples", lines)
    figure("facts, precision", scored["micro"]["precision"], "share")
    figure("facts, recall", scored["micro"]["recall"], "share")
    figure("wrong deadlines", scored["wrong_deadlines"], "count")
    figure("audience recall", scored["audience_recall"], "share")


if __name__ == "__main__":
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} is not there: the bench needs the shared corpus beside the checkout")
    speed()
    right()
    hostile()
