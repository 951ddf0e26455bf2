"""A text in parts: cut as carriers count, never through a sign, and whole again on the phone."""

from __future__ import annotations

import random

import pytest
from smpplib import gsm

from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.longtext import MOST_PARTS, Place, cut, part_reference, read_gsm, read_header
from pushsvc.errors import BadInput

_NARROW = "abcXYZ 0123@£$¥èéùÇ\nØÅΔ_ΦÆß!#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà[]{}^~|\\€"
_WIDE = "补贴申请，。【】🀄😀👨‍👩‍👧𠮷é～½"


def a_text(chance: random.Random) -> str:
    signs = _NARROW if chance.random() < 0.4 else _NARROW + _WIDE * 3
    return "".join(chance.choice(signs) for _ in range(chance.randrange(1, 420)))


def read(text_parts: tuple[bytes, ...], headed: bool, narrow: bool) -> str:
    words = ""
    for number, part in enumerate(text_parts, start=1):
        if headed:
            place, part = read_header(part)
            assert place is not None
            assert (place.total, place.number) == (len(text_parts), number)
        words += read_gsm(part) if narrow else part.decode("utf-16-be")
    return words


def test_random_texts_come_back_whole_in_as_many_parts_as_were_counted() -> None:
    chance = random.Random(5)
    for _ in range(4000):
        text = a_text(chance)
        made = cut(text, "dlv_1")
        length = sms_length(text)
        assert (made.encoding, len(made.parts)) == (length.encoding, length.segments)
        assert read(made.parts, made.headed, made.encoding == "gsm7") == text
        most = (153 if made.headed else 160) if made.encoding == "gsm7" else (134 if made.headed else 140)
        assert all(len(part) - (6 if made.headed else 0) <= most for part in made.parts)


def test_the_alphabet_of_phones_is_smpplibs() -> None:
    for sign in _NARROW.replace("§", ""):  # smpplib has another sign in its place (TS 23.038: 0x5F)
        assert cut(sign, "dlv_1").parts[0] == gsm.gsm_encode(sign)


@pytest.mark.parametrize("ahead", range(64, 69))
def test_a_sign_of_two_units_is_never_cut(ahead: int) -> None:
    text = "补" * ahead + "😀" + "贴" * 10
    for part in cut(text, "dlv_1").parts:
        part[6:].decode("utf-16-be")


def test_where_the_narrow_encoding_is_ascii_other_signs_make_it_wide() -> None:
    assert cut("Aid for [all] @ home", "dlv_1", ascii_only=True).parts == (b"Aid for [all] @ home",)
    assert cut("Café", "dlv_1", ascii_only=True).encoding == "ucs2"


def test_the_reference_is_the_same_for_a_repeat() -> None:
    first, again = (cut("补" * 100, "dlv_7").parts[0][3] for _ in range(2))
    assert first == again
    assert first != cut("补" * 101, "dlv_7").parts[0][3]
    assert len({part_reference(f"dlv_{number}", [b"text"]) for number in range(3000)}) == 256


def test_a_text_that_nobody_reads_to_its_end_is_refused() -> None:
    cut("补" * 67 * MOST_PARTS, "dlv_1")
    with pytest.raises(BadInput, match=f"needs {MOST_PARTS + 1} SMS"):
        cut("补" * (67 * MOST_PARTS + 1), "dlv_1")


@pytest.mark.parametrize(
    ("octets", "place", "rest"),
    [
        (b"\x05\x00\x03\x09\x02\x01ab", Place(9, 2, 1), b"ab"),
        (b"\x06\x08\x04\x01\x02\x03\x02ab", Place(0x102, 3, 2), b"ab"),
        (b"\x0a\x04\x03\x01\x02\x03\x00\x03\x09\x02\x02ab", Place(9, 2, 2), b"ab"),
        (b"\x05\x00\x03\x09\x02\x03ab", None, b"ab"),
        (b"\x05\x00\x03\x09\x01\x01ab", None, b"ab"),
        (b"\x05\x00\x02\x09\x02\x00ab", None, b"ab"),
        (b"\x50ab", None, b"\x50ab"),
        (b"", None, b""),
    ],
)
def test_headers_of_others_are_read_and_broken_ones_are_text(octets: bytes, place: Place | None, rest: bytes) -> None:
    assert read_header(octets) == (place, rest)
