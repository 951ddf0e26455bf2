"""How a document and its official interpretation (政策解读) find each other: by what each says of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Relation = Literal["interprets", "interpreted_by"]
How = Literal["declared", "link", "name"]


@dataclass(frozen=True)
class Hint:
    """What one document says of another: "I explain what is called so", "I am explained at that address".

    `address` is as the page writes it, relative perhaps; `name` is a title without its wrapping. One of them is set.
    """

    relation: Relation
    how: How
    address: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Named:
    """The names under which a document may be spoken of, and what it says of others."""

    names: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    explains: bool = False
    """It is an interpretation itself: nobody's interpretation explains it."""


@dataclass(frozen=True)
class Related:
    """Another publication that a reader is pointed to: its title and its address."""

    publication_id: str
    title: str
    url: str


@dataclass(frozen=True)
class Relatives:
    """The pages that explain a document, and the documents that it explains."""

    explained_by: tuple[Related, ...] = ()
    explains: tuple[Related, ...] = ()
