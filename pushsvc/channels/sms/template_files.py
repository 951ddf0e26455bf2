"""The files of approved SMS templates, checked when they are loaded against what providers refuse and a summary can give.

Rules: help.aliyun.com, "SMS template specifications"; cloud.tencent.com, document 382/39023. docs/how-to/sms-templates.md
shows a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from pushsvc.channels.approved_files import read_approved
from pushsvc.channels.sms.templates import TOKEN, VARIABLE, Sort, Template, Templates
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind
from pushsvc.errors import BadSetting

#: What a summary can fill a variable with (CONTRACT, `slots`).
OF_A_SUMMARY = ("issuer", "matter", "deadline", "amount")
#: Variables that providers refuse, whatever stands in them.
_REFUSED = {
    "short": "a whole sentence", "text": "a whole sentence", "headline": "a whole sentence", "action": "a whole sentence",
    "link": "a link", "url": "a link", "page": "a link", "address": "an address", "place": "an address",
}  # fmt: skip
#: Approved only together with how to stop: help.aliyun.com, promotional messages. In a notice providers refuse these words.
OPT_OUT = re.compile(
    r"(拒收|退订)请?(回复?\s*[A-Za-z]+)|回复?\s*(R|T|TD|N)(?![A-Za-z])|reply\s+\w+\s+to\s+(stop|unsubscribe)|to\s+stop,?\s+reply",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://)?[A-Za-z0-9.-]+(?::[0-9]+)?/s/\{token\}")
MOST_SIGNS = 500
"""Of a template's text, without the signature (Aliyun: 500 signs)."""

SERVICE_KINDS = ("code", "welcome", "help", "moved", "moving", "silent", "test_send")
#: Stands for BASE_URL in a file, so that it need not be written again.
_BASE_URL = "{base_url}"


class _Slot(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    most: Annotated[int, Field(ge=1, le=35)]


class _Written(BaseModel):
    """A template's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Sort
    of: Annotated[tuple[str, ...], Field(min_length=1)]
    language: Language
    text: Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]
    ids: Annotated[Mapping[str, Annotated[str, Field(min_length=1)]], Field(min_length=1)]
    slots: Mapping[str, _Slot] = {}
    opt_out: bool = False


def load(folder: Path, base_url: str) -> Templates:
    """The templates in `folder` (*.toml). BadSetting names the file, the rule and the way out."""
    templates = [_read(path, base_url) for path in sorted(folder.glob("*.toml"))]
    if not templates:
        raise BadSetting(f"PUSHSVC_SMS_TEMPLATES: {folder} holds no template (*.toml); docs/how-to/sms-templates.md shows one")
    taken: dict[tuple[str, str], str] = {}
    for template in templates:
        for provider, approved in template.ids.items():
            if (other := taken.setdefault((provider, approved), template.name)) != template.name:
                raise BadSetting(f"{folder}: {template.name} and {other} have the same id {approved} at {provider}")
    return Templates(templates)


def _read(path: Path, base_url: str) -> Template:
    def with_address(read: dict[str, Any]) -> dict[str, Any]:
        text = read.get("text")
        return read | {"text": text.replace(_BASE_URL, base_url)} if isinstance(text, str) else read

    written = read_approved(path, _Written, with_address)
    problems = tuple(_problems(written, base_url))
    if problems:
        raise BadSetting(f"{path}: {problems[0]}")
    most = {name: slot.most for name, slot in written.slots.items()}
    return Template(path.stem, written.kind, written.of, written.language, written.text, written.ids, most)


def _problems(written: _Written, base_url: str) -> Sequence[str]:
    return [
        *_wrong_kinds(written),
        *_wrong_variables(written),
        *_wrong_link(written, base_url),
        *_wrong_opt_out(written),
    ]


def _wrong_kinds(written: _Written) -> list[str]:
    known = (*get_args(DeliveryKind), *SERVICE_KINDS)
    wrong = [name for name in written.of if name not in known]
    return [f"of: {name!r} is none of {', '.join(known)}" for name in wrong]


def _wrong_variables(written: _Written) -> list[str]:
    named = set(VARIABLE.findall(written.text))
    service = set(written.of) <= set(SERVICE_KINDS)
    found = [
        f"{{{name}}} would hold {what}, which providers refuse as a variable: write it into the text, or leave it out"
        for name, what in _REFUSED.items()
        if name in named
    ]
    for name in sorted(named - set(_REFUSED) - {TOKEN}):
        if not service and name not in OF_A_SUMMARY:
            found.append(f"{{{name}}} is nothing that a summary gives; it gives {', '.join(OF_A_SUMMARY)} and {TOKEN}")
        elif name not in written.slots:
            found.append(f"slots.{name}.most is missing: how many signs of {{{name}}} are approved")
    found += [f"slots.{name}: the text has no {{{name}}}" for name in sorted(set(written.slots) - named)]
    return found


def _wrong_link(written: _Written, base_url: str) -> list[str]:
    if f"{{{TOKEN}}}" not in written.text:
        return [] if set(written.of) <= set(SERVICE_KINDS) else ["the text has no link: every message leads to its source"]
    host = base_url.partition("://")[2]
    links = _LINK.findall(written.text)
    if not links or not all(link.removeprefix("https://").removeprefix("http://").startswith(f"{host}/s/") for link in links):
        return [f"the link must be {base_url}/s/{{token}}: that is where this service answers (PUSHSVC_BASE_URL)"]
    return []


def _wrong_opt_out(written: _Written) -> list[str]:
    says = bool(OPT_OUT.search(written.text))
    if written.kind == "promotional" and not (written.opt_out and says):
        return ["a promotional text must say how to stop (拒收请回复R) and have opt_out = true"]
    if written.kind != "promotional" and (written.opt_out or says):
        return [f"providers refuse words of opt-out in a {written.kind}: leave 拒收请回复 out, the answer R is heard anyway"]
    if written.kind == "promotional" and set(written.of) - {"digest"}:
        return ["a promotional text may only tell a digest: notices and codes are sent with notice and code templates"]
    return []
