"""What the verifier says of our sentences, each asked once: choosing, closing and the last look ask about the same ones."""

from __future__ import annotations

from functools import lru_cache

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying import problems, sentences_of

__all__ = ["refused", "stands"]


def refused(source: str, text: str, language: Language) -> list[str]:
    """The sentences of `text` that do not stand in `source`, in order: each read with those before it, which may say for whom.

    What stands only with a sentence that is refused is refused too.
    """
    kept, wrong = sentences_of(text, language), set[str]()
    while found := set(_refused(source, " ".join(kept), language, True)) & set(kept):
        wrong |= found
        kept = [sentence for sentence in kept if sentence not in found]
    return [sentence for sentence in sentences_of(text, language) if sentence in wrong]


def stands(source: str, text: str, language: Language) -> bool:
    """Does every sentence of `text` stand in `source`? What it depends on may be told before it in the summary."""
    return not _refused(source, text, language, False)


#: The texts of a few documents: the two wordings of a summary are checked one after the other.
@lru_cache(maxsize=256)
def _refused(source: str, text: str, language: Language, in_place: bool) -> tuple[str, ...]:
    return tuple(problem["sentence"] for problem in problems(source, text, language, in_place=in_place))
