"""WeChat and a person: joining an openid by a QR code, and how many messages they have agreed to.

A code is a random scene of which only a hash is kept; it works once, for ten minutes. An openid that belongs to another
person is refused, and nothing changes: two people may not be joined by whoever holds a phone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.profiles.agreeing import give_consent
from pushsvc.profiles.changes import hold_the_pen
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_one
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.providers import wechat_bindings, wechat_quotas
from pushsvc.storage.vault import Vault

BINDS_FOR = timedelta(minutes=10)
KEPT_FOR = timedelta(days=7)
SOURCE = "scanned the QR code of their own page"
#: 32 letters, digits, - and _: as many as a mini-program's code takes.
_SCENE_BYTES = 24
BindingState = Literal["waiting", "joined", "refused", "over", "unknown"]
"""joined: the openid is theirs now. refused: it is somebody else's. over: nobody scanned it in time."""


@dataclass(frozen=True)
class Scene:
    """What the QR code carries. The words are secret: whoever scans them joins."""

    words: str
    ends_at: Instant


async def begin(tx: Transaction, subscriber_no: int, now: Instant, random_bytes: Callable[[int], bytes]) -> Scene:
    """A new code for this person; an earlier one that nobody scanned works no more. NotFound."""
    known = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_no == subscriber_no)
    if (await tx.execute(known)).first() is None:
        raise NotFound(f"there is no subscriber number {subscriber_no}")
    theirs = (wechat_bindings.c.subscriber_no == subscriber_no, wechat_bindings.c.used_at.is_(None))
    await tx.execute(sa.update(wechat_bindings).where(*theirs, wechat_bindings.c.ends_at > now).values(ends_at=now))
    await tx.execute(sa.delete(wechat_bindings).where(wechat_bindings.c.ends_at < now - KEPT_FOR))
    scene = Scene(base64.urlsafe_b64encode(random_bytes(_SCENE_BYTES)).decode(), now + BINDS_FOR)
    row = {
        "scene_hash": _hash(scene.words), "subscriber_no": subscriber_no, "ends_at": scene.ends_at, "used_at": None,
        "refused": False,
    }  # fmt: skip
    await tx.execute(sa.insert(wechat_bindings).values(row))
    return scene


async def binding_state(tx: AsyncConnection, subscriber_no: int, scene: str, now: Instant) -> BindingState:
    """What became of a code of this person; "unknown" for one that is not theirs."""
    row = (await tx.execute(sa.select(wechat_bindings).where(wechat_bindings.c.scene_hash == _hash(scene)))).first()
    return _state(row, now) if row is not None and row.subscriber_no == subscriber_no else "unknown"


async def scene_state(tx: AsyncConnection, scene: str, now: Instant) -> Literal["waiting", "over", "unknown"]:
    """Whether it can be joined, for whoever scanned it: they know no more than the scene, so what became of it is not said."""
    row = (await tx.execute(sa.select(wechat_bindings).where(wechat_bindings.c.scene_hash == _hash(scene)))).first()
    if row is None:
        return "unknown"
    return "waiting" if _state(row, now) == "waiting" else "over"


def _state(row: sa.Row[Any], now: Instant) -> BindingState:
    if row.used_at is not None:
        return "refused" if row.refused else "joined"
    return "waiting" if now < row.ends_at else "over"


