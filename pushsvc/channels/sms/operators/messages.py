"""The messages that this process sent, in its memory: which receipts are theirs, and what is known of those in doubt."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from pushsvc.channels.sms.longtext import MOST_PARTS
from pushsvc.channels.sms.operators.parts import Parts, Receipt
from pushsvc.domain.receipts import Said, Trace, reference

#: Ids of the last messages, for receipts that write them in another form and for messages of several parts.
_MOST_KNOWN = 20_000
_MOST_KEPT = 5_000
_MOST_EARLY = 20
K = TypeVar("K")
V = TypeVar("V")


class Messages:
    """What this process knows of the messages that it sent: enough to read receipts and to settle doubts."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Parts | tuple[str, str]] = OrderedDict()
        """By the operator's id; of a message of one part only its phone and our id."""
        self._kept: OrderedDict[str, Parts] = OrderedDict()
        """Messages in doubt, and those of several parts, by our id."""
        self._by_reference: OrderedDict[tuple[str, int], Parts] = OrderedDict()
        """The same by phone and reference, and those of which only receipts are known: a process before this one sent them."""
        self._repeats_reference = False
        """Whether the operator's receipts have been seen to carry our reference, and not one of its own."""
        self._under_way: dict[str, int] = {}
        """Messages that are being sent, counted by phone; of those of one part, which are many, only the phone is kept."""
        self._alone: dict[str, str] = {}
        self._early: dict[str, list[Callable[[], None]]] = {}

    def begin_alone(self, delivery_id: str, phone: str) -> bool:
        """A message of one part begins to be sent. False: something is known of it already, so it begins by `begin`."""
        if delivery_id in self._kept:
            return False
        self._alone[delivery_id] = phone
        return True

    def took_alone(self, delivery_id: str, phone: str, provider_id: str) -> None:
        """The operator took it: all that is wanted of it from now on is whose receipt this is."""
        self._alone.pop(delivery_id, None)
        known = self._known
        known[provider_id] = (phone, delivery_id)
        if len(known) > _MOST_KNOWN:
            known.popitem(last=False)
        if self._early:
            self._read_early(phone)

    def end_alone(self, delivery_id: str, phone: str, body: bytes) -> Parts:
        """The operator did not simply take it, or said so late: from now on it is known as the others are."""
        self._alone.pop(delivery_id, None)
        return self._kept.get(delivery_id) or Parts(delivery_id, phone, [""], zlib.crc32(body))

    def begin(self, delivery_id: str, phone: str, bodies: Sequence[bytes]) -> Parts:
        """A message that begins to be sent, or goes on: what the operator has of it is not sent again. With other words it
        begins anew, for no phone may join parts of two texts."""
        self._under_way[phone] = self._under_way.get(phone, 0) + 1
        words = zlib.crc32(b"".join(bodies))
        known = self._kept.get(delivery_id)
        if known is not None and (known.phone, known.words, len(known.states)) == (phone, words, len(bodies)):
            return known
        if known is not None:
            known.delivery_id = ""  # what comes of its parts says nothing of the new message
        return Parts(delivery_id, phone, [""] * len(bodies), words)

    def end(self, parts: Parts) -> None:
        """Its sending is over: receipts that came before the answers can be read now."""
        self._remember(parts)
        left = self._under_way.pop(parts.phone, 1) - 1
        if left:
            self._under_way[parts.phone] = left
        self._read_early(parts.phone)

    def note(self, parts: Parts) -> None:
        """An answer came after its time, or to a message of one part that was not simply taken."""
        self._remember(parts)
        self._read_early(parts.phone)

    def receipt(self, receipt: Receipt, again: Callable[[], None]) -> tuple[Said, ...] | Literal["early"]:
        """What a receipt says; nothing of a message whose other parts are not settled. early: its message is still being
        sent; `again` is called when that is over."""
        name = self._name(receipt)
        if name is None and self._is_under_way(receipt.phone):
            early = self._early.setdefault(receipt.phone, [])
            if len(early) < _MOST_EARLY:
                early.append(again)
                return "early"
        known = self._known.get(name) if name is not None else None
        if name is None or known is None:
            return self._of_no_known_id(receipt)
        named = replace(receipt, provider_id=name)
        if isinstance(known, Parts):
            self._compare(receipt, known.delivery_id, len(known.states))
            return _only(known.fold(named))
        self._compare(receipt, known[1], 1)
        return (Said(receipt.state, name, known[1], receipt.code, at=receipt.at),)

    def _is_under_way(self, phone: str) -> bool:
        # Asked only of receipts that came before their answer, so the messages of one part are walked over.
        return phone in self._under_way or phone in self._alone.values()

    def _read_early(self, phone: str) -> None:
        if self._early and not self._is_under_way(phone):
            for read in self._early.pop(phone, ()):
                read()

    def _of_no_known_id(self, receipt: Receipt) -> tuple[Said, ...]:
        """Its message is in doubt, or a process before this one sent it."""
        mark = receipt.reference
        parts = self._by_reference.get((receipt.phone, mark)) if mark is not None else None
        if parts is not None and parts.delivery_id:
            return _only(parts.fold(receipt))
        alone = Said(receipt.state, receipt.provider_id, code=receipt.code, at=receipt.at)
        if mark is None:
            trace = Trace(receipt.phone, taken_at=receipt.taken_at) if receipt.taken_at else None
            return (replace(alone, trace=trace),)
        if parts is None:
            parts = Parts("", receipt.phone, ["lost"] * ((mark & 0xF) + 1))
            _keep(self._by_reference, (receipt.phone, mark), parts, _MOST_KEPT)
        final, trace = parts.fold(receipt), Trace(receipt.phone, mark)
        single = len(parts.states) == 1
        if not self._repeats_reference or single:
            # One part says nothing of a message of several, until all of them are known.
            whole = single or (final is not None and final.state == receipt.state)
            return (replace(alone, trace=trace if whole else None),)
        # The ledger knows it by the id of its last part, and we do not know which that is.
        ids = (*parts.delivered, *parts.failed) if final else ()
        return tuple(replace(final, provider_id=own, trace=trace) for own in ids if final)

    def settle(self, delivery_id: str, phone: str) -> Said | Literal["absent", "later"]:
        """What is known of a message in doubt. absent: the operator has nothing of it, or sending it again sends only what
        it lacks."""
        parts = self._kept.get(delivery_id)
        if parts is None:
            for many in range(1, MOST_PARTS + 1):
                heard = self._by_reference.get((phone, reference(delivery_id, many)))
                if heard is not None and heard.final is not None:
                    return replace(heard.final, delivery_id=delivery_id)
            return "later"
        if parts.final is not None:
            return parts.final
        if parts.whole:
            return Said("sent", parts.provider_id or "", delivery_id)
        unsure = {"sent", "lost"}.intersection(parts.states)
        return "later" if unsure or ("refused" in parts.states and parts.ids) else "absent"

    def taken_parts(self, delivery_id: str) -> list[str]:
        """The operator's ids of the parts that it took of a message in doubt, as far as no receipt has come for them."""
        parts = self._kept.get(delivery_id)
        ids = parts.ids.values() if parts is not None else ()
        return [own for own in ids if parts is not None and own not in parts.delivered and own not in parts.failed]

    def queried(self, delivery_id: str, said: Said) -> None:
        """What the operator says of such a part when it is asked counts as its receipt."""
        parts = self._kept.get(delivery_id)
        if parts is not None:
            parts.fold(Receipt(said.provider_id, said.state, said.code))

    def _compare(self, receipt: Receipt, delivery_id: str, parts: int) -> None:
        if not self._repeats_reference and receipt.reference is not None:
            self._repeats_reference = receipt.reference == reference(delivery_id, parts)

    def _remember(self, parts: Parts) -> None:
        single = len(parts.states) == 1
        for provider_id in parts.ids.values():
            known = (parts.phone, parts.delivery_id) if single and parts.whole else parts
            _keep(self._known, provider_id, known, _MOST_KNOWN)
        settled = (parts.whole and single) or not ({"sent", "lost"}.intersection(parts.states) or parts.ids)
        # What was in doubt is kept: that the operator refused all of it late says that sending it again repeats nothing.
        if settled and parts.delivery_id not in self._kept:
            return
        _keep(self._kept, parts.delivery_id, parts, _MOST_KEPT)
        _keep(self._by_reference, (parts.phone, reference(parts.delivery_id, len(parts.states))), parts, _MOST_KEPT)

    def _name(self, receipt: Receipt) -> str | None:
        """The id as the operator's answer wrote it. Receipts of some write the same number in decimal, hexadecimal or with
        zeros; two messages may look alike so, hence only one to the same phone counts."""
        if receipt.provider_id in self._known:
            return receipt.provider_id
        for form in _forms(receipt.provider_id):
            known = self._known.get(form)
            if known is not None and receipt.phone == (known.phone if isinstance(known, Parts) else known[0]):
                return form
        return None


def _only(said: Said | None) -> tuple[Said, ...]:
    return () if said is None else (said,)


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


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    """At the end, so that the oldest falls out first. (Taking a plain dict's first key walks over all that were taken out.)"""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
