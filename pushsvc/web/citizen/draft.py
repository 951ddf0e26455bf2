"""What a visitor has chosen so far, kept sealed in their own browser until they agree. Nothing is written down here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import accumulate
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from pushsvc.domain.subscribers import Channel, Frequency
from pushsvc.profiles.wishes import MOST_BYTES_OF_WORDS, Born, ForAnother, Wish
from pushsvc.web.forms import forms

COOKIE = "start"
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)


@dataclass(frozen=True)
class Draft:
    """The wish, and once the third step is done, where the code went."""

    wish: Wish = field(default_factory=Wish)
    frequency: Frequency = "immediate"
    channel: Channel | None = None
    address: str = ""


def draft_of(request: Request) -> Draft:
    """The draft of this browser; an empty one for none, and for one of an older version that cannot be read."""
    kept = forms(request).kept(request, COOKIE)
    try:
        return Draft(
            _wish(kept.get("wish", {})), kept.get("frequency", "immediate"), kept.get("channel"), kept.get("address", "")
        )
    except (TypeError, ValueError, AttributeError):
        return Draft()


def keep_draft(request: Request, response: Response, draft: Draft | None) -> None:
    """Keep it for a day; None forgets it. Whatever the steps let through fits: see the limits of a wish."""
    if draft is not None:
        draft = replace(draft, wish=replace(draft.wish, words=_fitting(draft.wish.words)))
    forms(request).keep(request, response, COOKIE, None if draft is None else _said(asdict(draft)))


def _fitting(words: tuple[str, ...]) -> tuple[str, ...]:
    """As many of the words as fit; a form refuses more, a search adds its own to those that are there."""
    sizes = accumulate(len(word.encode()) for word in words)
    return tuple(word for word, size in zip(words, sizes, strict=True) if size <= MOST_BYTES_OF_WORDS)


def _wish(kept: Mapping[str, Any]) -> Wish:
    lists = {name: tuple(kept.get(name, ())) for name in ("places", "bundles", "topics", "words", "industries")}
    return Wish(
        kind=kept.get("kind", "citizen"), headcount=kept.get("headcount"), born=_born(kept.get("born")),
        others=tuple(
            ForAnother(tuple(other.get("places", ())), tuple(other.get("bundles", ())), _born(other.get("born")))
            for other in kept.get("others", ())
        ),
        **lists,
    )  # fmt: skip


def _born(kept: Mapping[str, Any] | None) -> Born | None:
    return Born(kept.get("year"), kept.get("age")) if kept else None


def _said(value: Any) -> Any:
    """Only what was said: a cookie is small."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each not in (None, "", (), [], {})}
    return [_said(each) for each in value] if isinstance(value, list | tuple) else value
