"""One English sentence without label, aside, footnote and citation, in everyday words."""

from __future__ import annotations

import re
from functools import lru_cache

from pushsvc.plain.quick_patterns import Anywhere, quickly
from pushsvc.plain.writing.glossary import plainer

_LABEL = re.compile(
    r"^(?:[A-Z][\w’' ]{2,28}(?:\([a-z]\))?(?: and [A-Z]\w+)?:\s+(?=[A-Z])|\([a-z\d]{1,3}\)\s+|\d{1,2}\.\s+(?=[A-Z])"
    r"|(?:Firstly|However|In addition|Therefore|Accordingly|Also|Additionally|Furthermore|Moreover|Similarly), )"
)
_LAW = (
    r"(?:[Ss]ections?|§+|[Aa]rticle|[Tt]itle|[Pp]arts?|paragraph|chapter|subpart|\d{1,2} CFR|\d{1,2} U\.S\.C|Public Law"
    r"|Executive Order"
    r"|(?:the )?(?:[A-Z][\w'’-]+ (?:(?:of|and|for|the|on|in|to) )*){1,9}Act\b|its authority|the authority|the provisions)"
)
#: Where the sentence goes on: "applicants under section 5 must pay".
_VERB_NEXT = r" (?:must|may|will|shall|should|can|is|are|was|were|has|have|had) "
#: Words that name the law which something is done under, to the next comma or the end.
_UNDER_LAW = re.compile(
    r",? ?\b(?i:pursuant to|in accordance with|as required by|as authori[sz]ed by|as amended by|as defined (?:in|by)"
    r"|as set forth in"
    rf"|consistent with|under)(?: the requirements of)? {_LAW}"
    rf"(?:(?!{_VERB_NEXT})[^,.;()]|\.(?= ?\d|[A-Z]\.|C\.)|(?<=seq)\.){{0,200}}"
    r"(?:,(?= as amended| \d|(?: and)? \d{1,2} CFR)(?:[^,.;]|(?<=[A-Z])\.|(?<=seq)\.)*){0,4}"
    r"(?:,? and (?:related|other|implementing|its implementing) (?:laws|regulations|authorities)\b)?"
    rf"(?:,|(?=[.;]|{_VERB_NEXT})|$)"
)
_OPENS_WITH_LAW = re.compile(
    rf"^(?i:Pursuant to|In accordance with|As required by|As part of|Under|Consistent with) (?:{_LAW}|[A-Z]{{2,8}}\b|its"
    rf"|the)[^;]{{0,220}}?,[”\"]? (?=the |this |we |it |[A-Z][A-Za-z])(?!Public Law|Pub\. "
    r"|the (?:[A-Z][\w'’-]+ (?:(?:of|and|for) )*){1,9}Act\b)",
)
#: A sign that a law, an order, a citation or an office inside an office may be named.
_OF_LAW_AT_ALL = Anywhere(
    r"Act\b|amended|CFR|U\.S\.C| FR \d(?<=\d FR \d)|[Ss]ection|§|[Aa]rticle|[Tt]itle|[Pp]art|paragraph|chapter|Public Law|Order"
    r"|authority"
    r"|provisions|^(?:Pursuant|In accordance|As |Under|Consistent)|, (?:Office|Division|Bureau|Center|Department|Branch|U\.S\.)"
)
#: "the Food, Conservation, and Energy Act" is one law: its commas stand as a letter while laws are cut out.
_LISTED_IN_NAME = re.compile(r"\b(?:[A-Z][\w’'-]+, ){1,5}and (?:[A-Z][\w’'-]+ ){1,5}Act\b")
_COMMA_OF_NAME = "\u02cf"
_AS_AMENDED = re.compile(r",? as amended(?: by [^,.;]{3,90})?,?")
_CITE = re.compile(
    r"(?:,? (?:found |listed |contained |set out )?(?:in|at|under|of))?"
    r"(?:,? ?(?:\d{1,3} FR \d{2,6}(?:-\d+)?|\d{1,2} U\.S\.C\.[^,.;)]{0,30}"
    r"|\d{1,2} CFR (?:parts? )?[\d.]*\d(?:\([a-z0-9]+\))*))"
    r"(?:,? (?:and |at |in )?(?:Table|Line|Item|Row|Appendix)\b(?: (?:No\.|Number|to|of|Sec\.|§|[\d.]*\d|[A-Z]\b)){1,5}){0,4}"
    r"(?=[,.;)]|$| (?:will|are|is|apply|applies|was|were|for|from|on|to)\b),?"
)
_OF_LAW = re.compile(r" of the (?:[A-Z][\w’'-]+ (?:(?:of|and|for|the) )*){1,9}Act(?: of \d{4})?(?: \([A-Z]+\))?,?")
#: Brackets go, except those that widen or narrow what is said.
_ASIDE = re.compile(
    r"\s?[(\[](?!\d{3}[)\]] ?\d{3}|(?:or|if|unless|except|excluding|not|only|but|and|including)\b)[^()\[\]]{0,200}[)\]]"
)
#: A sentence that the source begins with a small letter.
#: "reopens today (Monday 3 June)": the day itself is what a reader needs.
_TODAY = re.compile(
    r"\b(?P<day>[Tt]oday|[Tt]onight|[Tt]omorrow) \((?P<date>(?:\w+day,? )?"
    r"(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2})(?:,? \d{4})?)\)"
)
_SMALL_START = quickly(r"(?<=[a-z]{3}\. )(?:if|you|the|this|it|we|all|there)\b(?=.)")
_FOOTNOTE = re.compile(r"[\d?](?:(?<=\b20\d\d\.\d)\d?|(?<=[a-z][.,”’]\d)\d?|(?<=[a-z]\?)\d{1,2})(?=\s|$)")
#: "on June 9, 2016, from 8:30 a.m. to 5 p.m.": the hours go before the day, so that no sentence ends in the stop of "p.m."
_HOURS_LAST = re.compile(
    r"(?P<lead>\b(?:on|held|for|until|by) )(?P<day>(?:\w+day,? )?(?:[A-Z][a-z]+ \d{1,2}"
    r"|\d{1,2} [A-Z][a-z]+)(?:,? \d{4})?),? (?P<word>from|at|between) "
    r"(?P<hours>\d{1,2}(?::\d{2})?[^.;]{0,12}(?:[ap]\.m\.)?[^.;]{0,12}[ap]\.m)\.$"
)
#: Words that add nothing for a reader.
_EMPTY = quickly(
    r"\b(?:hereby |currently |respectively,? |generally |forthcoming |previously |duly |aforementioned |herein )"
    r"|(?<=\bwill )also |(?<=\bhas )also |(?<=\bmay )also |, respectively(?=[.,])"
    r"|\b(?:The )?public is (?:hereby )?advised that |\bPlease note that |\bNote that |\bIt should be noted that "
)
#: An office inside an office: "The Agency, Office of Grants, announces" is the agency.
_INNER_OFFICE = re.compile(
    r"^(?P<whose>(?:The )?[A-Z][^,]{3,80}), (?:(?:Office|Division|Bureau|Center|Department|Branch"
    r"|U\.S\.)[^,]{2,90}, )+(?=[a-z]+s\b)"
)
_EMPTY_OPENING = re.compile(
    r"^(?:This (?:notice|document|action) (?:is (?:given )?to inform the public (?:of|that)"
    r"|serves to notify (?:the public )?(?:of|that)) |(?:Public )?[Nn]otice is (?:hereby )?given that |Take notice that )"
)
#: Who said it, behind or before what is said, where the office says it of its own: "…, the council has announced."
_SAID_BY = quickly(
    r", (?:the )?[A-Z]?[\w’'&-]+(?: (?:[\w’'&-]+)){0,7} (?:has|have) (?:today |now )?(?:announced|confirmed)(?: today)?(?=\.$)"
)
_REMINDS = re.compile(
    r"^(?:The |A )?[A-Z][\w’'&-]*(?: [\w’'&-]+){0,6}? (?:(?:is|are) reminding|reminds?|(?:has|have) reminded)"
    r"(?: (?:all|any))?(?: [\w’'-]+){1,3}?(?: that)? (?=(?:the|a|an|it|there|all|no) )"
)
#: "It is with great sadness that the Ministry must confirm that" somebody died: who and when comes behind.
_WITH_SADNESS = re.compile(
    r"^It is with (?:\w+ )?(?:sadness|regret|sorrow) that [^.;]{3,60}? (?:confirms?|announces?|reports?) that (?=[A-Z])"
)
#: What a long sentence begins with that only says why it is done.
_WHY = re.compile(
    r"^(?:To (?:help|ensure|support|mark|celebrate|reflect|improve|encourage|tackle|address|make sure)\b"
    r"|In response to|Following|As part of|As a result of|In a (?:move|bid) to|Thanks to|Building on|In light of|In order to"
    r"|Because of|Due to)"
    r" ?[^,;]{4,130}, (?=(?:the|we|a|an|this|these|[A-Z][\w’'-]+)\b(?! and\b|,))"
)
_BLANK_BEFORE = re.compile(r" ([,.;:!?])")
_ACRONYM = re.compile(
    r"\b(?P<the>[Tt]he )?(?P<name>(?:[A-Z][\w’'&.-]+)(?: (?:[A-Z][\w’'&.-]+|and|of|the|for|on|in|to"
    r"|,)){2,9}) \((?:the )?[“\"]?(?P<short>[A-Z][A-Za-z&.-]{1,9})[”\"]?\)"
)


