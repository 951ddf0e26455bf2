"""How a message of an approved template shows on a phone, for the mailbox viewer: each field beside its name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from pushsvc.channels.rendering.words import say
from pushsvc.channels.wechat.templates import PAGE_URL, Template

_TITLE = "matter"


def shown(template: Template, filled: Mapping[str, str], leads_to: str) -> str:
    """A line each: who sends, the matter, the fields with their names, the words of the link, and where it leads. It is the
    form of templates/wechat/message.txt, which web/operator/letters.py reads."""
    reader = template.language
    title = next((value for field, value in filled.items() if template.fields.get(field) == _TITLE), "")
    named = [
        f"{say(reader, f'card.{slot}')}{say(reader, 'colon')}{filled[field]}"
        for field, slot in template.fields.items()
        if field in filled and (slot != _TITLE or not title)
    ]
    leads = [say(reader, "link.mini" if template.page else "link.page"), address(template, leads_to)]
    return "\n".join([say(reader, "brand"), title or template.name, *named, *leads])


def address(template: Template, leads_to: str) -> str:
    """The address of the message's own page, also out of a mini-program's page."""
    before, found, after = template.page.partition(PAGE_URL)
    return unquote(leads_to[len(before) : len(leads_to) - len(after)]) if found else leads_to
