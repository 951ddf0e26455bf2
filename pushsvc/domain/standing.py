"""Who may be used for sending now, and how much of it: what operators and breakers decided. See operations/providers.py."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Standing:
    """How the providers stand. One that is not named has weight 1 and may be used; weight 0 means only when no other can."""

    weights: Mapping[str, int] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()
    stopped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By provider, the ids of templates that it refuses."""

    def order(self, names: Sequence[str], message: str) -> list[str]:
        """The usable providers in the order in which `message` tries them: the first by weight, the same at each try."""
        usable = [name for name in names if name not in self.paused]
        weights = [max(0, self.weights.get(name, 1)) for name in usable]
        total = sum(weights)
        if total:
            place = int.from_bytes(hashlib.sha256(message.encode()).digest()[:6], "big") % total
            for first, weight in zip(usable, weights, strict=True):
                if place < weight:
                    rest = [name for name in usable if name != first]
                    return [first, *sorted(rest, key=lambda name: -self.weights.get(name, 1))]
                place -= weight
        return usable


class Intents(Protocol):
    """Writes down to whom a message is offered, before it is."""

    async def offer(self, delivery_id: str, claim: str, provider: str) -> bool:
        """Returns when it is durable. False: the message is under another claim by now, and must not be offered. NotDurable."""
        ...


class Providers(Protocol):
    """What the carrier asks and tells about its providers."""

    async def standing(self) -> Standing:
        """As it was at most two seconds ago."""
        ...

    async def pause(self, provider: str, why: str) -> None:
        """Nothing would be taken by it until a person mends it: use the others, and tell somebody."""
        ...

    async def stop_template(self, provider: str, template: str, code: str, why: str) -> None:
        """The provider refuses this template: send nothing with it, and tell somebody."""
        ...