#: A statement is tidied whole and in its pieces, and again when it is told.
@lru_cache(maxsize=1024)
def tidied(text: str) -> str:
    """The sentence with neither label, aside, footnote nor citation, in everyday words."""
    said = _LABEL.sub("", _FOOTNOTE.sub("", text.strip()))
    if "(" in said or "[" in said:
        said = _ASIDE.sub("", _TODAY.sub(r"\g<day>, \g<date>,", said)).replace(",.", ".")
    said = _WITH_SADNESS.sub("", _EMPTY_OPENING.sub("", said))
    if "remind" in said or "announced" in said or "confirmed" in said:
        said = _REMINDS.sub("", _SAID_BY.sub("", said))
    # Most sentences name no law: a look for a few letters is cheaper than six searches.
    if _OF_LAW_AT_ALL.search(said):
        said = _LISTED_IN_NAME.sub(_one_name, said) if ", and " in said else said
        said = _AS_AMENDED.sub("", _INNER_OFFICE.sub(r"\g<whose> ", _OPENS_WITH_LAW.sub("", said)))
        said = _CITE.sub(_cite, _OF_LAW.sub("", _UNDER_LAW.sub("", said))).replace(_COMMA_OF_NAME, ",")
    said = plainer(_EMPTY.sub("", said), "en")
    if said.rstrip().endswith(".m."):
        said = _HOURS_LAST.sub(_hours_first, said.strip())
    return ended(_BLANK_BEFORE.sub(r"\1", " ".join(said.split())))


