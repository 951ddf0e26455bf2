"""What the mailbox viewer shows of one message: a text message as a bubble, a WeChat message as a card with its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_COLONS = ("：", ": ")
_LONGEST_FIELD_NAME = 16
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True)
class Card:
    """A WeChat message. `fields`: name and value; `notes`: what has no name; `links`: words and address."""

    title: str
    fields: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


def card_of(text: str) -> Card:
    """Reads the shown form of templates/wechat/message.txt: who sends, the matter, the fields, then each link's words and
    address, a line each."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    title, rest = (lines[1], lines[2:]) if len(lines) > 1 else ("".join(lines), [])
    fields: list[tuple[str, str]] = []
    notes: list[str] = []
    links: list[tuple[str, str]] = []
    for before, line in zip(["", *rest], rest, strict=False):
        if _ADDRESS.fullmatch(line):
            links.append((notes.pop() if notes and notes[-1] == before else line, line))
        elif (named := _named(line)) is not None:
            fields.append(named)
        else:
            notes.append(line)
    return Card(title, tuple(fields), tuple(notes), tuple(links))


def pieces_of(text: str) -> list[tuple[str, bool]]:
    """A text message in pieces; True marks a web address."""
    return [(piece, bool(_ADDRESS.fullmatch(piece))) for piece in _ADDRESS.split(text) if piece]


def shown(message: Mapping[str, Any], when: str) -> dict[str, Any]:
    """The message with what its channel's view needs."""
    more: dict[str, Any] = {"when": when}
    if message["channel"] == "sms":
        more["pieces"] = pieces_of(message["text"])
    elif message["channel"] == "wechat":
        more["card"] = card_of(message["text"])
    return {**message, **more}


def _named(line: str) -> tuple[str, str] | None:
    for colon in _COLONS:
        name, found, value = line.partition(colon)
        if found and value and len(name) <= _LONGEST_FIELD_NAME:
            return name, value
    return None
