"""What is wrong with a line of an imported file, in the reader's language.

The rules are said in English where they are checked, as the command line prints them. Here each is known by its form; one
that is not known stays as it is, so that nothing is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.errors import Problem
from pushsvc.web.words import has_word, say

_AT = re.compile(r"(?:sites|subscriber) line (?P<number>\d+)(?:, (?P<field>\w+))?")
_LINE = re.compile(r"(?P<at>subscriber line \d+): (?P<rest>.*)", re.DOTALL)
#: The form of a sentence, and the key of its words; what stands in its named parts fills their blanks.
_FORMS: Mapping[str, re.Pattern[str]] = {
    key: re.compile(form, re.DOTALL)
    for key, form in {
        "empty": r"empty",
        "workbook": r"workbook",
        "forgotten": r"forgotten",
        "more": r"… and (?P<number>\d+) more problems",
        "site_code": r'"(?P<what>.*)": a site code has ten characters.*',
        "length": r"must have 1 to (?P<most>\d+) characters",
        "no_domain": r"a site needs at least one domain.*",
        "domain": r'"(?P<what>.*)": a domain is a host.*',
        "host": r'host "(?P<what>.*)" is no domain name.*',
        "domain_taken": r"(?P<what>\S+) belongs to (?P<site>\S+) already.*",
        "domain_twice": r"(?P<what>\S+) belongs to (?P<site>\S+) \(line (?P<line>\d+)\).*",
        "code_twice": r"(?P<what>\S+) stands in line (?P<line>\d+) already",
        "feed_outside": r'"(?P<what>.*)" lies outside the site\'s own domains',
        "address": r'"(?P<what>.*)" must begin with https.*',
        "region": r'region "(?P<what>.*)".*',
        "cells": r"has another number of cells.*",
        "control": r"holds a control character.*",
        "not_csv": r"not CSV \((?P<what>.*)\)",
        "header": r"the header must be (?P<header>\S+) and optionally reach \((?P<what>.*)\)",
        "nothing_below": r"sites: the file has a header and no line below it",
        "no_subscriber": r"the file holds no subscriber.*",
        "not_json": r"is not JSON: (?P<what>.*)",
        "object": r"must be an object.*",
        "missing": r"(?P<what>\S+) is missing",
        "unknown_key": r"unknown key (?P<what>.*); the keys are (?P<keys>.*)",
        "id_twice": r'id "(?P<what>.*)" stands in line (?P<line>\d+) already.*',
        "not_utf8": r"byte (?P<number>\d+) is not UTF-8.*",
        "phone": r"phone (?P<what>.*) is not a Chinese mobile number.*",
        "no_zone": r"(?P<where>\S+) (?P<what>.*) has no time zone.*",
        "future": r"(?P<where>\S+) (?P<what>.*) lies in the future.*",
        "no_moment": r"(?P<where>\S+) (?P<what>.*) is not a moment.*",
        "not_one_of": r"(?P<where>\S+) (?P<what>.*) is not one of (?P<keys>.*)",
        "count": r"(?P<number>\d+) problems in (?P<lines>\d+) lines;.*",
        "erased": r'id "(?P<what>.*)" was erased on (?P<when>\S+), and .*',
        "stays_closed": r"endpoints\[\d+\] \((?P<channel>\w+)\) stays closed: stop was said on (?P<when>[^,]+), "
        r"its consent is of (?P<given>[^;]+);.*",
        "shared": r"endpoints\[\d+\] \((?P<channel>\w+)\) is also an address of (?P<others>.*); each work is told there once",
    }.items()
}


def in_words(problem: Problem, reader: Language) -> str:
    """`Line 17, domains: …`."""
    said = _rule(problem.message, reader)
    at = _AT.fullmatch(problem.field)
    if at is None:
        return f"{problem.field}: {said}" if problem.field else said
    if at["field"] is None:
        return say(reader, "line.at", number=at["number"], said=said)
    key = f"import_sites.field.{at['field']}"
    field = say(reader, key) if has_word(reader, key) else at["field"]
    return say(reader, "line.at_field", number=at["number"], field=field, said=said)


def line_in_words(line: str, reader: Language) -> str:
    """A line that an import left out or warns of, as `profiles/upserts.py` says it."""
    found = _LINE.fullmatch(line)
    return in_words(Problem(found["at"], found["rest"]), reader) if found else line


def _rule(message: str, reader: Language) -> str:
    for key, form in _FORMS.items():
        if found := form.fullmatch(message):
            values = found.groupdict()
            if values.get("channel") in CHANNELS:
                values["channel"] = say(reader, f"channel.{values['channel']}")
            return say(reader, f"line.{key}", **values)
    return message
