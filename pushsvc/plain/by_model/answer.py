"""The form of an answer, and reading it: exactly that form, or nothing."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_Cite = Annotated[str, Field(max_length=12)]
#: Some servers give what a reasoning model thought, or a fence around the JSON, in the answer itself.
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?```\s*", re.DOTALL)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Sentence(_Strict):
    """A sentence with the ids of the facts and sentences that it was made from."""

    text: str = Field(min_length=2, max_length=600)
    cites: tuple[_Cite, ...] = Field(max_length=30)


class Answer(_Strict):
    """What the model says. The lengths only keep nonsense out; CONTRACT's limits are checked later."""

    headline: str = Field(min_length=1, max_length=400)
    sentences: tuple[Sentence, ...] = Field(min_length=1, max_length=20)
    action: str | None = Field(max_length=600)
    short: str = Field(min_length=1, max_length=400)


#: The same for `response_format`, in the part of JSON Schema that every server with structured answers knows.
ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "headline": {"type": "string"},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "cites": {"type": "array", "items": {"type": "string"}}},
                "required": ["text", "cites"],
                "additionalProperties": False,
            },
        },
        "action": {"type": ["string", "null"]},
        "short": {"type": "string"},
    },
    "required": ["headline", "sentences", "action", "short"],
    "additionalProperties": False,
}


def answer_of(content: str) -> Answer | None:
    """The answer in `content`; None when it is not exactly of the form."""
    content = _THOUGHT.sub("", content, count=1) if content.lstrip().startswith("<think>") else content
    fenced = _FENCE.fullmatch(content)
    try:
        said = json.loads(fenced[1] if fenced else content)
        # JSON has no tuples: python's own strictness would refuse its lists.
        return Answer.model_validate_json(json.dumps(said))
    except (ValueError, RecursionError, ValidationError):
        return None
