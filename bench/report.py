"""How a bench reports: one JSON line a figure, `ratio` says how many times better than the peer."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence


def figure(
    bench: str, name: str, value: float, unit: str, peer: str | None = None, peer_value: float | None = None,
    ratio: float | None = None,
) -> None:  # fmt: skip
    rounded = [None if number is None else float(f"{number:.4g}") for number in (value, peer_value, ratio)]
    line = {"bench": bench, "figure": name, "value": rounded[0], "unit": unit}
    print(json.dumps({**line, "peer": peer, "peer_value": rounded[1], "ratio": rounded[2]}), flush=True)


def machine(bench: str) -> None:
    """How busy the machine is with other work: on a busy one times say little, CPU a message says more."""
    figure(bench, f"load average of the last minute at the start, {os.cpu_count()} cores", os.getloadavg()[0], "")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
