"""Messages of several parts are one delivery: what became of their parts, in this process's memory.

A message is accepted when all its parts are, and delivered when all are. A phone shows a message when it has all parts of
it (3GPP TS 23.040, 9.2.3.24.1), so one of which a part came to grief was not told, whatever became of the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pushsvc.domain.receipts import ReceiptState, Said
from pushsvc.domain.time import Instant

#: Ids of the last messages, for receipts that write them in another form and for messages of several parts.
_MOST_KNOWN = 20_000
_MOST_DOUBTS = 5_000
_MOST_EARLY = 20
K = TypeVar("K")
V = TypeVar("V")
PartState = Literal["", "sent", "lost", "taken", "passing", "refused"]
"""Not tried; on its way; no answer; the operator has it; refused for now; refused for good."""


def reference(delivery_id: str) -> int:
    """Sixteen bits of ours that an operator may repeat in its receipts. Derived, so that another process knows it too."""
    return zlib.crc32(delivery_id.encode()) & 0xFFFF


@dataclass(frozen=True)
class Receipt:
    """What an operator says of one part. `reference` is ours, where it repeats it."""

    provider_id: str
    state: ReceiptState
    code: str = ""
    phone: str = ""
    reference: int | None = None
    at: Instant | None = None


@dataclass(slots=True)
class Parts:
    """One message on its way."""

    delivery_id: str
    phone: str
    states: list[PartState]
    ids: dict[int, str] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    failed: dict[str, Receipt] = field(default_factory=dict)

    @property
    def reference(self) -> int:
        return reference(self.delivery_id)

    @property
    def whole(self) -> bool:
        return self.states.count("taken") == len(self.states)

    @property
    def provider_id(self) -> str | None:
        """The id by which the ledger knows it: its last part's."""
        return self.ids.get(len(self.states) - 1) or None

    def fold(self, receipt: Receipt) -> Said | None:
        """What the receipt of one part says of the whole; None while that is open."""
        if receipt.state == "delivered":
            self.delivered.add(receipt.provider_id)
        elif receipt.state in ("undelivered", "dead"):
            self.failed[receipt.provider_id] = receipt
        if len(self.delivered) >= len(self.states):
            return self._said("delivered", receipt)
        refused = self.states.count("refused")
        if self.failed and not refused:
            return self._said(next(iter(self.failed.values())).state, next(iter(self.failed.values())))
        if refused and len(self.delivered) + len(self.failed) + refused >= len(self.states):
            # Nothing more of it is on its way, and it can never be whole.
            return self._said("undelivered", receipt)
        return None

    def _said(self, state: ReceiptState, receipt: Receipt) -> Said:
        name = receipt.provider_id if len(self.states) == 1 else self.provider_id
        return Said(state, name or receipt.provider_id, self.delivery_id, receipt.code, at=receipt.at)


