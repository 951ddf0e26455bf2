"""The words that govern a figure in a Chinese text: its own clause, its sentence, and the head that it is listed under."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from pushsvc.plain.facts.context import Context

#: Ends a clause; a comma inside a number does not, nor a colon inside a time.
_STOP = re.compile(r"[。；;！？!?\n]|[,，](?!\d{3}(?!\d))|[:：](?!\d\d(?!\d))")
_SENTENCE_STOP = re.compile(r"[。；;！？!?\n]")
_LINE_MARK = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[●•·①-⑳-]|第[一二三四五六七八九十百\d]{1,4}[条项])"
)
_BRACKETS = re.compile(r"[（(][^（()）]{0,80}[）)]")
#: "第五条 补贴标准。" opens a line and names what the rest of it is about.
_OPENING = re.compile(r"[^。:：\n]{2,22}[。:：](?!\d)")
#: How far a sentence is looked at on either side of a figure, and how many lines up a list's head may stand.
_BEFORE, _AFTER, _PREVIOUS, _LINES_UP = 140, 60, 90, 12
_HEADING_CHARACTERS = 36


@dataclass(frozen=True)
class Clause:
    """What stands around a figure, from near to far. Texts in brackets are left out."""

    before: str
    """The figure's own clause before it, back to the last comma or colon."""
    after: str
    """The figure's own clause after it."""
    sentence: str
    """The sentence before the figure, commas and all."""
    following: str
    """The sentence after the figure."""
    head: str
    """The words before a colon of the same sentence; empty where there is none."""
    previous: str
    """What the same line says before the sentence."""
    above: Callable[[], tuple[str, ...]] = tuple
    """Looks for the headings, which few figures need."""

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """What the figure's line stands under: the line above, the head of its list, or the heads of its cell."""
        return self.above()

    @property
    def heading(self) -> str:
        """The nearest of the headings; empty where there is none."""
        return self.headings[0] if self.headings else ""

    @property
    def clause(self) -> str:
        return f"{self.before}#{self.after}"


def clause_of(context: Context, start: int, end: int) -> Clause:
    """The words around `context.text[start:end]`."""
    text, placed = context.text, context.cells.at(start)
    low = max(start - _BEFORE, placed.cell.start if placed else 0, 0)
    high = min(end + _AFTER, placed.cell.end if placed else len(text))
    sentence_start = _last_stop(_SENTENCE_STOP, text, low, start)
    sentence = _without_brackets(text[sentence_start:start])
    following = _following(text[end:high])
    before_at = _last_stop(_STOP, sentence, 0, len(sentence))
    stop = _STOP.search(following)
    previous = text[max(low if placed else 0, sentence_start - _PREVIOUS) : sentence_start]
    previous = previous[previous.rfind("\n") + 1 :]
    return Clause(
        sentence[before_at:].strip(),
        following[: stop.start()] if stop else following,
        sentence,
        following,
        _head_in_sentence(sentence) or _head_of_list(previous),
        previous,
        placed.heads if placed else partial(_headings_above, text, sentence_start),
    )


def _headings_above(text: str, start: int) -> tuple[str, ...]:
    heading = head_above(text, start)
    return (heading,) if heading else ()


def head_above(text: str, start: int) -> str:
    """The heading that a line stands under: the line above when it is one, or the head of the list that the line is in."""
    line_start = text.rfind("\n", 0, start) + 1
    opening = _OPENING.match(text, line_start, start)
    if opening:
        return opening.group()
    listed = bool(_LINE_MARK.match(text, line_start, min(len(text), line_start + 12)))
    at = line_start
    for _ in range(_LINES_UP):
        above = text[:at].rstrip() if at < 400 else text[at - 400 : at].rstrip()
        if not above:
            return ""
        line = above[above.rfind("\n") + 1 :]
        at = (0 if at < 400 else at - 400) + len(above) - len(line)
        if line.endswith((":", "：")):
            return line[-60:]
        if len(line) <= _HEADING_CHARACTERS and not re.search(r"[。；;]", line) and not re.search(r"\d元|万元|%", line):
            return line
        # Lines without marks are a list too, where each ends in a semicolon.
        if not (listed and _LINE_MARK.match(line)) and not line.endswith((";", "；")):
            return ""
    return ""


def _last_stop(stops: re.Pattern[str], text: str, low: int, high: int) -> int:
    at = low
    for found in stops.finditer(text, low, high):
        at = found.end()
    return at


def _without_brackets(text: str) -> str:
    """Whole brackets are taken out; of one that is still open what stands inside is kept, as a clause of its own."""
    text = _BRACKETS.sub("", text)
    return re.sub(r"[（(]", "，", text)


def _following(text: str) -> str:
    """The sentence after a figure; a bracket that closes here ends it, one that opens and closes is taken out."""
    stop = _SENTENCE_STOP.search(text)
    text = _BRACKETS.sub("", text[: stop.start()] if stop else text)
    closing = re.search(r"[）)]", text)
    text = text[: closing.start()] if closing and not re.search(r"[（(]", text[: closing.start()]) else text
    return re.sub(r"[（(]", "，", text)


def _head_in_sentence(sentence: str) -> str:
    """ "标准为:成人100元": the words before the last colon, when the figure's list begins there."""
    at = max(sentence.rfind(":"), sentence.rfind("："))
    return sentence[max(0, at - 40) : at + 1] if at > 0 else ""


def _head_of_list(previous: str) -> str:
    """ "补贴标准:A类5万元;B类3万元": entries that semicolons part stand under the head of the first."""
    entries = previous[previous.rfind("。") + 1 :]
    return _head_in_sentence(entries) if entries.rstrip().endswith((";", "；")) else ""
