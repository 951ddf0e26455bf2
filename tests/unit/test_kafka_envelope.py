from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pushsvc.domain.records import MAX_RECORD_BYTES, Output, Record, part_of
from pushsvc.errors import InvalidRecord
from pushsvc.streams.embedded.log import EmbeddedLog
from pushsvc.streams.faults import kind_of
from pushsvc.streams.kafka.envelope import SCHEMA, FutureSchema, pack, unpack

AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)


def read(value: bytes | None, key: bytes | None = b"pub_1") -> Record:
    return unpack("versions", 3, 42, key, value)


def an_envelope(**changed: object) -> bytes:
    return json.dumps({"schema": SCHEMA, "at": "2026-03-02T01:00:00Z", "value": {"a": 1}, **changed}).encode()


def test_a_record_comes_back_as_it_went_in() -> None:
    value = {"title": "养老补贴 <b>\u0000\n", "amount": 12.5, "none": None, "list": [1, {"deep": True}]}

    key, packed = pack(Output("versions", "pub_1", value), AT)

    assert read(packed, key) == Record("versions", 3, 42, "pub_1", value, AT)
    assert "养老补贴".encode() in packed, "text stays readable in the topic"


def test_a_record_of_64_kib_is_taken_and_one_byte_more_is_refused() -> None:
    fits = {"a": "x" * (MAX_RECORD_BYTES - len('{"a":""}'))}
    assert read(pack(Output("versions", "k", fits), AT)[1]).value == fits

    with pytest.raises(InvalidRecord, match=r"versions with key k has 65537 bytes; at most 65536"):
        pack(Output("versions", "k", {"a": fits["a"] + "x"}), AT)


def test_a_key_of_80_characters_is_taken_and_81_are_refused() -> None:
    assert pack(Output("versions", "钥" * 80, {}), AT)[0].decode() == "钥" * 80

    with pytest.raises(InvalidRecord, match="a key of 81 characters; at most 80"):
        pack(Output("versions", "k" * 81, {}), AT)


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": object()}, {"a": "\ud800"}])
def test_what_is_no_json_is_refused_before_it_is_sent(value: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord, match="record for versions"):
        pack(Output("versions", "k", value), AT)


@pytest.mark.parametrize(
    "poison",
    [
        None, b"", b"\x00\xff\xfe", b"hello", b"{", b"null", b"[]", b"1", b"{}", b"[" * 100_000, b'{"value": {}}',
        an_envelope(schema="1"), an_envelope(schema=True), an_envelope(schema=0), an_envelope(schema=-1),
        an_envelope(schema=1.5), an_envelope(schema=None), an_envelope(value=None), an_envelope(value=[]),
        an_envelope(value="{}"), an_envelope(at=None), an_envelope(at="yesterday"), an_envelope(at="2026-03-02T01:00:00"),
        b'{"schema":1,"at":"2026-03-02T01:00:00Z","value":{"a":NaN}}', an_envelope() + b"}",
    ],
)  # fmt: skip
def test_bytes_that_are_no_record_are_invalid_and_never_something_unforeseen(poison: bytes | None) -> None:
    with pytest.raises(InvalidRecord):
        read(poison)


def test_a_key_that_is_no_text_makes_the_record_invalid() -> None:
    with pytest.raises(InvalidRecord, match="key"):
        read(an_envelope(), b"\xff")


def test_a_record_of_a_future_schema_waits_and_asks_for_an_upgrade() -> None:
    newer = json.dumps({"schema": SCHEMA + 1, "payload": "of a shape that nobody here knows"}).encode()

    with pytest.raises(FutureSchema, match=r"versions, partition 3, offset 42: .*schema 2.*upgrade this worker") as caught:
        read(newer)

    assert kind_of(caught.value) == "passing"


def test_a_further_field_in_the_envelope_is_no_new_schema() -> None:
    assert read(an_envelope(trace="4711")).value == {"a": 1}


def test_a_key_has_the_same_partition_in_both_engines() -> None:
    log = EmbeddedLog(partitions=7)

    assert all(part_of(key.encode(), 7) == log.part_of(key) for key in ("", "pub_1", "钥", "k" * 80))