class Messages:
    """What this process knows of the messages that it sent: enough to read receipts and to settle doubts."""

    def __init__(self) -> None:
        self._known: dict[str, Parts | str] = {}
        """By the operator's id; of a message of one part only the phone."""
        self._doubts: dict[str, Parts] = {}
        self._unclaimed: dict[tuple[str, int], Receipt] = {}
        self._under_way: dict[str, int] = {}
        self._early: dict[str, list[Callable[[], None]]] = {}

    def begin(self, delivery_id: str, phone: str, parts: int) -> Parts:
        """A message that begins to be sent, or goes on: what the operator has of it is not sent again."""
        self._under_way[phone] = self._under_way.get(phone, 0) + 1
        known = self._doubts.get(delivery_id)
        if known is not None and known.phone == phone and len(known.states) == parts:
            return known
        return Parts(delivery_id, phone, [""] * parts)

    def end(self, parts: Parts) -> None:
        """Its sending is over: receipts that came before the answers can be read now."""
        self._remember(parts)
        left = self._under_way.pop(parts.phone, 1) - 1
        if left:
            self._under_way[parts.phone] = left
            return
        for read in self._early.pop(parts.phone, ()):
            read()

    def note_late(self, parts: Parts) -> None:
        """An answer came after its time."""
        self._remember(parts)

    def receipt(self, receipt: Receipt, again: Callable[[], None]) -> Said | Literal["open", "early"]:
        """What a receipt says. open: of a message whose other parts are not settled. early: its message is still being
        sent; `again` is called when that is over."""
        name = self._name(receipt)
        if name is None and self._under_way.get(receipt.phone):
            early = self._early.setdefault(receipt.phone, [])
            if len(early) < _MOST_EARLY:
                early.append(again)
                return "early"
        parts = self._known.get(name) if name is not None else self._by_reference(receipt)
        if isinstance(parts, Parts):
            named = Receipt(name or receipt.provider_id, receipt.state, receipt.code, at=receipt.at)
            said = parts.fold(named)
            if said is None:
                return "open"
            self._doubts.pop(parts.delivery_id, None)
            return said
        if name is None and receipt.reference is not None:
            _keep(self._unclaimed, (receipt.phone, receipt.reference), receipt, _MOST_DOUBTS)
        return Said(receipt.state, name or receipt.provider_id, code=receipt.code, at=receipt.at)

    def settle(self, delivery_id: str, phone: str) -> Said | Literal["absent", "later"]:
        """What is known of a message in doubt. absent: the operator has nothing of it, or sending it again sends only what
        it lacks."""
        parts = self._doubts.get(delivery_id)
        if parts is None:
            receipt = self._unclaimed.get((phone, reference(delivery_id)))
            return Said(receipt.state, receipt.provider_id, delivery_id, receipt.code, at=receipt.at) if receipt else "later"
        if parts.whole:
            return Said("sent", parts.provider_id or "", delivery_id)
        unsure = {"sent", "lost"}.intersection(parts.states)
        return "later" if unsure or ("refused" in parts.states and parts.ids) else "absent"

    def _by_reference(self, receipt: Receipt) -> Parts | None:
        if receipt.reference is None:
            return None
        for parts in self._doubts.values():
            if parts.reference == receipt.reference and parts.phone == receipt.phone:
                return parts
        return None

    def _remember(self, parts: Parts) -> None:
        single = len(parts.states) == 1
        for provider_id in parts.ids.values():
            _keep(self._known, provider_id, parts.phone if single and parts.whole else parts, _MOST_KNOWN)
        settled = (parts.whole and single) or not ({"sent", "lost"}.intersection(parts.states) or parts.ids)
        # What was in doubt is kept: that the operator refused all of it late says that sending it again repeats nothing.
        if settled and parts.delivery_id not in self._doubts:
            return
        _keep(self._doubts, parts.delivery_id, parts, _MOST_DOUBTS)

    def _name(self, receipt: Receipt) -> str | None:
        """The id as the operator's answer wrote it. Receipts of some write the same number in decimal, hexadecimal or with
        zeros; two messages may look alike so, hence only one to the same phone counts."""
        if receipt.provider_id in self._known:
            return receipt.provider_id
        for form in _forms(receipt.provider_id):
            known = self._known.get(form)
            if known is not None and receipt.phone == (known.phone if isinstance(known, Parts) else known):
                return form
        return None


def _forms(provider_id: str) -> Iterator[str]:
    bare = provider_id.lstrip("0")
    yield bare
    yield provider_id.upper()
    yield provider_id.lower()
    if bare.isascii() and bare.isdigit() and len(bare) <= 20:
        written = f"{int(bare):x}"
        yield from (written, written.upper(), written.zfill(8), written.upper().zfill(8), bare.zfill(10))
    if len(bare) <= 16 and bare and all(sign in "0123456789abcdefABCDEF" for sign in bare):
        number = str(int(bare, 16))
        yield from (number, number.zfill(10))


def _keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]
