"""The demo's publications as events, with their days counted from the start of the demo."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any

from pushsvc.domain.languages import ENGLISH_MONTHS

_DAY = re.compile(r"\{day\+(\d+)\}")
_DECLARED = ("title", "type", "topics", "audiences", "regions", "industries", "eligibility", "urgency", "language")


@dataclass(frozen=True)
class DemoEvent:
    """One event as its demo site sends it."""

    site: str
    body: Mapping[str, Any]


def demo_events(domains: Mapping[str, str], today: date) -> list[DemoEvent]:
    """Every demo publication in order. `domains` maps a site to its domain."""
    written = tomllib.loads((resources.files("pushsvc.demo") / "data" / "publications.toml").read_text("utf-8"))["publication"]
    originals = {(publication["site"], publication["path"]): publication for publication in written if "text" in publication}
    by_path = {path: publication for (_, path), publication in originals.items()}
    return [_event(publication, by_path, domains, today) for publication in written]


def _event(
    publication: Mapping[str, Any], by_path: Mapping[str, Mapping[str, Any]], domains: Mapping[str, str], today: date
) -> DemoEvent:
    site = publication["site"]
    body: dict[str, Any] = {
        "event": publication.get("event", "published"),
        "url": f"https://{domains[site]}{publication['path']}",
    }
    source = by_path.get(publication.get("copy_of") or publication.get("update_of") or publication["path"], {})
    if body["event"] != "withdrawn":
        text = source["text"].strip()
        for old, new in publication.get("replace", ()):
            text = text.replace(old, new)
        language = source.get("language", "zh")
        body |= {name: value for name in _DECLARED if (value := publication.get(name, source.get(name))) is not None}
        body["content_text"] = _DAY.sub(lambda found: _in_words(today + timedelta(days=int(found[1])), language), text)
    return DemoEvent(site, body)


def _in_words(day: date, language: str) -> str:
    return (
        f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}" if language == "en" else f"{day.year}年{day.month}月{day.day}日"
    )
