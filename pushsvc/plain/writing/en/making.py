"""One English sentence made plain: asides, citations and office words go; what is too long ends at the end of a clause."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushsvc.plain.writing.cutting import SENTENCE_WORDS
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
#: Words that name the law which something is done under, to the next comma or the end.
_UNDER_LAW = re.compile(
    r",? ?\b(?i:pursuant to|in accordance with|as required by|as authori[sz]ed by|as amended by|as defined (?:in|by)"
    r"|as set forth in"
    rf"|consistent with|under)(?: the requirements of)? {_LAW}(?:[^,.;()]|\.(?=\d|[A-Z]\.|C\.)){{0,200}}"
    r"(?:,(?= as amended| \d|(?: and)? \d{1,2} CFR)[^,.;]*){0,4}(?:,|(?=[.;])|$)"
)
_OPENS_WITH_LAW = re.compile(
    rf"^(?i:Pursuant to|In accordance with|As required by|As part of|Under|Consistent with) (?:{_LAW}|[A-Z]{{2,8}}\b|its"
    rf"|the)[^;]{{0,220}}?, (?=the |this |we |it |[A-Z][A-Za-z])(?!Public Law|Pub\. )",
)
_AS_AMENDED = re.compile(r",? as amended(?: by [^,.;]{3,90})?,?")
_CITE = re.compile(
    r",? ?(?:\d{1,3} FR \d{2,6}(?:-\d+)?|\d{1,2} U\.S\.C\.[^,.;)]{0,30}"
    r"|\d{1,2} CFR (?:parts? )?[\d.]+(?:\([a-z0-9]+\))*)(?=[,.;)]|$)"
)
_OF_LAW = re.compile(r" of the (?:[A-Z][\w’'-]+ (?:(?:of|and|for|the) )*){1,9}Act(?: of \d{4})?(?: \([A-Z]+\))?,?")
#: Brackets go, except those that widen or narrow what is said.
_ASIDE = re.compile(r"\s?[(\[](?!(?:or|if|unless|except|excluding|not|only|but|and|including)\b)[^()\[\]]{0,200}[)\]]")
_FOOTNOTE = re.compile(r"(?<=\b20\d\d\.)\d{1,2}(?=\s|$)|(?<=[a-z][.,”’])\d{1,2}(?=\s|$)|(?<=[a-z])\?\d{1,2}(?=\s|$)")
#: "on June 9, 2016, from 8:30 a.m. to 5 p.m.": the hours go before the day, so that no sentence ends in the stop of "p.m."
_HOURS_LAST = re.compile(
    r"(?P<lead>\b(?:on|held|for|until|by) )(?P<day>(?:\w+day,? )?(?:[A-Z][a-z]+ \d{1,2}"
    r"|\d{1,2} [A-Z][a-z]+),? \d{4}),? (?P<word>from|at|between) "
    r"(?P<hours>\d{1,2}(?::\d{2})?[^.;]{0,12}(?:[ap]\.m\.)?[^.;]{0,12}[ap]\.m)\.$"
)
#: Words that add nothing for a reader.
_EMPTY = re.compile(
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
    r"|serves to notify (?:the public )?(?:of|that)) )"
)
_ACRONYM = re.compile(
    r"\b(?P<the>[Tt]he )?(?P<name>(?:[A-Z][\w’'&.-]+)(?: (?:[A-Z][\w’'&.-]+|and|of|the|for|on|in|to"
    r"|,)){2,9}) \((?:the )?[“\"]?(?P<short>[A-Z][A-Za-z&.-]{1,9})[”\"]?\)"
)
#: Where a sentence may end, the most complete first. What stands behind only adds to it.
_ADDS = re.compile(
    r",? (?:which|including|such as|as well as|because|so that|in order to|whether|in particular|particularly|especially"
    r"|namely|as described|based on"
    r"|resulting|allowing|providing|using|with respect to|with regard to|in connection with|and to|to (?=(?:help|support"
    r"|ensure|allow|provide|improve|reflect|facilitate|develop|address|build|avoid|make|incorporate|discuss|represent)\b))\b"
    r"|,(?= (?:submitted|sent|filed|issued|dated|published|located|known|proposing|requesting|and|with|as|from|at|on|who"
    r"|where|when|to|that)\b)|;(?=\s)|:(?=\s)| [–—] |—"
)
_PHRASE = re.compile(r" (?=(?:for|within|at|on|through|by|between|with|from|during|under|across|into|in|to (?:the|a|an))\b)")
#: What may not be cut off, because it narrows what is said before it; and what may not stand just behind a cut.
_NARROWS = re.compile(r"\b(?:if|unless|except|excluding|only|provided|without|other than|but|nor)\b", re.IGNORECASE)
_NARROWS_AT_ONCE = re.compile(
    r"\W*(?:until|before|after|when|where|not|no|than|less|more|up to|at least|who"
    r"|of)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:not|no|never|only|cannot|can’t|don’t|doesn’t|won’t|unless|if|neither|nor)\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|would|can|could|may|might|must|should|has|have|had|does|do|did|shall|there’s|it’s|\w{3,}ed"
    r"|began|became|met|held"
    r"|announces|requires|invites|provides|gives|changes|sets|includes|contains|allows|helps|means|makes|takes|proposes"
    r"|plans|asks|needs|costs"
    r"|applies|seeks|wants|marks|aims|becomes|begins|starts|ends|closes|opens|uses|shows|offers|supports|explains|describes"
    r"|tells|covers|extends"
    r"|corrects|confirms|affects|works|sends|lets|outlines|presents|follows|expects|remains|continues|delays|underpins"
    r"|tests|lasts|meets|runs|gets"
    r"|pays|adopts|withdraws|approves|grants|finds|sees|says)\b|\b(?:[Ww]e|[Yy]ou|[Tt]hey|[Pp]eople|[Bb]usinesses"
    r"|[Ss]chools|[Ss]tudents|[Cc]hildren) \w"
    r"|^(?:You|Apply|Send|Contact|Find|Use|Check|Call|Email|Report|Renew|Register|Submit|Read|Tell|Get|Book|Pay|Make|Keep"
    r"|Give|Choose|Ask|Visit)\b"
)
_WAITS = re.compile(r"(?:When|If|Before|After|While|Where|Because|As|Once|Although|Since|For example)\b")
#: What a sentence that begins so goes on with: "If you move you must tell us", "Although it is free, you need a ticket".
_GOES_ON = re.compile(r", (?!(?:and|or)\b)|(?<=\w) (?:you|we|please) (?:\w+ )?(?:must|should|will|can|need|may|have)\b")
_OPEN = re.compile(
    r"\b(?:is|are|was|were|be|been|will|not|has|have|had|must|may|can|should)$|, (?:\w+ed|sent)$|\bto \w+$|\bthat (?:your|the"
    r"|a|an|its|their|this|these|any|all)? ?[\w’' -]{0,40}$|, (?:in particular|especially|for example|in part)$"
)
_DANGLING = re.compile(
    r"(?:[\s,;:–—-]+(?:and|or|the|a|an|of|to|in|for|on|by|with|at|from|that|which|including|under|as|its|their|this"
    r"|who|any|such|both|other|certain|between|than|into|about|how|whether|during|through|after|before|against|upon|onto))+$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"(?:;|,) (?:and |but )?(?=(?:you|we|they|it|he|she|there|this|these|those|the [a-z]+(?: [a-z]+)?) (?:\w+ly )?(?:is|are"
    r"|was|were|will|can|may|must|should|has|have|need)\b)"
)
_IN_NAME = re.compile(r" (?:for|on|in|of) (?:the )?[A-Z]")
_FEWEST, _FEW = 5, 7


@dataclass(frozen=True)
class Made:
    """The plain sentences of one statement. `whole` says that nothing but asides was left out."""

    pieces: tuple[str, ...]
    whole: bool

    @property
    def text(self) -> str:
        return " ".join(self.pieces)


def made_of(text: str, *, phrase: bool = False) -> Made:
    """The plain sentences, each of 25 words at most; none where it cannot be shortened at the end of a clause.

    `phrase`: a line that says what a page is may do without a verb.
    """
    plain = tidied(text)
    if not fits(plain):
        plain = tidied(_ACRONYM.sub(_short_name, text))
    if plain.endswith(".m."):
        return Made((), False)  # nobody could say where it ends
    if len(plain.split()) < _FEW and len(plain) < _FEW * len(text) // 10:
        return Made((), False)  # what was left of it says nothing by itself
    if fits(plain):
        return Made((plain,), True) if phrase or _stands(plain) else Made((), False)
    parts = [plain] if _WAITS.match(plain) else [part for part in _SPLIT.split(plain) if part]
    if 1 < len(parts) <= 3 and all(fits(part) and len(part.split()) >= _FEWEST for part in parts):
        return Made(tuple(_ended(part) for part in parts), True)
    head = _head(parts[0] if len(parts) > 1 else plain)
    return Made((head,), False) if head else Made((), False)


def tidied(text: str) -> str:
    """The sentence with neither label, aside, footnote nor citation, in everyday words."""
    said = _LABEL.sub("", _FOOTNOTE.sub("", text.strip()))
    said = _ASIDE.sub("", said)
    said = _EMPTY_OPENING.sub("", _OPENS_WITH_LAW.sub("", said))
    said = _AS_AMENDED.sub("", _INNER_OFFICE.sub(r"\g<whose> ", said))
    said = _UNDER_LAW.sub("", said)
    said = _CITE.sub("", _OF_LAW.sub("", said))
    said = plainer(_EMPTY.sub("", said), "en")
    said = _HOURS_LAST.sub(_hours_first, said.strip())
    return _ended(re.sub(r"\s+([,.;:!?])", r"\1", " ".join(said.split())))


def _hours_first(found: re.Match[str]) -> str:
    lead = "held" if found["lead"] == "held " else ""
    return f"{lead} {found['word']} {found['hours']}. on {found['day']}."


def fits(sentence: str) -> bool:
    return len(sentence.split()) <= SENTENCE_WORDS


def _short_name(found: re.Match[str]) -> str:
    """An office with a long name by its short one, which the source gives in brackets beside it."""
    name, short = found["name"], found["short"]
    initials = "".join(word[0] for word in re.findall(r"[A-Z][a-z]+", name))
    if len(name.split()) < 3 or not short.isupper() or not set(short.replace(".", "")) <= set(initials):
        return found.group()
    return short


def _head(sentence: str) -> str:
    """The head of a sentence of 25 words at most that stands by itself; empty when it has none."""
    best = ""
    for pattern in (_ADDS, _PHRASE):
        for found in pattern.finditer(sentence):
            head, rest = _DANGLING.sub("", sentence[: found.start()]).rstrip(" ,;:–—-"), sentence[found.start() :]
            if not fits(head) or len(head) <= len(best) or not _may_end(head, rest):
                continue
            if pattern is _PHRASE and (_IN_NAME.match(rest) and re.search(r"\b[A-Z]\w+$", head)):
                continue  # "Committee for the Implementation" is one name
            best = head
        if len(best.split()) >= 9:
            break
    return _ended(best) if best else ""


def _may_end(head: str, rest: str) -> bool:
    if len(head.split()) < _FEWEST + 1 or not _stands(head + "."):
        return False
    open_that = re.search(r"\bthat ([^,]*)$", head)
    if _OPEN.search(head) or (open_that and not _FINITE.search(open_that[1])):
        return False
    if _NARROWS.search(rest[:200]) or _NARROWS_AT_ONCE.match(rest) or _DENIES.search(head):
        return False
    return head.count("“") == head.count("”") and head.count("(") == head.count(")")


def _stands(sentence: str) -> bool:
    """A sentence with a verb, or one that tells a reader what to do."""
    if len(sentence.split()) < 4 or sentence[:1].islower() or not _FINITE.search(sentence):
        return False
    # "When you apply for a licence" waits for what is the case then.
    waits = _WAITS.match(sentence)
    return not waits or bool(_GOES_ON.search(sentence, waits.end() + 8))


def _ended(text: str) -> str:
    said = re.sub(r"\.{2,}$", ".", text.strip().rstrip(" ;,:"))
    said = said[:1].upper() + said[1:]
    return said if re.search(r"[.!?”\"]$", said) else f"{said}."
