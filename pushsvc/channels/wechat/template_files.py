"""The files of approved WeChat templates, checked when they are loaded against field types and what a summary can give.

docs/how-to/wechat.md shows a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field

from pushsvc.channels.approved_files import read_approved
from pushsvc.channels.wechat.fields import TYPES, type_of
from pushsvc.channels.wechat.templates import KINDS_OF, PAGE_URL, Kind, Template, Templates
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind
from pushsvc.errors import BadSetting

#: What fills fields, and the types that it can have: a whole sentence fits `thing` alone.
SLOTS: Mapping[str, tuple[str, ...]] = {
    "matter": ("thing",),
    "issuer": ("thing", "name"),
    "kind": ("thing", "phrase"),
    "deadline": ("thing", "date", "time"),
    "day": ("date",),
    "amount": ("thing", "amount"),
    "audience": ("thing",),
    "place": ("thing",),
    "phone": ("phone_number", "character_string", "thing"),
    "note": ("thing",),
}
#: Signs of a mini-program's page, before the address is put in.
_MOST_PAGE = 200


class _Written(BaseModel):
    """A template's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
    kind: Kind
    of: Annotated[tuple[str, ...], Field(min_length=1)]
    language: Language
    fields: Annotated[Mapping[str, str], Field(min_length=1)]
    may_miss: tuple[str, ...] = ()
    page: Annotated[str, Field(max_length=_MOST_PAGE)] = ""


def load(folder: Path) -> Templates:
    """The templates in `folder` (*.toml). BadSetting names the file, the rule and the way out."""
    templates = [_read(path) for path in sorted(folder.glob("*.toml"))]
    if not templates:
        raise BadSetting(f"PUSHSVC_WECHAT_TEMPLATES: {folder} holds no template (*.toml); docs/how-to/wechat.md shows one")
    taken: dict[str, Template] = {}
    for template in templates:
        other = taken.setdefault(template.id, template)
        if (other.kind, set(other.fields)) != (template.kind, set(template.fields)):
            raise BadSetting(f"{folder}: {other.name} and {template.name} have the id {template.id} and not the same fields")
    return Templates(templates)


def _read(path: Path) -> Template:
    written = read_approved(path, _Written)
    problems = [*_wrong_kinds(written), *_wrong_fields(written), *_wrong_page(written)]
    if problems:
        raise BadSetting(f"{path}: {problems[0]}")
    return Template(
        path.stem, written.id, written.kind, written.of, written.language, dict(written.fields),
        frozenset(written.may_miss), written.page,
    )  # fmt: skip


def _wrong_kinds(written: _Written) -> list[str]:
    known = get_args(DeliveryKind)
    return [f"of: {name!r} is none of {', '.join(known)}" for name in written.of if name not in known]


def _wrong_fields(written: _Written) -> list[str]:
    found = []
    for field, slot in written.fields.items():
        kind = type_of(field)
        if kind is None:
            found.append(f"fields.{field}: a field is a type and a number, such as thing1; types are {', '.join(TYPES)}")
        elif slot not in SLOTS:
            found.append(f"fields.{field}: {slot!r} is nothing that a summary gives; it gives {', '.join(SLOTS)}")
        elif kind not in SLOTS[slot]:
            found.append(f"fields.{field}: {slot} never fits a {kind}; it fits {', '.join(SLOTS[slot])}")
    found += [f"may_miss: the template has no field {name}" for name in written.may_miss if name not in written.fields]
    if set(written.may_miss) >= set(written.fields):
        found.append("may_miss: one field at least must always be there")
    return found


def _wrong_page(written: _Written) -> list[str]:
    if written.kind in KINDS_OF["official"]:
        return ["page: an official account's message leads to its own page by itself; leave it out"] if written.page else []
    if PAGE_URL not in written.page:
        return [f"page: where the message leads is missing: a page of the mini-program with {PAGE_URL} in it"]
    return ["page: it begins without / and is no address, such as pages/web?url={url}"] if "//" in written.page else []
