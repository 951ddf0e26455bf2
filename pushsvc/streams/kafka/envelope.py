"""How a record lies in a Kafka topic: its key as UTF-8, its value as JSON in an envelope that names its schema.

    {"schema": 1, "at": "2026-03-02T01:00:00.000000Z", "value": {…}}

A worker of an older release waits at a record of a newer schema: it neither guesses nor gives it up.
"""

from __future__ import annotations

import json.encoder
from functools import lru_cache
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from pushsvc.domain.records import MAX_RECORD_BYTES, Output, Record, Topic
from pushsvc.domain.time import Instant
from pushsvc.errors import InvalidRecord, TryLater

SCHEMA = 1
"""Counts up when a reader of before could not understand the envelope any more; a further field alone is no reason."""
MAX_KEY_CHARACTERS = 80
UPGRADE_SECONDS = 10.0
"""How often a worker looks again at a record that only its successor can read."""


class FutureSchema(TryLater):
    """The record is of a schema that a newer release writes: its partition waits until this worker is upgraded."""


class Envelope(BaseModel):
    """A record without its key and place."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: AwareDatetime
    value: dict[str, Any]


def _no_json(value: object) -> object:
    raise TypeError(f"a {type(value).__name__} is no JSON")


#: What json.dumps(ensure_ascii=False, separators=(",", ":"), allow_nan=False) makes anew for each call, at twice the cost of
#: its use; it keeps no note of what it has seen: a circle ends in a RecursionError.
_encoder: Any = json.encoder  # typeshed does not know all of it
_pieces_of = _encoder.c_make_encoder(None, _no_json, _encoder.encode_basestring, None, ":", ",", False, False, False)


def pack(output: Output, at: Instant) -> tuple[bytes, bytes]:
    """Key and value as the topic holds them. Raises InvalidRecord when the value is over 64 KiB of JSON or is none, or the
    key is over 80 characters: the limits of the embedded log."""
    return packed_text(output.topic, output.key, text_of(output), at)


def packed_text(topic: str, key: str, text: str, at: Instant) -> tuple[bytes, bytes]:
    """`pack` for a value that is JSON text already, as the outbox keeps it."""
    try:
        return key.encode(), f'{{"schema":{SCHEMA},"at":"{_written(at)}","value":{text}}}'.encode()
    except UnicodeEncodeError as error:
        raise InvalidRecord(f"record for {topic} holds half of a surrogate pair, which is no text: {error.reason}") from error


@lru_cache(maxsize=16)
def _written(at: Instant) -> str:
    """All records of a batch have the same moment."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def text_of(output: Output) -> str:
    """The value as JSON text, when key and value are small enough; else InvalidRecord."""
    try:
        text = "".join(_pieces_of(output.value, 0))
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRecord(f"record for {output.topic} cannot be written as JSON: {error}") from error
    if len(output.key) > MAX_KEY_CHARACTERS:
        raise InvalidRecord(
            f"record for {output.topic} has a key of {len(output.key)} characters; at most {MAX_KEY_CHARACTERS} are"
            " allowed: use a derived id"
        )
    if size > MAX_RECORD_BYTES:
        raise InvalidRecord(
            f"record for {output.topic} with key {output.key} has {size} bytes; at most {MAX_RECORD_BYTES} are allowed:"
            " keep what is large in SQL and send its id"
        )
    return text


def unpack(topic: Topic, part: int, offset: int, key: bytes | None, value: bytes | None) -> Record:
    """The record at that place. Raises InvalidRecord for bytes that are no record of ours, which no repeat can mend, and
    FutureSchema for one that a newer release wrote."""
    try:
        written = from_json(value or b"", allow_inf_nan=False)
    except ValueError as error:
        raise InvalidRecord(f"the value is no JSON: {error}") from error
    schema = written.get("schema") if isinstance(written, dict) else None
    if type(schema) is not int or schema < 1:
        raise InvalidRecord("the value is JSON, but no envelope: it has no schema number")
    if schema > SCHEMA:
        raise FutureSchema(
            f"{topic}, partition {part}, offset {offset}: a record of schema {schema}; this worker reads up to schema"
            f" {SCHEMA}: upgrade this worker",
            UPGRADE_SECONDS,
        )
    try:
        envelope = Envelope.model_validate(written)
        return Record(topic, part, offset, (key or b"").decode(), envelope.value, envelope.at)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise InvalidRecord(f"the envelope of schema {schema} is malformed: {faults}") from error
    except UnicodeDecodeError as error:
        raise InvalidRecord("the key is no UTF-8") from error
