"""What `pushsvc trace SUBSCRIBER EVENT` says to a person who reads it in a terminal."""

from __future__ import annotations

from pushsvc.commands.events import _in_lines


def test_who_may_have_it_twice_is_said_in_the_terminal_too() -> None:
    found = {"told": True, "state": "accepted", "channel": "email", "at": "2026-11-26T11:40:48Z", "reasons": ["topic:养老"]}
    assert _in_lines(found) == ["was told: accepted email 2026-11-26T11:40:48Z", "  topic:养老"]
    again = _in_lines(found | {"possible_repeat": True, "repeats": "dlv_1"})
    assert again[-1] == "  possible_repeat: she may have dlv_1 too"


def test_who_was_not_told_for_no_state_has_no_colon_left_over() -> None:
    assert _in_lines({"told": False, "reasons": ["interest:0:places:510105"]}) == ["was not told", "  interest:0:places:510105"]
