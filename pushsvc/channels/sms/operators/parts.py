"""A message of one or several parts: what became of them, and what their receipts say of the whole.

A message is accepted when all its parts are, and delivered when all are. A phone shows a message when it has all parts of
it (3GPP TS 23.040, 9.2.3.24.1), so one of which a part came to grief was not told, whatever became of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pushsvc.domain.receipts import ReceiptState, Said
from pushsvc.domain.time import Instant

PartState = Literal["", "sent", "lost", "taken", "passing", "refused"]
"""Not tried; on its way; no answer; the operator has it; refused for now; refused for good."""


@dataclass(frozen=True)
class Receipt:
    """What an operator says of one part. `reference` is ours, where it repeats it; `taken_at` when it took the part, where
    it cannot repeat anything of ours."""

    provider_id: str
    state: ReceiptState
    code: str = ""
    phone: str = ""
    reference: int | None = None
    at: Instant | None = None
    taken_at: Instant | None = None


@dataclass(slots=True)
class Parts:
    """One message on its way."""

    delivery_id: str
    phone: str
    states: list[PartState]
    words: int = 0
    """A check sum of its submits."""
    ids: dict[int, str] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    failed: dict[str, Receipt] = field(default_factory=dict)
    final: Said | None = None

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
        refused = self.states.count("refused")
        if len(self.delivered) >= len(self.states):
            self.final = self._said(receipt, "delivered")
        elif self.failed and not refused:
            self.final = self._said(next(iter(self.failed.values())))
        elif refused and len(self.delivered) + len(self.failed) + refused >= len(self.states):
            # Nothing more of it is on its way, and it can never be whole.
            self.final = self._said(receipt, "undelivered")
        return self.final

    def _said(self, receipt: Receipt, state: ReceiptState | None = None) -> Said:
        name = receipt.provider_id if len(self.states) == 1 else self.provider_id
        own = self.delivery_id or None
        return Said(state or receipt.state, name or receipt.provider_id, own, receipt.code, at=receipt.at)
