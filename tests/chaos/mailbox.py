"""What the mail server took, read on as it grows: who was told of which publication, when, under which Message-ID."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field

from bench.service import Sink, Taken
from bench.town import person_of

NUMBER = re.compile(r"/policy/notice-(\d+)\.html")
Pair = tuple[int, int]
"""A person and a publication, by their numbers."""


@dataclass
class Mailbox:
    """`came`: the messages of each pair, in the order of their coming. Publication -1: a message that names none."""

    sink: Sink
    came: dict[Pair, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    first: dict[int, int] = field(default_factory=dict)
    """When the first message of a publication was taken, in nanoseconds since 1970."""
    _read: int = 0

    def look(self) -> None:
        taken = self.sink.taken()
        for one in taken[self._read :]:
            found = NUMBER.search(self.sink.text(one))
            number = int(found.group(1)) if found else -1
            self.came[person_of(one.to), number].append(one)
            self.first.setdefault(number, one.at)
        self._read = len(taken)

    def until_first(self, number: int, seconds: float) -> int:
        """The moment of the first message of publication `number`. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while True:
            self.look()
            if number in self.first:
                return self.first[number]
            if time.monotonic() > end:
                raise TimeoutError(f"no message of publication {number} after {seconds:g} s")
            time.sleep(0.05)
