"""Which role an English amount or percentage plays: what a reader gets or pays, what is a limit, what is only told."""

from __future__ import annotations

import re

_CAPPED = re.compile(
    r"\b(?:limit of|limited to(?: a maximum of)?|maximum of|no more than|not exceed(?:ing)?|capped at|cap of|up to)\s?$"
)
#: In the order in which they are asked; the first that finds its words gives the role. Before the figure, in lower case.
_BEFORE = (
    ("fine", re.compile(r"\b(?:penalt(?:y|ies)|fines?|fined)\b[^.]{0,50}$")),
    (
        "subsidy",
        re.compile(
            r"\b(?:we(?:'|’)?ll pay|we will pay|(?:grants?|schemes?|payments?|offer) pays?(?: you)?"
            r"|saving you|get an? [\w ]{0,30}(?:allowance|bonus|grant|payment) of"
            r"|allowance of|(?:scholarship|bursary|grant"
            r"|award|payment|prize|compensation|rebate|discount)s? (?:worth|of|in the amount of|\()"
            r"|award[^.]{0,60} in the amount of)\s?(?:about )?$"
        ),
    ),
    (
        "subsidy_max",
        re.compile(
            r"\b(?:grants?|payments?|awards?|allowance|benefit|bursary|compensation|voucher|scheme|funding of"
            r"|we(?:'|’)?(?:ll| will| can)? (?:pay|fund|cover|contribute)"
            r"|you (?:can"
            r"|could|may|might|will)(?: be able to)? (?:get"
            r"|receive|claim|apply for))\b[^.]{0,40}(?:up to|(?:a )?maximum of)\s?$"
        ),
    ),
    (
        "subsidy",
        re.compile(
            r"\b(?:you (?:can|could|may|will|(?:'|’)ll|should) (?:get|receive|claim)|entitled to|receives?|worth)\s?[^.]{0,14}$"
        ),
    ),
    ("limit", _CAPPED),
    (
        "new_value",
        re.compile(
            r"\b(?:rises?|rising|increas(?:e|es|ed|ing)|goe?s? up|going up|raised|cut"
            r"|reduc(?:e|ed|ing)|falls?|changes?|changed)\b"
            r"[^.]{0,24} to\s?$"
        ),
    ),
    (
        "threshold",
        re.compile(
            r"\b(?:minimum (?!(?:wage|rate|pay|price|income)\b)(?:[\w-]+ ){1,5}(?:of|is)|(?:a |the )?minimum of"
            r"|more than|less than|over|under|at least|exceed(?:s|ing)?|below|above|threshold of)\s?$"
        ),
    ),
)
#: What is no price for a reader: totals, averages, estimates, what an office spends or saves.
_STATISTIC = re.compile(
    r"\b(?:burden|total|annual|average|estimat\w+|generat\w+|reduc\w+|sav(?:e|es|ed|ing)\b|electricity|economy|turnover"
    r"|salary|paid to|"
    r"bonus|deposit(?:ed)?|worth|increase in|spend\w*|spent)\b[^.]{0,60}$"
)
#: What is told of an industry or a programme is no bar for a reader.
_COUNTED_UP = re.compile(
    r"\b(?:generat\w+|contribut\w+|worth|earn\w*|export\w*|sav(?:e|es|ed|ing)\b|spent|spend\w*|invest\w*|rais(?:e|es|ed)"
    r"|total\w*|awarded|received|paid|deliver\w*)"
    r"[^.]{0,24}(?:more than|less than|over|under|at least|exceed\w*|below|above)\s?$"
)
_WENT = re.compile(r"^\s?(?:staying|going|raised|invested|spent|awarded|saved)\b")
_FEE = re.compile(
    r"\b(?:(?:costs|will cost|would cost|can cost) (?:you )?(?:about |only |just )?|(?:the |a |an )?(?:[\w-]+ ){0,4}(?:fee"
    r"|rent(?:al)?|royalty|charge|price|cost|deposit|surcharge|levy|toll|fare|premium) (?:is"
    r"|will be|of|for [\w ]{1,30} is)(?: about)?"
    r"|(?:fee|charge|price|cost)s? (?:of|for|to) [\w -]{1,30} (?:is|are|will be)"
    r"|fees?:?(?: (?:is|are))?|you(?:(?:'|’)ll| will)?(?: must| need to| have to)? (?:also )?pay(?: a fee of)?"
    r"|charged?(?: at)?|(?:must|need to|have to) pay[^.]{0,24})\s?$"
)
_FEE_AFTER = re.compile(
    r"^(?:-an?-[a-z]+|/[a-z]+)?\s?(?:(?:[\w-]+ )?(?:fee|toll|fare)\b|per application|to (?:renew|apply|register|replace|book)"
    r"|(?:non-?refundable )?deposit\b)"
)
_BUDGET = re.compile(
    r"\b(?:budget|fund(?:ing|s|ed)?|invest(?:ment|ing|ed)?|total of|programme|program|making use of|spend)\b[^.]{0,50}$"
)
#: "Grants are available between £5,000 and £25,000"; "costs must be between £25,000 and £2 million".
_GIVEN_BETWEEN = re.compile(
    r"\b(?:grants?|awards?|bursar(?:y|ies)|payments?|funding|prizes?|vouchers?)\b[^.;]{0,40}$"
    r"|\b(?:apply for|receive|get|claim|offer\w*)\s(?:[\w-]+ ){0,2}$"
)
_MUST_LIE = re.compile(
    r"\b(?:must|should|need to|has to|have to|costs?|turnover|incomes?|earn\w*|savings|size|value[ds]?|budgets?|range)\b"
    r"[^.;]{0,50}$"
)
#: A heading above a sum that stands without words: what is paid to the reader, what the reader pays.
_PAID = re.compile(
    r"^(?:(?:[^,]{1,60}, )?you(?:(?:'|’)ll| will| can| may) (?:get|receive)|how much (?:will be paid|(?:you(?:(?:'|’)ll"
    r"| will| can|))? ?(?:get|receive)"
    r"|is (?:available|paid)|we(?:(?:'|’)ll| will)? pay)"
    r"|what (?:you(?:(?:'|’)ll| will| can|) get|we(?:(?:'|’)ll| will)? pay)|payment(?: rate)?s?|grant (?:amount|rate)s?)\W*$",
    re.IGNORECASE,
)
_CHARGED = re.compile(
    r"^(?:(?:[\w’'-]+ ){0,4}(?:fees|costs|charges|prices|fares|tariffs)(?: (?:and (?:fees|charges|prices|fares)"
    r"|(?:from|for|in|at|on|per|until) [^.;:]{1,50}))?|fees?|costs?|charges?|prices?"
    r"|how much (?:it costs|(?:you(?:(?:'|’)ll| will|))? ?pay)"
    r"|what (?:it costs|you(?:(?:'|’)ll)? pay))\W*$",
    re.IGNORECASE,
)
_BUDGET_AFTER = re.compile(
    r"^\s?(?:of )?(?:[\w-]+ )?(?:funding|investment|fund\b|budget|programme|package|grant scheme|boost|pot\b|scheme)"
    r"|^\s?of (?:[\w-]+ ){0,3}(?:grants?|support)\b"
    r"|^\s?(?:will be|has been|have been|is being|is) (?:invested|available|allocated|provided|made available)\b"
)
#: "a £300 payment", "the £80 fixed penalty": what the sum is stands behind it.
_GIVEN_AFTER = re.compile(
    r"^\s?(?:[\w-]+ ){0,2}(?:grant|payment|voucher|bursary|rebate|discount|allowance|award|prize|top-up|refund)s?\b"
)
_FINED = re.compile(r"\b(?:penalty|fine) of (?:up to )?$")
_FINE_AFTER = re.compile(r"^\s?(?:[\w-]+ ){0,2}(?:fines?|penalty|penalties)\b")
#: "The pension is £221 a week": a rate that many get.
_RATE_OF = re.compile(
    r"\b(?:pay|pension|allowance|benefit|credit|wage|rate|payment|grant"
    r"|bursary)s?(?: (?:for|of|to) [\w -]{1,30})? (?:is|are|will be)"
    r"(?: currently| worth| about)?\s?$"
)
_LENT = re.compile(r"\bloans? (?:is|are|of|for|from|worth|of up to|up to|can be|will be)\s?$")
#: The line of a call that says how large its awards are.
_AWARD_RANGE = re.compile(r"\b(?:range|(?:average )?size) of awards:?\s?$|\b(?:grants?|awards?) rang(?:e|ing) from $")
_OR_LESS = re.compile(
    r"^\s?(?:(?:a|per) (?:year|month|week) )?(?:or (?:less|more|under|over|above|below)|and (?:over|above|under))\b"
)
#: Lines of a call for proposals.
_CEILING = re.compile(
    r"\b(?:maximum awards?(?: amount| size)?|award ceiling|ceiling)\b[^.$]{0,30}$|\bawards? (?:that |may "
    r"|can |will )?(?:exceed\w*|(?:of )?more than|larger than) $"
)
#: "a share of up to £20 million", "will invest up to £15 million": what there is for all, and no limit for one.
_RISE_WORTH = re.compile(
    r"\b(?:rise|increase|boost|uplift|drop|cut|reduction|fall) (?:worth|of)(?: about| over| up to| around)? ?$"
    r"|\b(?:rises?|rising|increas\w+|goes up|going up|raised|cut|reduced|falls?|falling|drops?)\b[^.£$]{0,20} by(?: about"
    r"| over)? ?$"
)
#: "will increase to £7.49 from £6.83", "up from £6.83".
_WAS = re.compile(r"(?:\bto [£$€][\d.,]+(?: (?:million|billion))?,? |\b(?:up|down),? )from ?$")
_SHARED_OUT = re.compile(
    r"\b(?:share of(?: the)?|invest\w*|allocat\w+|set aside|committed|(?:mak\w+|made) available|total(?:ling)?(?: of)?|pot of"
    r"|budget(?: of| is)?|(?:scheme|fund|programme|package|pot),? (?:is )?worth)[^.;£$€]{0,30}(?:up to|over|more than"
    r"|around|about|at least|approximately|nearly|almost)?\s?$"
)
_AVAILABLE = re.compile(
    r"\b(?:available funds|funds available|total funding|funding available|estimated funding)\b[^.$]{0,30}$"
)
#: "the old fee of £40", "the new fee is £46".
_OLD_OR_NEW = re.compile(
    r"\b(?P<which>old|existing|previous|former|new) (?:\w+ )?(?:fee|price|charge|fare|toll|cost)"
    r" (?:of|is|was|will be)(?: now| only| just)?\s?$"
)
_JOINED = re.compile(r"[^.;£$€\n]{0,70}?(?:,|\bor|\band)\s(?:up to )?", re.IGNORECASE)
_PER = re.compile(
    r"(?:\s?(?:per|an?|each|every|/)\s?|-an?-)(?P<per>person|household|week|month|year|day|hour|night|application|child|employee"
    r"|animal|vehicle|visit"
    r"|square metre|metre|hectare|ha|acre|tonne|home|adult|pupil|place|unit|copy|page|item"
    r"|tree|dwelling)\b(?:,? (?:per|an?|each) (?P<then>week|month|year|day))?",
    re.IGNORECASE,
)


