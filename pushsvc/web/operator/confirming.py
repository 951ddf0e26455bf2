"""A page that says what will be done, and to how many, before it is done; and the line that says afterwards how many it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.operations.accounts import Account
from pushsvc.web.operator.menu import menu
from pushsvc.web.pages import page
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.words import has_word, say

MOST_WHY = 300
_MOST_SHOWN = 10**12


@dataclass(frozen=True)
class Question:
    """`what`: sentences on what will happen. `quotes`: messages word for word, each with whose it is and its language.
    `facts`: terms with their values. `warn`: what cannot be undone, or may happen all the same. `action` is where the answer is
    posted with `hidden`; "": there is nothing to do. `why`: ask for the reason."""

    title: str
    what: Sequence[str]
    button: str
    action: str
    back: str
    facts: Sequence[tuple[str, str]] = ()
    warn: str = ""
    why: bool = True
    danger: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)
    quotes: Sequence[tuple[str, str, Language]] = ()


def reader_of(request: Request) -> Language:
    return language_of(request, default_language(request))


def console(request: Request, account: Account, here: str, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the operator's console."""
    reader = reader_of(request)
    return page(
        request, template, status=status, width="wide", account=account, menu=menu(reader, account), here=here,
        answers_a_form=request.method == "POST", **values,
    )  # fmt: skip


def ask(request: Request, account: Account, here: str, question: Question, *, status: int = 200) -> Response:
    return console(request, account, here, "confirm.html", status=status, question=question)


def done(to: str, word: str, many: int = 0, **more: object) -> RedirectResponse:
    """Back to the list, which says `mending.done.<word>` with how many it was."""
    return RedirectResponse(f"{to}?{urlencode({'done': word, 'n': many, **more})}", status_code=303)


def done_words(request: Request) -> str:
    """What the address says was done; only words of ours are shown, and only a number in them."""
    word, many = request.query_params.get("done", ""), request.query_params.get("n", "0")
    key, reader = f"mending.done.{word}", reader_of(request)
    if not word or not has_word(reader, key):
        return ""
    return say_many(reader, key, min(int(many), _MOST_SHOWN) if many.isascii() and many.isdigit() and len(many) < 20 else 0)


def by_channel(reader: Language, people: Mapping[str, int]) -> list[tuple[str, str]]:
    """How many people on each channel, as terms and values; channels without anybody are left out."""
    return [
        (say(reader, f"channel.{channel}"), count_of(reader, "people", people[channel]))
        for channel in CHANNELS
        if people.get(channel)
    ]


def number(many: int) -> str:
    return f"{many:,}"


def count_of(reader: Language, what: str, many: int) -> str:
    """`1 person`, `1,200 people`; `what` is people, records, messages or rows."""
    return say(reader, f"mending.count.{what}{'_one' if many == 1 else ''}", number=number(many))


def say_many(reader: Language, key: str, many: int, **values: object) -> str:
    """The word for `key`, whose blank {people}, {records}, {messages} or {rows} is `many` of them."""
    counted = {what: count_of(reader, what, many) for what in ("people", "records", "messages", "rows")}
    return say(reader, key, **counted, **values)


def sentences(*words: str | Iterable[str]) -> list[str]:
    """The sentences that are not empty."""
    flat = [word for one in words for word in ([one] if isinstance(one, str) else one)]
    return [word for word in flat if word]
