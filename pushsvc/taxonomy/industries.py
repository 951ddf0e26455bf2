"""Industries: GB/T 4754-2017 as section letter + digits. The list ends at divisions; deeper codes lie below theirs."""

from __future__ import annotations

import re

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.entries import Entry, rows, several
from pushsvc.taxonomy.lines import industry_line

_CODE = re.compile(r"[A-Z]([0-9]{2,4})?")
_DIVISION = 3  # characters: the section's letter and two digits


class Industries:
    """The shipped list of industries. Read it through `taxonomy.industries()`."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        for row in rows("industries.csv"):
            code = row["code"]
            parent = code[0] if len(code) > 1 else None
            self._entries[code] = Entry(
                code, row["name"], row["name_en"] or None, parent,
                several(row["aliases"]), several(row["cues_zh"]), several(row["cues_en"]),
            )  # fmt: skip

    def normalise(self, code: str) -> str:
        """The code in capitals. BadInput unless its section, and with digits its division in that section, is known."""
        written = code.strip().upper()
        if not _CODE.fullmatch(written):
            raise BadInput(f'industry "{code}" is not a section letter with two to four digits, such as C, C39 or C3911')
        if written[:_DIVISION] not in self._entries:
            raise BadInput(
                f'industry "{code}": GB/T 4754-2017 has no {written[:_DIVISION]}; '
                "`pushsvc taxonomy industries` lists what it has"
            )
        return written

    def above(self, code: str) -> tuple[str, ...]:
        """The industry itself, then what lies above it, nearest first."""
        return industry_line(self.normalise(code))

    def known(self, code: str) -> bool:
        """Is this a good code: a known section, or a division of it, or below one?"""
        return bool(_CODE.fullmatch(code)) and code[:_DIVISION] in self._entries

    def name(self, code: str, language: Language = "zh") -> str:
        """The name; of a code below a division, the division's. In English, the section's where it has none."""
        line = [self._entries[each] for each in self.above(code) if each in self._entries]
        if language == "en":
            return next((entry.name_en for entry in line if entry.name_en), line[0].name)
        return line[0].name

    def all(self) -> tuple[Entry, ...]:
        """Sections, each before its divisions."""
        return tuple(self._entries.values())
