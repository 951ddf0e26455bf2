"""WRITER_URL: the language model that may word summaries, `http[s]://[:KEY@]host[:port]/path?model=NAME`.

No error of this module shows what was written, because the key may stand anywhere in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl

from pushsvc.settings.providers import is_loopback, plain, split

AnswerForm = Literal["json_schema", "json_object", "text"]
_OPTIONS = ("model", "form", "reasoning")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")
_KEY = re.compile(r"[\x21-\x7e]{1,500}")
_FORM = "http[s]://[:KEY@]host[:port]/v1?model=NAME"


@dataclass(frozen=True)
class WriterUrl:
    """One endpoint that speaks OpenAI's chat completions under `base`, for example `https://models.example.cn/v1`.

    `form` is how the answer's form is asked for: by its schema, as any JSON object, or in the prompt alone. `reasoning`
    models think first: they take `max_completion_tokens`, and no temperature.
    """

    base: str
    host: str
    model: str
    key: str | None = field(default=None, repr=False)
    form: AnswerForm = "json_schema"
    reasoning: bool = False


def writer_of(written: str) -> WriterUrl:
    """WRITER_URL as it was set. ValueError names the rule."""
    parts, port = split(written.strip(), ("http", "https"), _FORM)
    host, key = str(parts.hostname), plain(parts.password)
    if plain(parts.username):
        raise ValueError(f"has something before the colon of the key; the form is {_FORM}")
    if key and not _KEY.fullmatch(key):
        raise ValueError("has a key with a blank or a sign that no HTTP header carries")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must be https; plain http is only for a model on loopback (127.0.0.1, ::1, localhost)")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if set(options) - set(_OPTIONS):
        raise ValueError(f"has an option that is none of {', '.join(_OPTIONS)}")
    if not _MODEL.fullmatch(options.get("model", "")):
        raise ValueError(f"names no model; the form is {_FORM}")
    form = options.get("form", "json_schema")
    if form not in get_args(AnswerForm):
        raise ValueError(f"form must be one of {', '.join(get_args(AnswerForm))}")
    if options.get("reasoning", "0") not in ("0", "1"):
        raise ValueError("reasoning is 1 or absent")
    name = f"[{host}]" if ":" in host else host
    base = f"{parts.scheme}://{name}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
    return WriterUrl(base, host, options["model"], key or None, cast(AnswerForm, form), options.get("reasoning") == "1")
