"""Where the index files what it holds: sets by key, and values that many share and so are kept once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


class Files(Generic[K, V]):
    """A set of values under each key.

    Half of all phrases are one person's only, and an empty set costs 216 bytes: a lone value is kept without one. So a
    value itself must never be a set.
    """

    def __init__(self) -> None:
        self._under: dict[K, V | set[V]] = {}

    def __len__(self) -> int:
        return len(self._under)

    def add(self, key: K, value: V) -> bool:
        """File `value` under `key`. True when nothing was there before."""
        there = self._under.get(key)
        if there is None:
            self._under[key] = value
        elif isinstance(there, set):
            there.add(value)
        elif there != value:
            self._under[key] = {there, value}
        return there is None

    def discard(self, key: K, value: V) -> bool:
        """The inverse of `add`. True when nothing is there any more."""
        there = self._under.get(key)
        if isinstance(there, set):
            there.discard(value)
            if there:
                return False
        elif there != value:
            return there is None
        self._under.pop(key, None)
        return True

    def count(self, keys: Iterable[K]) -> int:
        """How many values are under `keys`, those under several counted several times."""
        under = self._under
        found = (under[key] for key in keys if key in under)
        return sum(len(there) if isinstance(there, set) else 1 for there in found)

    def under(self, keys: Iterable[K]) -> set[V]:
        """The values under any of `keys`."""
        values: set[V] = set()
        for key in keys:
            there = self._under.get(key)
            if isinstance(there, set):
                values |= there
            elif there is not None:
                values.add(there)
        return values


class Shared(Generic[V]):
    """Equal values kept once, as long as anybody uses them: then identity is equality."""

    def __init__(self) -> None:
        self._kept: dict[V, tuple[V, int]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, value: V) -> V:
        """The kept value that equals `value`: `value` itself when it is the first."""
        kept, uses = self._kept.get(value, (value, 0))
        self._kept[kept] = (kept, uses + 1)
        return kept

    def release(self, value: V) -> bool:
        """The inverse of `take`. True when nobody uses the value any more."""
        kept, uses = self._kept[value]
        if uses > 1:
            self._kept[kept] = (kept, uses - 1)
            return False
        del self._kept[value]
        return True
