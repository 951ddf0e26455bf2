"""Quantities and ages in English documents, where a cue beside them says what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, fact_of
from pushsvc.plain.facts.numerals import ENGLISH_NUMBERS, NUMBER_WORDS, any_number, english_number
from pushsvc.plain.facts.scanning import found_at, found_near
from pushsvc.plain.facts.terms_en import is_term

_I = re.IGNORECASE
_AGE = re.compile(
    r"\b(?:aged?|ages) (?:between )?(?P<lo>\d{1,2})(?: to |[-–]| and )(?P<hi>\d{1,3})\b"
    r"|\b(?:aged|age|ages) (?P<min>\d{1,2})(?: or over| and over| or older| or above| and above|\+| years and over)"
    r"|\bup to (?:the )?age(?: of)? (?P<most>\d{1,2})\b"
    r"|\b(?:over|at least|minimum age(?: of| is)?) (?P<least>\d{1,2})(?: years (?:old|of age))\b"
    r"|\b(?P<from>\d{1,2}) (?:or|and|years and|years or) (?:over|older|above)\b"
    r"|\b(?:aged )?(?P<under>\d{1,2}) (?:or|and) (?:under|younger)\b"
    r"|\b(?:adults|people|anyone|those|men|women|persons|pensioners|passengers|customers) (?:aged )?over (?P<over>\d{2})\b"
    r"|\baged under (?P<below>\d{1,2})\b"
    r"|\b(?:people|adults|children|pupils|students|women|men|NEET) \((?P<lo3>\d{1,2})[-–](?P<hi3>\d{1,2})\)"
    r"|\b(?P<lo2>\d{1,2})(?: to |[-–]| and )(?P<hi2>\d{1,2})[- ]year[- ]olds?\b",
    _I,
)
_COUNTED = re.compile(
    rf"\b(?:(?P<low>\d{{1,3}}|{ENGLISH_NUMBERS})(?: (?:to|and|or) |[-–]))?"
    rf"(?P<n>\d[\d,]*(?:\.\d+)?|{ENGLISH_NUMBERS})(?: \(\d{{1,4}}\))?"
    r"[ -](?:additional |further |more )?(?P<unit>years?|months?|weeks?"
    r"|(?:working |business |calendar )?days?|hours?|minutes?|people|places|homes|employees|responses|respondents"
    r"|positions?|members|seats|vacancies|feet|miles|metres|meters|acres|hectares"
    r"|copies|photos|photographs|references|pounds|metric tons|tonnes)\b",
    _I,
)
#: "a 60-day comment period", "a three day comment period".
_PERIOD = re.compile(
    rf"\b(?P<n>\d{{1,3}}|{ENGLISH_NUMBERS})[- ](?P<unit>minute|hour|day|week|month)[- ](?:public |written )?"
    r"(?:comment|consultation|review|notice|waiting|cooling-off|trial|transition|transitional|appeal) period\b"
    rf"|\b(?P<n2>\d{{1,3}}|{ENGLISH_NUMBERS})[- ](?P<unit2>day|week|month)[- ](?:[a-z]+ )?window\b",
    _I,
)
#: "a 5-year evaluation", "the two-year renewed charter".
_LASTING = re.compile(
    rf"\b(?P<n>\d{{1,3}}|{ENGLISH_NUMBERS})[- ](?P<unit>day|week|month|year) (?:[a-z]+ )?"
    r"(?:period|project|programme|program|contract|term|evaluation|lease|agreement|pilot|extension"
    r"|course|trial|plan|ban|charter"
    r"|approval|licen[cs]e|grant|visa|permit|deal|scheme|freeze|phase|degree|warranty)\b",
    _I,
)
#: The most or the fewest of whatever there may be: "no more than three supporting letters".
_MOST_OF = re.compile(
    rf"\b(?P<how>no more than|not more than|up to|a maximum of|at most|not (?:to )?exceed(?:ing)?|limited to"
    rf"|a minimum of|at least)"
    rf" (?P<n>\d{{1,4}}|{ENGLISH_NUMBERS})"
    r"(?: \(\d{1,4}\))? (?:[a-z-]+ )?(?P<unit>[a-z]{3,14}s|people)\b(?! (?:of the|prior|before|after|in advance))",
    _I,
)
_HOW = (
    *("up to", "no more than", "not more than", "a maximum of", "at most", "not to exceed", "not exceed", "limited to"),
    *("a minimum of", "at least"),
)
#: "awarded to between 15 and 25 grantees", "for up to 30 places".
_AWARDS = ("award", "grant", "places", "contracts")
_AWARDED = re.compile(
    r"\b(?:awarded|awards?|grants?|places|contracts) (?:will be (?:made|given) )?(?:to|for) (?:between |up to |about )?"
    r"(?P<low>\d{1,4})"
    r"(?: (?:and|to) (?P<n>\d{1,4}))? (?P<unit>[a-z]{3,14}s|people)\b",
    _I,
)
_OR_MORE = re.compile(
    rf"\b(?P<n>\d[\d,]*|{ENGLISH_NUMBERS}) (?:or (?:more|less|fewer) (?P<unit>[a-z]{{3,12}}s)"
    rf"|(?P<of>[a-z]{{3,12}}s) or (?:more|less|fewer)(?! than))\b",
    _I,
)
_MORE = (" or more", " or less", " or fewer")
#: Doses, speeds and the like: limits where the document is about limits.
_MEASURED = re.compile(r"(?<![\w.,])(?P<n>\d[\d,]*(?:\.\d+)?) ?(?P<unit>[µμ]g/[lL]|mg/[lL]|mg/kg|ppm|mph|dB)\b")
_ROLES = (
    (
        "requirement",
        re.compile(
            r"\b(?:submit|send|provide|enclose|bring|include)(?: us)? (?:at least )?$|\b(?:requested"
            r"|required)[^.;]{0,30} that $",
            _I,
        ),
    ),
    ("quota", re.compile(r"\btransferring $|\bquotas? (?:is|of|will be) $", _I)),
    (
        "requirement",
        re.compile(
            r"\b(?:issued|dated|obtained|made|taken|within the last)[^.;]{0,20}within (?:the )?(?:last"
            r"|past)?\s?$|within (?:the )?(?:last|past) $",
            _I,
        ),
    ),
    ("duration", re.compile(r"\b(?:duration|lasts?|lasting|runs?|term|periods?)\b[^.;]{0,20}\bbetween $", _I)),
    ("duration", re.compile(r"\b(?:lasts?|lasting) (?:for )?(?:less than|more than|at least|up to|about|under|over) $", _I)),
    (
        "processing_time",
        re.compile(
            r"(?:processing time (?:is|of)|\btakes?(?: between)?|taken?|take up to|usually take"
            r"|(?:dealt with|processed|decided|completed|ready|reply"
            r"|respond|response|decision|delivered)[^.;]{0,24}(?:in|within))\s(?:about |around |up to |approximately )?$",
            _I,
        ),
    ),
    (
        "limit",
        re.compile(
            r"(?:not (?:to )?exceed(?:ing)?|up to|limited to(?: a total(?: time)? of)?|no more than|maximum(?: of)?"
            r"|capped at|\blimit (?:is|of|will be)"
            r"|\b(?:not|never|cannot|no) (?:be |have |take |last )?(?:for )?(?:longer|more) than"
            r"|clearance[^.;]{0,40} of)\s(?:a )?$",
            _I,
        ),
    ),
    (
        "threshold",
        re.compile(r"(?:at least|more than|less than|longer than|minimum(?: period)? of|fewer than|over|under)\s$", _I),
    ),
    ("duration", re.compile(r"\b(?:additional|another|further|extra)\s$", _I)),
    ("entitlement", re.compile(r"\b(?:you (?:can |will |may )?get|entitled to|must give|receive)(?: at least| up to)? $", _I)),
    (
        "quota",
        re.compile(
            r"(?:fill|total of|composed of|consist(?:s|ing) of(?: approximately)?|seeking|appoint"
            r"|there are|offer(?:ing|s)?|have)\s(?:up to )?$",
            _I,
        ),
    ),
    (
        "duration",
        re.compile(
            r"(?:valid for|(?<!the )lasts?|lasting|term of|for|period of|period is|last up to"
            r"|lasts about)\s(?:a )?$",
            _I,
        ),
    ),
)
#: How long something took somebody, an estimate of the burden of a form, and the firms that a law of forms calls small.
_TOLD_OF_OTHERS = re.compile(
    r"\b(?:was|were|been|had|has|have been)\b[^.;]{0,30}\bfor (?:over|more than|at least|under|less than) $"
    r"|estimated (?:average )?(?:time|burden)[^\n]{0,50}$|small business concerns with (?:fewer|less) than $",
    _I,
)
_VALID = re.compile(r"\b(?:valid|in force|remains? in effect|expires? after) (?:for )?(?:a period of )?(?:up to )?$", _I)
_IN_PRISON = re.compile(r"(?:(?:'|’)s?)? (?:in prison|in jail|imprisonment|(?:prison|jail) sentence)\b", _I)
_OFFERED = ("vacancies", "posts", "positions", "places", "awards", "grants")
_VACANCIES = re.compile(rf"(?P<unit>{'|'.join(_OFFERED)})\b:?\s{{1,2}}(?P<n>\d{{1,4}})(?=[\s.;,]|$)", _I)
_MORE_THAN = re.compile(r"(?:more|fewer|less) than (?P<n>\d[\d,]{0,8}) (?P<unit>[a-z]{3,14}s|people)\b", _I)
_HAVING = re.compile(r"\b(?:with|keeps?|have|has|owns?|employs?|employing) $", _I)
_IMPRISONED = re.compile(r"\b(?:imprison\w*|jailed|prison|sentence[ds]?)\b[^.;]{0,24}$", _I)
_OLD = re.compile(r" (?:old|of age)\b")
_QUOTA_UNITS = re.compile(r"positions?|seats|vacancies|places|members|homes|pounds|metric tons|tonnes", _I)
_TIMES = re.compile(r"(?:year|month|week|day|hour|minute|percent|cent|pound|dollar)s?\b", _I)
_ENCLOSED = re.compile(r"copies|photos|photographs|references", _I)


def quantities_en(context: Context) -> Iterator[Fact]:
    """Facts of the kinds quantity and age_range of an English document."""
    text = context.text
    for found in found_near(_AGE, text, _near_an_age(context), 40, 60):
        yield Fact("age_range", _age(found), found.group(), found.start(), found.end(), "eligibility")
    for found in _MEASURED.finditer(text) if "limit" in context.title.lower() else ():
        value = any_number(found["n"])
        if value is not None:
            yield Fact("quantity", value, found.group(), *found.span(), "limit", found["unit"], None, 0.8)
    numbers = sorted({*context.figures, *context.words_at(NUMBER_WORDS)})
    for found in found_at(_OR_MORE, text, numbers) if any(words in context.low for words in _MORE) else ():
        yield Fact(
            "quantity",
            english_number(found["n"]),
            found.group(),
            found.start(),
            found.end(),
            "threshold" if "more" in found.group().lower() or found["unit"] else "limit",
            (found["unit"] or found["of"]).lower(),
            None,
            0.8,
        )
    yield from _periods(context, numbers)
    yield from _of_a_call(context)
    for found in found_at(_COUNTED, text, numbers):
        before = text[max(0, found.start() - 60) : found.start()]
        if is_term(text, found.start("n")) or _TOLD_OF_OTHERS.search(before) or _OLD.match(text, found.end()):
            continue
        role = next((name for name, cue in _ROLES if cue.search(before)), None)
        if role == "quota" and not _QUOTA_UNITS.match(found["unit"]):
            role = None
        if _ENCLOSED.match(found["unit"]) and role not in ("requirement", "limit", "threshold"):
            role = None
        if _IN_PRISON.match(text, found.end()) or _IMPRISONED.search(before):
            role = "penalty"
        if role == "limit" and re.search(r"term (?:of )?not", before):
            role = "duration"
        count = english_number(found["n"]) if found["n"].isalpha() or "-" in found["n"] else any_number(found["n"])
        if count is not None and role:
            unit = found["unit"].lower()
            if role == "duration" and (term := _term_of_validity(before, unit, count)) and not found["low"]:
                yield fact_of(context, "expiry", term, *found.span(), "valid_until", 0.8)
                continue
            counted = f"{english_number(found['low'])}-{count}" if found["low"] else count
            yield Fact("quantity", counted, found.group(), found.start(), found.end(), role, unit, None, 0.8)


def _term_of_validity(before: str, unit: str, count: float) -> str | None:
    """ "The licence is valid for 3 years": P3Y from its start."""
    measure = unit.removeprefix("calendar ")[:1].upper()
    return f"P{count}{measure}" if measure in "YMWD" and _VALID.search(before) and isinstance(count, int) else None


def _periods(context: Context, numbers: Sequence[int]) -> Iterator[Fact]:
    """Periods with a name, and the most or the fewest of what is counted by another word than those that are known."""
    periods = {found.start(): found for pattern in (_LASTING, _PERIOD) for found in found_at(pattern, context.text, numbers)}
    for found in periods.values():
        window = "n2" in found.re.groupindex and bool(found["n2"])
        unit = f"{found['unit2' if window else 'unit'].lower()}s"
        number = english_number(found["n2" if window else "n"])
        yield fact_of(context, "quantity", number, *found.span(), "duration", 0.8, unit)
    for found in found_at(_AWARDED, context.text, context.words_at(_AWARDS)):
        if not _TIMES.match(found["unit"]):
            counted = f"{found['low']}-{found['n']}" if found["n"] else int(found["low"])
            yield fact_of(context, "quantity", counted, *found.span(), "quota", 0.8, found["unit"].lower())
    for found in found_at(_MOST_OF, context.text, context.words_at(_HOW)):
        if _TIMES.match(found["unit"]) or is_term(context.text, found.start("n")):
            continue
        role = "threshold" if found["how"].lower() in ("a minimum of", "at least") else "limit"
        yield fact_of(context, "quantity", english_number(found["n"]), *found.span(), role, 0.8, found["unit"].lower())


def _of_a_call(context: Context) -> Iterator[Fact]:
    """ "Number of vacancies: 6", and whoever has more of something than a rule allows: "keepers with more than 500 birds"."""
    for found in found_at(_VACANCIES, context.text, context.words_at(_OFFERED)):
        yield fact_of(context, "quantity", english_number(found["n"]), *found.span("n"), "quota", 0.8, found["unit"].lower())
    for found in found_at(_MORE_THAN, context.text, context.words_at(("more than", "fewer than", "less than"))):
        if not _HAVING.search(context.text, max(0, found.start() - 12), found.start()):
            continue
        if not _TIMES.match(found["unit"]) and not _COUNTED.match(context.text, found.start("n")):
            number = int(found["n"].replace(",", ""))
            yield fact_of(context, "quantity", number, *found.span(), "threshold", 0.8, found["unit"].lower())


def _near_an_age(context: Context) -> Sequence[int]:
    """The figures that one of the words of an age stands by."""
    low = context.low
    if len(low) != len(context.text):
        return range(len(context.text))
    return [
        at
        for at in context.figures
        if "age" in low[max(0, at - 14) : at]
        or low[at - 1 : at] == "("
        or any(word in low[at : at + 26] for word in ("over", "old", "above", "under", "young", "age"))
    ]


def _age(found: re.Match[str]) -> str:
    low = found["lo"] or found["lo2"] or found["lo3"]
    if low:
        return f"{low}-{found['hi'] or found['hi2'] or found['hi3']}"
    least = found["min"] or found["least"] or found["from"] or found["over"]
    return f"{least}-" if least else f"-{found['under'] or found['most'] or found['below']}"
