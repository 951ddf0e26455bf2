"""What a clerk wrote into the form, and what is wrong with it, at the field where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import FormData

from pushsvc import taxonomy
from pushsvc.errors import BadInput
from pushsvc.sites.addresses import parse
from pushsvc.sites.registry import Site
from pushsvc.web.publisher.faults import OTHER, fault_of

#: A long law has 100,000 characters; a form that carries more is turned away by its size.
MOST_CHARACTERS = 1_000_000
LARGEST_FORM = 16 * 1024 * 1024
_LONGEST_TITLE = 500
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BETWEEN = re.compile(r"[,，、;；\s]+")
_ONLY_AN_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
#: A page with so much text beside its password field is an article with a box to sign in.
_LOGIN_CHARACTERS = 400
_FIELDS = {"content_text": "text", "content_html": "url", "title": "title", "url": "url"}


@dataclass(frozen=True)
class Wrong:
    """What is wrong at one field: `publisher.wrong.{key}` or, for a fault, `publisher.fault.{key}` says it."""

    where: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    fault: bool = False


class NotGood(Exception):
    """What was written cannot be published as it is."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(", ".join(each.key for each in wrong))
        self.wrong = wrong


@dataclass(frozen=True)
class Written:
    """The fields as they were typed."""

    url: str = ""
    text: str = ""
    title: str = ""
    regions: str = ""
    topics: str = ""
    urgency: str = ""

    @property
    def address(self) -> str:
        """The address with its scheme."""
        return whole(self.url)

    def document(self, site: Site, declared: Mapping[str, Any]) -> dict[str, Any]:
        """The event that it makes, without the page's content where that is to be fetched. `declared`: what is said of this
        address so far; a field that is empty now is cleared. Raises NotGood with all that is wrong."""
        wrong: list[Wrong] = []
        made: dict[str, Any] = {"url": self.address}
        wrong += _wrong_url(self.address, bool(self.text))
        if len(self.text) > MOST_CHARACTERS:
            wrong.append(Wrong("text", "text_long", {"number": f"{MOST_CHARACTERS:,}"}))
        if len(self.title) > _LONGEST_TITLE:
            wrong.append(Wrong("title", "title_long", {"number": str(_LONGEST_TITLE)}))
        for name, values, found in (
            ("title", self.title, self.title),
            ("regions", self.regions, _regions(self.regions, site, wrong)),
            ("topics", self.topics, _topics(self.topics, wrong)),
            ("urgency", self.urgency, self.urgency),
        ):
            if values or declared.get(name):
                made[name] = found or None
        if self.text:
            made["content_text"] = self.text
        if wrong:
            raise NotGood(*wrong)
        return made


def written(form: FormData) -> Written:
    """The fields of the form. An address that was pasted into the wrong box is put where it belongs."""
    said = {name: str(form.get(name) or "") for name in Written.__dataclass_fields__}
    plain = {name: _CONTROL.sub(" ", value).strip() for name, value in said.items()}
    found = Written(**{**plain, "title": " ".join(plain["title"].split()), "text": plain["text"].replace("\r\n", "\n")})
    if not found.url and _ONLY_AN_ADDRESS.fullmatch(found.text):
        found = replace(found, url=found.text, text="")
    return found


def whole(url: str) -> str:
    """An address as people write it, `www.example.gov.cn/a`, with its scheme."""
    return f"https://{url}" if "://" not in url and "." in url.partition("/")[0] else url


def is_login_page(html: str, source_text: str) -> bool:
    """Whether a page asks for a password and says little else."""
    return bool(_PASSWORD.search(html)) and len(source_text) < _LOGIN_CHARACTERS


def wrong_by(error: BadInput) -> tuple[Wrong, ...]:
    """What the intake found wrong, at the field that the clerk sees."""
    found = []
    for problem in error.problems:
        name = _FIELDS.get(problem.field) or problem.field.partition("[")[0]
        key = fault_of(str(problem))
        found.append(Wrong(name if name in Written.__dataclass_fields__ else "url", key, {"why": str(problem)}, fault=True))
    return tuple(found) or (Wrong("url", OTHER, {"why": str(error)}, fault=True),)


def _wrong_url(url: str, has_text: bool) -> list[Wrong]:
    if not url:
        return [Wrong("url", "no_address" if has_text else "empty")]
    try:
        parse(url)
    except BadInput:
        return [Wrong("url", "url_form")]
    return []


def _regions(said: str, site: Site, wrong: list[Wrong]) -> list[str]:
    """Names or codes of places; of several places with one name those that the site may address."""
    found: list[str] = []
    unknown: list[str] = []
    beyond: list[str] = []
    for word in _words(said):
        try:
            codes: Sequence[str] = (taxonomy.regions().normalise(word),)
        except BadInput:
            codes = taxonomy.regions().find(word)
        mine = [code for code in codes if site.reaches(code)]
        if mine:
            found.append(mine[0])
        else:
            (beyond if codes else unknown).append(word)
    for key, words in (("region_unknown", unknown), ("region_beyond", beyond)):
        if words:
            wrong.append(Wrong("regions", key, {"words": "、".join(words)}))
    return found


def _topics(said: str, wrong: list[Wrong]) -> list[str]:
    known, unknown = [], []
    for word in _words(said):
        try:
            known.append(taxonomy.topics().normalise(word))
        except BadInput:
            unknown.append(word)
    if unknown:
        wrong.append(Wrong("topics", "topic_unknown", {"words": "、".join(unknown)}))
    return known


def _words(said: str) -> list[str]:
    return [word[:40] for word in _BETWEEN.split(said) if word][:50]
