"""Texts and numbers as Chinese SMS services see them: approved templates, what a text is billed, what is no mobile number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_ADDRESS = re.compile(r"(?i)https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|gov)\b")
_EMOJI = re.compile(r"[\U0001F000-\U0001FAFF☀-➿]")


@dataclass(frozen=True)
class Template:
    """An approved template: `${name}` (Aliyun), `{1}` (Tencent) or `{name}` are its variables; `longest` is what each holds."""

    id: str
    content: str
    longest: Mapping[str, int] = field(default_factory=dict)
    abroad: bool = False

    @property
    def variables(self) -> list[str]:
        """In the order of the text, each once."""
        return list(dict.fromkeys(re.findall(r"\$?\{(\w+)\}", self.content)))

    def filled(self, values: Mapping[str, str]) -> str:
        return re.sub(r"\$?\{(\w+)\}", lambda found: values[found[1]], self.content)


def segments_of(text: str) -> int:
    """What a Chinese provider bills for a text with its signature: every sign counts one, Latin ones too; up to 70 are one
    SMS, else each holds 67 (https://help.aliyun.com/document_detail/44335.htm). A sign that UTF-16 writes as a pair takes two
    places, which stay together: the page is silent on those, and a phone could not read half of one."""
    pieces, room = 1, 67
    for sign in text:
        places = len(sign.encode("utf-16-le")) // 2
        if places > room:
            pieces, room = pieces + 1, 67
        room -= places
    return 1 if len(text.encode("utf-16-le")) // 2 <= 70 else pieces


def mobile(written: str) -> str | None:
    """A Chinese mobile number in any form that both take, as E.164; None when it is none."""
    found = re.fullmatch(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})", written)
    return f"+86{found[1]}" if found else None


def holds_address(text: str) -> bool:
    return bool(_ADDRESS.search(text))


def holds_emoji(text: str) -> bool:
    return bool(_EMOJI.search(text))