def english_amount_role(before: str, after: str, large: bool = False) -> str | None:
    """The role of an amount in an English text, or None. `large`: it is told in millions, so no reader pays it."""
    near, head = before.lower(), after.lower()
    statistic = bool(_STATISTIC.search(near[-70:]))
    if _FINE_AFTER.match(head) or _FINED.search(near):
        return "fine"
    if _CEILING.search(near):
        return "subsidy_max"
    if _AWARD_RANGE.search(near):
        return "subsidy"
    if _AVAILABLE.search(near):
        return "budget"
    if large and _SHARED_OUT.search(near[-70:]):
        return "budget"
    if _WAS.search(near):
        return "old_value"
    if not large and (price := _OLD_OR_NEW.search(near)):
        return "new_value" if price["which"] == "new" else "old_value"
    if _RISE_WORTH.search(near):
        return "increment" if not large else None
    capped = _CAPPED.search(near)
    if not large and not statistic and (_FEE.search(near) or (_FEE_AFTER.match(head) and not capped)):
        return "fee"
    for role, cue in _BEFORE:
        if cue.search(near):
            if role == "threshold" and (_WENT.match(head) or (large and statistic) or _COUNTED_UP.search(near)):
                return None  # "generates over £50 billion"
            return role if not (statistic and role in ("subsidy", "subsidy_max") and large) else None
    if not large and _LENT.search(near):
        return "loan_max"
    if _OR_LESS.match(head):
        return "threshold"
    if not large and _RATE_OF.search(near) and per_words(after):
        return "standard"
    if not re.search(r"\bburden\b", near[-40:]) and (_BUDGET.search(near) or _BUDGET_AFTER.match(head)):
        return "budget"
    return "subsidy" if not large and not statistic and _GIVEN_AFTER.match(head) else None


