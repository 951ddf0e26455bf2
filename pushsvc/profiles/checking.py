"""A whole import file, read before anything is applied: every bad line is named, and nothing changes unless all are good."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pushsvc.clock import Clock
from pushsvc.errors import BadInput, Problem
from pushsvc.profiles.lines import BadLine, SubscriberLine, parse_line

MAX_LINE_BYTES = 64 * 1024
PIECE = 250
"""Lines that are applied in one transaction. It holds the writer for a twentieth of a second, on a busy machine for a fifth;
a thousand lines kept events that were posted meanwhile waiting three times as long."""
MAX_SHOWN = 100
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"


@dataclass(frozen=True)
class Checked:
    """A file whose lines are all good. They are kept packed, piece by piece, so that 100,000 need some 20 MB."""

    lines: int
    packed: tuple[bytes, ...]

    def pieces(self) -> Iterator[list[SubscriberLine]]:
        """The lines, at most PIECE at a time."""
        for packed in self.packed:
            # Our own bytes, which never left this process: reading the JSON again would take fifteen times as long.
            piece: list[SubscriberLine] = pickle.loads(zlib.decompress(packed))  # noqa: S301
            yield piece


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file. One that is too long comes cut, one byte over the limit, so that no line can fill the memory."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            if not (line := stream.readline(MAX_LINE_BYTES + 1)):
                return


def check(lines: Iterable[bytes], clock: Clock) -> Checked:
    """Read every line (JSON, UTF-8; blank ones are passed over). Raises BadInput with what is wrong and where.

    It shows MAX_SHOWN problems at most, then says how many there are.
    """
    now = clock.now()
    problems = _Problems()
    first_at: dict[str, int] = {}
    pieces = _Pieces()
    for number, raw in enumerate(lines, start=1):
        stripped = (raw.removeprefix(_BOM) if number == 1 else raw).strip(_BLANK)
        if not stripped:
            continue
        try:
            if len(stripped) > MAX_LINE_BYTES or len(raw) > MAX_LINE_BYTES + 1:
                raise BadLine([f"is longer than {MAX_LINE_BYTES // 1024} KiB"])
            line = parse_line(stripped, number, now)
            if (first := first_at.setdefault(line.subscriber_id, number)) != number:
                raise BadLine([f'id "{line.subscriber_id}" stands in line {first} already; name each subscriber once'])
        except BadLine as bad:
            problems.add(number, bad.problems)
            continue
        pieces.add(line)
    if not first_at and not problems.count:
        raise BadInput("the file holds no subscriber: write one JSON object a line")
    problems.raise_if_any()
    return Checked(len(first_at), pieces.finished())


class _Pieces:
    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._lines: list[SubscriberLine] = []

    def add(self, line: SubscriberLine) -> None:
        self._lines.append(line)
        if len(self._lines) == PIECE:
            self._pack()

    def finished(self) -> tuple[bytes, ...]:
        if self._lines:
            self._pack()
        return tuple(self._packed)

    def _pack(self) -> None:
        self._packed.append(zlib.compress(pickle.dumps(self._lines, pickle.HIGHEST_PROTOCOL), 1))
        self._lines = []


class _Problems:
    def __init__(self) -> None:
        self.count = 0
        self._lines = 0
        self._shown: list[Problem] = []

    def add(self, number: int, messages: list[str]) -> None:
        self.count += len(messages)
        self._lines += 1
        for message in messages[: MAX_SHOWN - len(self._shown)]:
            self._shown.append(Problem(f"subscriber line {number}", message))

    def raise_if_any(self) -> None:
        if self.count > len(self._shown):
            self._shown.append(
                Problem(
                    "", f"{self.count} problems in {self._lines} lines; the first {MAX_SHOWN} are shown. Nothing was changed"
                )
            )
        if self._shown:
            raise BadInput(self._shown)
