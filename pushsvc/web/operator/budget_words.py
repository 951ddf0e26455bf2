"""What `/o/providers` shows of budgets, and how it reads what somebody writes into their form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.ledger.budgets import Budget, Purse
from pushsvc.ledger.charges import ALL, WARN_AT_PERCENT
from pushsvc.sites import registry
from pushsvc.web.forms import field
from pushsvc.web.words import say

HERE = "/o/providers"
When = Callable[[Instant, Language], str]
_MICROS = 1_000_000
_FEN = _MICROS // 100
_FULL = 100
_LONGEST = 40
#: Up to a thousand million yuan, written with at most two decimals.
_YUAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True)
class Wished:
    """A budget as somebody wrote it. `wrong`: by field, the word for the rule that it breaks; empty: it can be set."""

    typed: Mapping[str, str]
    tenant: str = ALL
    day: int | None = None
    month: int | None = None
    wrong: Mapping[str, str] | None = None


async def read_budget(tx: AsyncConnection, form: FormData) -> Wished:
    """What the form asks for."""
    typed = {name: field(form, name, _LONGEST) for name in ("tenant", "day", "month")}
    wrong, limits = dict[str, str](), dict[str, int | None]()
    for name in ("day", "month"):
        try:
            limits[name] = read_yuan(typed[name])
        except ValueError:
            wrong[name] = name
    tenant = typed["tenant"].lower()
    if tenant != ALL:
        site = await registry.find_site(tx, typed["tenant"])
        tenant = site.code if site else tenant
        wrong |= {} if site else {"tenant": "tenant"}
    return Wished(typed, wrong=wrong) if wrong else Wished(typed, tenant, limits["day"], limits["month"])


def typed_of(budgets: Sequence[Budget], tenant: str) -> dict[str, str]:
    """What the form begins with: the limits of `tenant`, where it has any."""
    one = next((each for each in budgets if each.tenant == tenant), None)
    limits = (one.day.most, one.month.most) if one else (None, None)
    return {"tenant": tenant[:_LONGEST], "day": as_typed(limits[0]), "month": as_typed(limits[1])}


def yuan(micros: int) -> str:
    """`1,234.50`, to the nearest fen; of less than ten fen also what is below a fen, because one message costs so little."""
    if 0 < micros < _MICROS // 10:
        return f"{micros / _MICROS:.6f}".rstrip("0").ljust(4, "0")
    fen = (micros + _FEN // 2) // _FEN
    return f"{fen // 100:,}.{fen % 100:02}"


def read_yuan(written: str) -> int | None:
    """Millionths of a yuan; None for nothing. ValueError for what is no sum of at most two decimals."""
    plain = unicodedata.normalize("NFKC", written).replace(",", "").replace(" ", "").removesuffix("元").removeprefix("¥")
    if not plain:
        return None
    found = _YUAN.fullmatch(plain)
    if not found:
        raise ValueError(written)
    return int(found[1]) * _MICROS + int((found[2] or "").ljust(2, "0")) * _FEN


def budget_row(one: Budget, names: Mapping[str, str], reader: Language, when: When) -> dict[str, Any]:
    whole = one.tenant == ALL
    return {
        "tenant": one.tenant,
        "name": say(reader, "providers.all") if whole else names.get(one.tenant, one.tenant),
        "code": "" if whole else one.tenant,
        "purses": [_purse(one.day, "day", reader), _purse(one.month, "month", reader)],
        "set": say(reader, "providers.set_by", who=one.set_by, when=when(one.set_at, reader)) if one.set_at else "",
        "href": f"{HERE}?tenant={quote(one.tenant)}#budget",
    }


def _purse(one: Purse, period: str, reader: Language) -> dict[str, Any]:
    name, spent = say(reader, f"providers.{period}"), yuan(one.spent)
    if one.most is None or one.percent is None:
        return {"name": name, "said": say(reader, "providers.no_limit", spent=spent), "bar": None, "state": ""}
    state = "full" if one.percent >= _FULL else "near" if one.percent >= WARN_AT_PERCENT else ""
    said = say(reader, "providers.spent", spent=spent, most=yuan(one.most), percent=one.percent)
    return {"name": name, "said": said, "bar": min(one.percent, _FULL), "state": state}


def as_typed(most: int | None) -> str:
    """A limit as somebody would write it into the form."""
    return "" if most is None else yuan(most).replace(",", "").removesuffix(".00")
