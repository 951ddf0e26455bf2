"""Life situations as ready bundles of interests: read once from templates/web/bundles.toml, checked like every interest."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pushsvc import resources
from pushsvc.domain.languages import Language
from pushsvc.profiles.reading import body_of
from pushsvc.taxonomy.interests import checked_interest

Audience = Literal["home", "business"]


@dataclass(frozen=True)
class Bundle:
    """One life situation. `bodies` are the interests that it stands for, as they are stored, without a place."""

    bundle_id: str
    audience: Audience
    titles: Mapping[Language, str]
    hints: Mapping[Language, str]
    bodies: tuple[Mapping[str, Any], ...]


@cache
def bundles() -> tuple[Bundle, ...]:
    """Every bundle, in the order of the page. BadInput for one that no import would accept."""
    written = tomllib.loads(resources.text("web/bundles.toml"))["bundle"]
    return tuple(_bundle(each) for each in written)


def bodies_of(bundle_ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """The interests of these bundles, each once, in the order of the page. An id that is none is passed over."""
    found = [body for bundle in bundles() if bundle.bundle_id in bundle_ids for body in bundle.bodies]
    return [body for place, body in enumerate(found) if body not in found[:place]]


def title_of(body: Mapping[str, Any], language: Language) -> str | None:
    """The bundle that this interest came from, in words; None for one that somebody put together. Places do not matter."""
    bare = {name: value for name, value in body.items() if name not in ("places", "attributes")}
    return next((bundle.titles[language] for bundle in bundles() if bare in bundle.bodies), None)


def _bundle(written: Mapping[str, Any]) -> Bundle:
    bundle_id = written["id"]
    bodies = tuple(body_of(checked_interest(body, f"bundle {bundle_id}")) for body in written["interests"])
    return Bundle(
        bundle_id,
        written["for"],
        {"zh": written["zh"], "en": written["en"]},
        {"zh": written["hint_zh"], "en": written["hint_en"]},
        bodies,
    )
