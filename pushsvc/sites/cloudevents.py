"""CloudEvents 1.0 over HTTP, structured and binary (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents).

The event itself is the `data`. The extension `siteidcode` may name the site; `id` is kept, but the webhook-id decides
what a repeat is. In binary mode the attributes are headers, which no signature covers: there they decide nothing that the
signed body does not say.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pushsvc.domain.publications import EventWord
from pushsvc.errors import BadInput, Problem
from pushsvc.sites.bodies import read_json

STRUCTURED = "application/cloudevents+json"
_REQUIRED = ("specversion", "id", "source", "type")
_MAX_ID = 300


@dataclass(frozen=True)
class Envelope:
    """What a CloudEvent carries: our event, and its own id."""

    document: dict[str, Any]
    cloudevent_id: str


def is_binary(headers: Mapping[str, str]) -> bool:
    """Whether a request is a CloudEvent in binary mode."""
    return "ce-specversion" in headers


def read_structured(body: bytes) -> Envelope:
    """The event in a structured CloudEvent. Malformed when it is no JSON; BadInput names a bad attribute."""
    envelope = read_json(body)
    cloudevent_id = _check(envelope, prefix="")
    document = dict(_data(envelope))
    _add_site(document, envelope.get("siteidcode"), "siteidcode")
    word = _word_of(str(envelope["type"]))
    if word and document.get("event") is None:
        document["event"] = word
    _check_word(document, word, "type")
    return Envelope(document, cloudevent_id)


def read_binary(headers: Mapping[str, str], body: bytes) -> Envelope:
    """The event in a binary CloudEvent: the body is the event, the attributes are `ce-…` headers."""
    cloudevent_id = _check({name: headers.get(f"ce-{name}") for name in _REQUIRED}, prefix="ce-")
    document = read_json(body)
    _add_site(document, headers.get("ce-siteidcode"), "ce-siteidcode")
    _check_word(document, _word_of(headers["ce-type"]), "ce-type")
    return Envelope(document, cloudevent_id)


def _check(attributes: Mapping[str, Any], *, prefix: str) -> str:
    problems = [
        Problem(prefix + name, "is required by CloudEvents 1.0")
        for name in _REQUIRED
        if not isinstance(attributes.get(name), str) or not attributes[name]
    ]
    if not problems and attributes["specversion"] != "1.0":
        problems.append(Problem(f"{prefix}specversion", f'"{attributes["specversion"][:20]}" is not understood: send 1.0'))
    if not problems and (len(attributes["id"]) > _MAX_ID or "\x00" in attributes["id"]):
        problems.append(Problem(f"{prefix}id", f"has more than {_MAX_ID} characters, or a zero byte"))
    if problems:
        raise BadInput(problems)
    return str(attributes["id"])


def _data(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = envelope.get("datacontenttype", "application/json")
    if not isinstance(kind, str) or kind.split(";")[0].strip().lower() not in ("application/json", "text/json"):
        raise BadInput(Problem("datacontenttype", "must be application/json: the data is an event of ours"))
    if isinstance(envelope.get("data_base64"), str) and "data" not in envelope:
        try:
            return read_json(base64.b64decode(envelope["data_base64"], validate=True))
        except binascii.Error as error:
            raise BadInput(Problem("data_base64", f"is not base64 ({error})")) from None
    data = envelope.get("data")
    if not isinstance(data, Mapping):
        raise BadInput(Problem("data", "must be the event, as an object"))
    return data


def _add_site(document: dict[str, Any], code: object, name: str) -> None:
    if code is None:
        return
    if not isinstance(code, str):
        raise BadInput(Problem(name, "must be the site's code in quotes"))
    if document.get("site") is None:
        document["site"] = code
    elif document["site"] != code:
        raise BadInput(Problem(name, f'"{code[:40]}" is another site than the event\'s own "site"'))


def _word_of(kind: str) -> str | None:
    """`cn.gov.publication.withdrawn` speaks of a withdrawal; other types say nothing."""
    last = kind.rsplit(".", 1)[-1]
    return last if last in get_args(EventWord) else None


def _check_word(document: Mapping[str, Any], word: str | None, name: str) -> None:
    said = document.get("event") or "published"
    if word and said != word:
        raise BadInput(Problem(name, f'speaks of "{word}", but the event says "{said}": say the same in both'))
