"""A wish in words: for the last step, the page at the end, and the welcome."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.profiles.bundles import bundles
from pushsvc.profiles.wishes import Wish
from pushsvc.taxonomy.finding import place_words
from pushsvc.web.words import say


def wish_in_words(wish: Wish, reader: Language) -> list[str]:
    """Each line one thing that was chosen: first where, then what, then for whom else."""
    lines = []
    if wish.places:
        lines.append(
            say(reader, "start.told.places", places=_listed([place_words(code, reader) for code in wish.places], reader))
        )
    what = [
        *bundle_titles(wish.bundles, reader),
        *(taxonomy.topics().name(topic, reader) for topic in wish.topics),
        *(taxonomy.industries().name(code, reader) for code in wish.industries),
        *(say(reader, "start.told.word", word=word) for word in wish.words),
    ]
    if what:
        lines.append(say(reader, "start.told.what", what=_listed(what, reader)))
    elif wish.places:
        lines.append(say(reader, "start.told.everything"))
    for other in wish.others:
        places = _listed([place_words(code, reader) for code in other.places], reader)
        about = _listed(bundle_titles(other.bundles, reader), reader) or say(reader, "start.told.all")
        lines.append(say(reader, "start.told.other", places=places, what=about))
    return lines


def bundle_titles(chosen: Sequence[str], reader: Language) -> list[str]:
    return [bundle.titles[reader] for bundle in bundles() if bundle.bundle_id in chosen]


def _listed(words: Sequence[str], reader: Language) -> str:
    return ("、" if reader == "zh" else "; ").join(words)
