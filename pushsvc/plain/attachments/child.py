"""Opens a stranger's file in a process of its own: 200 MB, 2 s, no settings of ours, killed when it does not answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pushsvc.domain.attachments import WhyNot

#: By the wall. The child has 2 s of CPU; it waits for nothing, so that it needs longer only on a machine that is too busy.
WALL_SECONDS = 8.0
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Blocks:
    """Paragraphs (`{"p": …}`) and tables (`{"t": rows of cells}`) in order; `part`: there is more, which was not read."""

    blocks: Sequence[Mapping[str, Any]]
    part: bool


def blocks_of(kind: Literal["pdf", "docx"], body: bytes) -> Blocks | WhyNot:
    """What the file says, or why it could not be read."""
    program = [sys.executable, "-I", str(_HERE / f"{kind}_child.py")]
    try:
        # An environment of its own: the settings of the service hold its secrets.
        done = subprocess.run(  # noqa: S603 our own program, the file comes on its standard input
            program, input=body, capture_output=True, timeout=WALL_SECONDS, env={"PYTHONIOENCODING": "utf-8"}, check=False
        )
    except subprocess.TimeoutExpired:
        return "too_slow"
    if done.returncode:
        # Killed by the limit on CPU, or by an allocation that Python could not turn into a MemoryError.
        return "too_slow" if done.returncode in _KILLED_BY_TIME else "too_large"
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return "damaged"
    why = answer.get("why")
    if why is not None:
        return cast(WhyNot, why) if why in get_args(WhyNot) else "damaged"
    return Blocks(answer["blocks"], bool(answer.get("part")))


#: Return codes of SIGXCPU and of the SIGKILL that follows it.
_KILLED_BY_TIME = frozenset({-24, -9})
