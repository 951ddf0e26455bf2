"""Files that a publication event carries beside its page, and what could be read of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Why an attachment was not read, for machines; the words for people stand in `templates/plain/attachments.toml`.
#: `part` alone goes with a text: only its first pages were read.
WhyNot = Literal[
    "encrypted", "scan", "bomb", "old_format", "not_read", "mismatch", "damaged", "too_slow", "too_large", "empty", "linked",
    "part",
]  # fmt: skip

#: Most attachments of one event.
MOST_ATTACHMENTS = 50


@dataclass(frozen=True)
class Attachment:
    """One attachment as an event brings it: with its `body`, or by its `url` (then it is linked, never fetched)."""

    name: str
    type: str | None = None
    body: bytes | None = None
    url: str | None = None


@dataclass(frozen=True)
class AttachmentText:
    """What an attachment says. `text` is None where it was not read, and `why` says why not."""

    name: str
    text: str | None
    why: WhyNot | None = None
