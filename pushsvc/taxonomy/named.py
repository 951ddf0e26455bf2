"""Lists whose entries are known by their names: the product's own life topics and audience groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.entries import Entry, cues, rows, several


class NamedList:
    """Entries by name. Each may be written in Chinese, in English, or by an alias, in any letter case."""

    def __init__(self, thing: str, command: str, entries: Iterable[Entry]) -> None:
        self._thing = thing
        self._command = command
        self._entries = {entry.code: entry for entry in entries}
        self._by_written: dict[str, str] = {}
        for entry in self._entries.values():
            for alias in (*entry.aliases, *([entry.name_en] if entry.name_en else [])):
                self._by_written.setdefault(alias.casefold(), entry.code)
        self._by_written.update({entry.name.casefold(): entry.code for entry in self._entries.values()})

    def normalise(self, written: str) -> str:
        """The list's own (Chinese) name for what somebody wrote. BadInput when the list has no such name."""
        found = self._by_written.get(written.strip().casefold())
        if found is None:
            raise BadInput(f'{self._thing} "{written}" is not in the list: `{self._command}` prints the names')
        return found

    def known(self, written: str) -> bool:
        """Does `normalise` accept it?"""
        return written.strip().casefold() in self._by_written

    def entry(self, written: str) -> Entry:
        """The row, with its cues. BadInput as `normalise`."""
        return self._entries[self.normalise(written)]

    def name(self, written: str, language: Language = "zh") -> str:
        """The name in `language`. BadInput as `normalise`."""
        return self.entry(written).in_language(language)

    def all(self) -> tuple[Entry, ...]:
        """Every entry, in the order of the list."""
        return tuple(self._entries.values())


def read_named(file: str) -> tuple[Entry, ...]:
    """The entries of a list whose codes are its names."""
    return tuple(map(_entry, rows(file)))


def _entry(row: Mapping[str, str]) -> Entry:
    chinese, chinese_titles = cues(row["cues_zh"])
    english, english_titles = cues(row["cues_en"])
    name, name_en = row["name"], row["name_en"] or None
    return Entry(name, name, name_en, None, several(row["aliases"]), chinese, english, chinese_titles | english_titles)
