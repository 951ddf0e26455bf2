"""What the verifier says of our sentences, each asked once: choosing, closing and the last look ask about the same ones."""

from __future__ import annotations

from functools import lru_cache

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying import problems, sentences_of

__all__ = ["refused", "stands"]


def refused(source: str, text: str, language: Language) -> list[str]:
    """The sentences of `text` that do not stand in `source`, in order."""
    return [sentence for sentence in sentences_of(text, language) if not _stands(source, sentence, language)]


def stands(source: str, text: str, language: Language) -> bool:
    """Does every sentence of `text` stand in `source`?"""
    return all(_stands(source, sentence, language) for sentence in sentences_of(text, language))


#: The sentences of a few documents: the two wordings of a summary are checked one after the other.
@lru_cache(maxsize=256)
def _stands(source: str, sentence: str, language: Language) -> bool:
    return not problems(source, sentence, language)
