"""Topics: the State Council's document classification by code, and the product's own life topics by name."""

from __future__ import annotations

import re

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.entries import Entry, rows
from pushsvc.taxonomy.lines import topic_line
from pushsvc.taxonomy.named import NamedList, read_named

_WRITTEN_CODE = re.compile(r"T([0-9]{2}){1,2}", re.IGNORECASE)


class Topics:
    """The shipped topics. Read them through `taxonomy.topics()`."""

    def __init__(self) -> None:
        self._codes: dict[str, Entry] = {}
        for row in rows("topics.csv"):
            above = topic_line(row["code"])
            parent = above[1] if len(above) > 1 else None
            self._codes[row["code"]] = Entry(row["code"], row["name"], row["name_en"] or None, parent)
        self._life = NamedList("topic", "pushsvc taxonomy topics", read_named("life_topics.csv"))

    def normalise(self, topic: str) -> str:
        """The code in capitals, or the life topic's Chinese name (an English name or an alias is understood).

        BadInput when the lists have neither.
        """
        if not _WRITTEN_CODE.fullmatch(topic.strip()):
            return self._life.normalise(topic)
        code = topic.strip().upper()
        if code not in self._codes:
            raise BadInput(f'topic "{topic}" is no code of the classification: `pushsvc taxonomy topics` lists them')
        return code

    def known(self, topic: str) -> bool:
        """Does `normalise` accept it?"""
        return topic.strip().upper() in self._codes or self._life.known(topic)

    def above(self, topic: str) -> tuple[str, ...]:
        """The topic itself, then what lies above it."""
        return topic_line(self.normalise(topic))

    def entry(self, topic: str) -> Entry:
        """The row; BadInput as `normalise`."""
        found = self.normalise(topic)
        return self._codes.get(found) or self._life.entry(found)

    def name(self, topic: str, language: Language = "zh") -> str:
        """The name in `language`; the Chinese one where the list has no English name."""
        return self.entry(topic).in_language(language)

    def life(self) -> tuple[Entry, ...]:
        """The product's own life topics, with their cues: documents are classified by them, people choose them."""
        return self._life.all()

    def all(self) -> tuple[Entry, ...]:
        """The life topics, then the State Council's themes, each before its subthemes."""
        return (*self._life.all(), *self._codes.values())
