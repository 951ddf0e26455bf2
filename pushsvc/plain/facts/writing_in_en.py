"""Where an English document has its reader apply or write in, and where it only answers questions."""

from __future__ import annotations

import re

#: A line of a list of ways to write in, and what stands above such a list.
_WAY = re.compile(
    r"\s*(?:\d{1,2}\.|[•*–—-]|\([a-z0-9]\))?\s*(?:By |Via |Or |or )?"
    r"(?:(?i:electronically|online|federal e?rulemaking portal|e-?mail|hard.?copy|post|mail|u\.s\. mail|write|fax|in writing)"
    r"[\w ,/]{0,40}(?: to)?:? ?[\w ,.()&-]{0,160})?$"
)
_WAYS = re.compile(
    r"\b(?:submit|send|respond|reply|apply)\b[^\n]{0,120}\b(?:methods?|ways?|following)\b[^\n]{0,60}\n"
    r"|\bways to (?:respond|apply)\b|\brespond (?:by|to):?\n",
    re.IGNORECASE,
)
_WRITE_IN = re.compile(
    r"\b(?:submit(?:ted|ting)?|send|sending|sent|apply|applications? (?:should|must|may)|e-?mailed|comments? (?:by e-?mail|to)"
    r"|e-?mail (?:(?:us )?(?:your (?!local|nearest)|completed|it|them|copies|(?:the|a|this|an) (?:completed |signed "
    r"|filled-in )?(?:form|application|copy|claim))\b)|return (?:your|the|this|it|completed)"
    r"|direct all|to (?:register|book|take part|apply|attend)[^.;]{0,60}e-?mail (?:your|the|a)\b)\b[^.;]{0,220}"
    r"(?:\b(?:to|at|via|email)|[:,])\s?$"
)
#: "Submit comments through the Filing Online system at", "Apply online at"; what is only to be seen there stands nearer.
_DONE_AT = re.compile(
    r"\b(?:apply|submit\w*|register|respond|file|book|sign up)\b(?:(?!\b(?:view|see|read|available|found|posted|obtain"
    r"|information about|details)\w*\b)[^.;]){0,110}(?:\bat|\bvia|\bto|\bon|\bthrough|\bvisit|portal|website|:|online)?:?\s*$",
    re.IGNORECASE,
)
#: "to a@b.gov and to c@b.gov": the second is for what the first is for.
_SECOND_ADDRESS = re.compile(r"(?:(?<=to )|(?<=email ))[\w.+-]{1,64}@[\w.-]{3,80},? (?:and|or|with a copy)(?: to)? $")


def english_email_role(before: str, above: str) -> str:
    """What an email address is for: to apply or to write in, else for questions. Read from its sentence before it, or from
    the lines `above` where it stands in a list of ways to write in."""
    if is_a_way(above):
        return "apply"
    words = _SECOND_ADDRESS.sub("", before[-320:].lower())
    return "apply" if _WRITE_IN.search(words[-260:]) else "consult"


def is_a_way(above: str) -> bool:
    """ "You may submit comments by one of the following methods: 1. By email to:" — is it a line of such a list?"""
    line = above.rpartition("\n")[2]
    if not line.strip():  # The address stands on a line of its own.
        above = above.rstrip("\n ")
        line = above.rpartition("\n")[2]
    return bool(_WAY.match(line)) and bool(_WAYS.search(above[: len(above) - len(line)]))


def english_url_role(before: str, above: str) -> str:
    """ "apply" where something is done at the address, else "info", by the words before it and the lines `above` it."""
    return "apply" if _DONE_AT.search(before[-160:]) or is_a_way(above) else "info"
