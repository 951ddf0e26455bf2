"""The words of service messages: one TOML file a kind and language, one look for all of them in email."""

from __future__ import annotations

from functools import cache

import jinja2

from pushsvc import resources
from pushsvc.channels.rendering.words import say as say_common
from pushsvc.channels.service.queue import ServiceMessage
from pushsvc.domain.notices import Message


def render(message: ServiceMessage) -> Message:
    """The message as its channel takes it. `templates/service/{language}/{kind}.toml` has `subject`, `text` (paragraphs parted
    by an empty line), `short` for SMS and WeChat, and where it leads somewhere `button`, whose address is the word `link`.

    KeyError for a kind or a word that is not there.
    """
    words = resources.words(f"service/{message.language}/{message.kind}.toml")
    filled = {name: _filled(word, message) for name, word in words.items()}
    if message.channel != "email":
        signed = say_common(message.language, "signed", signature=say_common(message.language, "signature"))
        return _message(message, "", f"{signed}{filled['short']}")
    paragraphs = [part.strip() for part in filled["text"].split("\n\n") if part.strip()]
    link, leave = message.words.get("link", ""), message.words.get("leave", "")
    # In plain text, too, each link stands under the words of its button.
    ways = [f"{filled.get(said, '')}\n{to}".strip() for said, to in (("button", link), ("leave_words", leave)) if to]
    text = "\n\n".join([*paragraphs, *ways]) + "\n"
    html = _template().render(
        language=message.language, subject=filled["subject"], paragraphs=paragraphs, link=link, leave=leave,
        button=filled.get("button", ""), leave_words=filled.get("leave_words", ""), code=message.words.get("code", ""),
        brand=say_common(message.language, "brand"),
    )  # fmt: skip
    return _message(message, filled["subject"], text, html)


def _message(message: ServiceMessage, subject: str, text: str, html: str = "") -> Message:
    leave = message.words.get("leave", "")
    # RFC 8058: a mail program shows its own button for it.
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if leave else {}
    return Message(
        message.message_id, message.channel, message.address, message.language, "service", subject, text, html, headers,
        slots=message.words, about=message.kind,
    )  # fmt: skip


def _filled(word: str, message: ServiceMessage) -> str:
    for name, value in message.words.items():
        word = word.replace(f"{{{name}}}", value)
    return word


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.templates_root() / "service"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("message.html")
