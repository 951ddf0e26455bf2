"""Bodies and pages that are made to keep the service busy: each is refused by name, at once, whoever sends it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pushsvc.errors import BadInput, InvalidRecord
from pushsvc.plain import read_html
from pushsvc.sites.bodies import Malformed, read_json
from pushsvc.taxonomy.checking import checked_attributes, checked_limits

#: Of processor time: what others do on this machine does not count.
QUICKLY_SECONDS = 3.0


@contextmanager
def quickly() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < QUICKLY_SECONDS


def test_200_000_keys_with_the_last_one_twice_are_refused_without_comparing_each_with_all() -> None:
    keys = ",".join(f'"k{number}":1' for number in range(200_000))
    with quickly(), pytest.raises(Malformed, match="200001 keys"):
        read_json(f'{{{keys},"k199999":2}}'.encode())


def test_a_key_that_stands_twice_is_named() -> None:
    with pytest.raises(Malformed, match='the key "b" stands twice'):
        read_json(b'{"a":1,"b":2,"c":3,"b":4,"a":5}')


@pytest.mark.parametrize("check", [checked_attributes, checked_limits])
@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "1e400", "1e16", "NaN", "-Infinity"])
def test_a_number_that_no_machine_can_hold_is_named_as_the_field_that_it_stands_in(
    check: Callable[[object, str], object], number: str
) -> None:
    with pytest.raises(BadInput) as refused:
        check({"age": json.loads(number)}, "attributes")
    assert [problem.field for problem in refused.value.problems] == ["attributes.age"]


@pytest.mark.parametrize(
    "piece", ["<br>", "<td>x</td>", "<p>1</p>", "<a href=x>"], ids=["breaks", "cells", "paragraphs", "open links"]
)
def test_five_megabytes_of_elements_are_refused_without_being_read(piece: str) -> None:
    with quickly(), pytest.raises(InvalidRecord, match="more than 100,000 elements"):
        read_html("<table><tr>" + piece * (5_000_000 // len(piece)) + "文字")


@pytest.mark.parametrize("piece", ["<p style='display:none'>x</p>y", "<div class=nav>x</div>y"], ids=["hidden", "menus"])
def test_what_is_cut_away_between_long_rows_of_text_costs_its_length_and_not_its_square(piece: str) -> None:
    with quickly():
        reading = read_html("<p>关于申报补贴的通知。</p>" + piece * 45_000)
    assert "关于申报补贴的通知" in reading.source_text
    assert "x" not in reading.source_text