async def join_by_scene(tx: Transaction, vault: Vault, scene: str, openid: str, now: Instant) -> BindingState:
    """Somebody scanned the code: their openid becomes an endpoint of the code's person, with this as its consent.

    A code that was used before, is over or is none of ours changes nothing ("over", "unknown").
    """
    await hold_the_pen(tx)
    ours = wechat_bindings.c.scene_hash == _hash(scene)
    row = (await tx.execute(sa.select(wechat_bindings).where(ours))).first()
    if row is None:
        return "unknown"
    fresh = (ours, wechat_bindings.c.used_at.is_(None), wechat_bindings.c.ends_at > now)
    mailbox = vault.find("wechat", normalise_address("wechat", openid))
    others = sa.select(endpoints.c.endpoint_id).where(
        endpoints.c.channel == "wechat", endpoints.c.address_hash == mailbox, endpoints.c.closed_at.is_(None),
        endpoints.c.subscriber_no != row.subscriber_no,
    )  # fmt: skip
    refused = (await tx.execute(others.limit(1))).first() is not None
    used = await tx.execute(sa.update(wechat_bindings).where(*fresh).values(used_at=now, refused=refused))
    if not used.rowcount:
        return "over"
    if refused:
        return "refused"
    try:
        await give_consent(tx, vault, row.subscriber_no, "wechat", openid, now, SOURCE)
    except NotFound:  # they were erased since
        return "over"
    return "joined"


async def take(tx: Transaction, vault: Vault, openid: str, template: str, now: Instant) -> bool:
    """Use up one of the messages that this openid has agreed to. False when none is left."""
    row = _of(vault, openid, template)
    left = wechat_quotas.c.left
    taken = await tx.execute(sa.update(wechat_quotas).where(row, left > 0).values(left=left - 1, changed_at=now))
    return taken.rowcount > 0


async def add(tx: Transaction, vault: Vault, openid: str, template: str, many: int, now: Instant) -> bool:
    """They have agreed to `many` more; or one was not used after all. False for an openid that is nobody's here."""
    left = wechat_quotas.c.left
    row = _of(vault, openid, template)
    added = await tx.execute(sa.update(wechat_quotas).where(row).values(left=left + many, changed_at=now))
    if added.rowcount:
        return True
    endpoint_id = (await tx.execute(_first_endpoint(vault, openid))).scalar()
    if endpoint_id is None:
        return False
    new = {"endpoint_id": endpoint_id, "template": template[:80], "left": many, "changed_at": now}
    if not await insert_one(tx, wechat_quotas, new):  # another wrote the row meanwhile
        await tx.execute(sa.update(wechat_quotas).where(row).values(left=left + many, changed_at=now))
    return True


async def empty(tx: Transaction, vault: Vault, openid: str, template: str, now: Instant) -> None:
    """They agree to no more messages of this template."""
    await tx.execute(sa.update(wechat_quotas).where(_of(vault, openid, template)).values(left=0, changed_at=now))


async def quotas_of(tx: AsyncConnection, endpoint_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """By endpoint and template, how many messages somebody has agreed to, to show it."""
    found: dict[int, dict[str, int]] = {}
    for row in await tx.execute(sa.select(wechat_quotas).where(wechat_quotas.c.endpoint_id.in_(endpoint_ids))):
        found.setdefault(row.endpoint_id, {})[row.template] = row.left
    return found


async def forget(tx: Transaction, subscriber_no: int) -> None:
    """A person is erased: their codes and what was counted of them go too. Before their endpoints do."""
    theirs = sa.select(endpoints.c.endpoint_id).where(endpoints.c.subscriber_no == subscriber_no)
    await tx.execute(sa.delete(wechat_quotas).where(wechat_quotas.c.endpoint_id.in_(theirs)))
    await tx.execute(sa.delete(wechat_bindings).where(wechat_bindings.c.subscriber_no == subscriber_no))


def _first_endpoint(vault: Vault, openid: str) -> sa.Select[tuple[int]]:
    """An openid's agreements are counted once, whoever shares it: on its first endpoint."""
    mailbox = vault.find("wechat", openid)
    return sa.select(sa.func.min(endpoints.c.endpoint_id)).where(
        endpoints.c.channel == "wechat", endpoints.c.address_hash == mailbox
    )


def _of(vault: Vault, openid: str, template: str) -> sa.ColumnElement[bool]:
    first = _first_endpoint(vault, openid).scalar_subquery()
    return sa.and_(wechat_quotas.c.endpoint_id == first, wechat_quotas.c.template == template[:80])


def _hash(scene: str) -> bytes:
    return hashlib.sha256(scene.encode()).digest()