def _one_name(found: re.Match[str]) -> str:
    return found.group().replace(",", _COMMA_OF_NAME)


def _cite(found: re.Match[str]) -> str:
    """A citation goes, but for one that a verb waits for, as in "comply with 10 CFR 50"."""
    waits = re.search(r"\b(?:with|to|by|see|and|or|than|under|of)$", found.string[: found.start()].rstrip())
    own = re.match(r",? ?(?:in|at|under|of|found|listed|contained|set)\b", found.group())
    return found.group() if waits and not own else ""


def _hours_first(found: re.Match[str]) -> str:
    lead = "held" if found["lead"] == "held " else ""
    return f"{lead} {found['word']} {found['hours']}. on {found['day']}."


def _short_name(found: re.Match[str]) -> str:
    """An office with a long name by its short one, which the source gives in brackets beside it."""
    name, short = found["name"], found["short"]
    initials = "".join(word[0] for word in re.findall(r"[A-Z][a-z]+", name))
    if len(name.split()) < 3 or not short.isupper() or not set(short.replace(".", "")) <= set(initials):
        return found.group()
    return short


def ended(text: str) -> str:
    said = re.sub(r"\.{2,}$", ".", text.strip().rstrip(" ;,:"))
    said = _SMALL_START.sub(lambda found: found.group().capitalize(), said[:1].upper() + said[1:])
    if said[:1] not in '“"':
        # A stop inside the marks of a title at the end is not seen as the end of the sentence.
        said = re.sub(r"\.([”\"])$", r"\1.", said)
    return said if re.search(r"[.!?][”\"’']?$|[”\"]$", said) else f"{said}."


def shortened(text: str) -> str:
    """The text with each office of a long name by its short one, and without the reason that it begins with."""
    return _WHY.sub("", _ACRONYM.sub(_short_name, text))