def role_between(before: str) -> str | None:
    """What a sum must lie between, or what is given: read before "between £5,000 and £25,000"."""
    near = before[-90:].lower()
    if _GIVEN_BETWEEN.search(near):
        return "subsidy"
    return "threshold" if _MUST_LIE.search(near) else None


def role_of_heading(heading: str) -> str | None:
    """What a sum without words is, by the heading that it stands under."""
    return "subsidy" if _PAID.match(heading.strip()) else "fee" if _CHARGED.match(heading.strip()) else None


def english_percentage_role(before: str, after: str) -> str | None:
    """The role of a percentage in an English text, or None. `before` may reach back to where its sentence begins."""
    said, near, head = before.lower(), before[-60:].lower(), after.lower()
    if re.search(r"\b(?:up|down|rose|fallen|risen|grown|grew) (?:by )?(?:about |around |nearly |over )?$", near):
        return "increment"
    if re.search(
        r"\b(?:increas\w+|ris\w+|rais\w+|grow\w+|fell|fall\w*|cut\w*|drop\w*|reduc\w+|decreas\w+)\b[^.]{0,28}(?:by|of)\s?$",
        near,
    ):
        return "increment"
    if re.match(r"^\s?(?:interest\b|apr\b)", head):
        return "rate"
    if re.match(r"^\s?(?:increase|rise|reduction|cut|growth|decrease|fall|drop)\b", head):
        return "increment"
    if re.search(r"\b(?:at least|minimum of)\s?$", near):
        return "threshold"
    if re.match(r"^\s?(?:discount|of (?:[\w’']+ ){0,4}(?:eligible |total |approved |project )*costs?\b|grant|off\b)", head):
        return "subsidy_rate"
    if re.search(r"\b(?:up to|no more than|maximum of|limit of|limited to|capped at)\s?(?:[^.;]{1,36},? or )?$", near):
        return "limit"
    if re.search(r"\b(?:at least|more than|less than|minimum of|over|below|exceed\w*|target of|target is)\s?$", near):
        return "threshold"
    if re.search(r"\b(?:penalt(?:y|ies)|fines?|surcharges?)\b[^.;]{0,60}$", near) or re.match(
        r"^\s?(?:(?:late[- ](?:payment|filing) )?(?:penalty|surcharge|fine)\b)", head
    ):
        return "fine_rate"
    if re.search(r"\b(?:rate|margin|margins|tax|royalt(?:y|ies)|levy|duty)\b[^.]{0,24}$|\binterest\b[^.]{0,40}$", near):
        return "rate"
    if re.search(r"\binterest (?:rate )?(?:assumptions?|rates?)\b", said) and not re.match(r"^\s?of\b", head):
        return "rate"
    return None


def joined_role(between: str, role: str | None) -> bool:
    """ "£75.50 online or £85 by post": is the second of a pair told as the first is?"""
    return role in ("fee", "subsidy", "subsidy_max", "fine") and len(between) <= 90 and bool(_JOINED.fullmatch(between))


def per_words(after: str) -> list[str]:
    """What a sum is counted by, read behind it: ["person", "week"] of "£5 a person per week"."""
    found = _PER.match(after)
    return [part.lower() for part in (found["per"], found["then"]) if part] if found else []
