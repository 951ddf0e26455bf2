"""One English sentence made plain: asides, citations and office words go; what is too long ends at the end of a clause."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushsvc.plain import catalogue
from pushsvc.plain.quick_patterns import Anywhere, quickly
from pushsvc.plain.writing.cutting import SENTENCE_WORDS
from pushsvc.plain.writing.en.tidying import ended, shortened, tidied

#: Where a sentence may end, the most complete first. What stands behind only adds to it.
_ADDS = re.compile(
    r",? (?:which|including|such as|as well as|because|so that|in order to|whether|in particular|particularly|especially"
    r"|namely|as described|based on"
    r"|(?:en)?titled|resulting|allowing|providing|using|with respect to|with regard to|in connection with"
    r"|and to|to (?=(?:help|support"
    r"|ensure|allow|provide|improve|reflect|facilitate|develop|address|build|avoid|make|incorporate|discuss|represent)\b))\b"
    r"|,(?= (?:submitted|sent|filed|issued|dated|published|located|known|proposing|requesting|under|subject"
    r"|and|with|as|from|at|on|who"
    r"|where|when|to|that|Room|Suite|Building|\d{2,5} [A-Z])\b)|;(?=\s)|:(?=\s)| [–—] |—"
)
#: Not before "for", "from" or "of", which say what the noun before them is: "energy from waste".
_PHRASE = re.compile(r" (?=(?:within|at|on|through|by|between|with|during|under|across|into|in|to (?:the|a|an))\b)")
#: What may not be cut off, because it narrows what is said before it; and what may not stand just behind a cut.
_NARROWS = Anywhere(r"\b(?:if|unless|except|excluding|only|provided|without|other than|but|nor)\b", ignore_case=True)
_NARROWS_AT_ONCE = re.compile(
    r"\W*(?:until|before|after|when|where|not|no|than|less|more|up to|at least|who"
    r"|of|(?:in|during|for|on|to|from|by|under|at|with|of) wh(?:ich|om))\b",
    re.IGNORECASE,
)
_DENIES = Anywhere(r"\b(?:not|no|never|only|cannot|can’t|don’t|doesn’t|won’t|unless|if|neither|nor)\b", ignore_case=True)
_FINITE = Anywhere(
    r"[’'](?:ll|ve|re)\b"
    r"|\b(?<!, )(?<!\band )(?!(?:classified|listed|defined|described|designated|registered) (?:in|under|as|on|at)\b"
    r"|dated\b|located\b|entitled\b|named\b|related\b|based\b|titled\b|United\b|Limited\b)\w{3,}ed\b(?! by\b)"
    r"|\b(?:is|are|was|were|will|would|can|could|may|might|must|should|has|have|had"
    r"|does|do|did|shall|there’s|it’s"
    r"|began|became|met|held"
    r"|announces|requires|invites|provides|gives|changes|sets|includes|contains|allows|helps|means|makes|takes|proposes"
    r"|plans|asks|needs|costs"
    r"|applies|seeks|wants|marks|aims|becomes|begins|starts|ends|closes|(?:re)?opens|uses|shows|offers|supports|explains"
    r"|describes|tells|covers|extends"
    r"|corrects|confirms|affects|works|sends|lets|outlines|presents|follows|expects|remains|continues|delays|underpins"
    r"|tests|lasts|meets|runs|gets"
    r"|comes|goes|leads|brings|joins|plays|reaches|replaces|reduces|increases|raises|launches|publishes"
    r"|pays|adopts|withdraws|approves|grants|finds|sees|says)\b|(?:^|, |\b(?:and|if|when|that|so|because|but"
    r"|as) )(?:[Ww]e|[Yy]ou"
    r"|[Tt]hey) \w|\b(?:[Pp]eople|[Bb]usinesses|[Ss]chools|[Ss]tudents|[Cc]hildren) (?!(?:you|we|they|who|whose|that"
    r"|with|from|in|of|to|under"
    r"|over|aged|and|or|living|across|at|on|for|by) )\w"
    r"|^(?:You|Apply|Send|Contact|Find|Use|Check|Call|Email|Report|Renew|Register|Submit|Read|Tell|Get|Book|Pay|Make|Keep"
    r"|Give|Choose|Ask|Visit|Subscribe|Sign up|Download|View|Browse|Search|Enter|Order|Complete|Fill|Print"
    r"|Return|Bring|Take|Join|Claim"
    r"|Replace|Cancel|Change|Buy|Log in|Go|Do not|Don[’']t|Never|Avoid|Stay|Leave|Respond|Write|Include"
    r"|Follow|Watch|Learn|Save)\b"
)
_WAITS = re.compile(r"(?:When|If|Before|After|While|Where|Because|As|Once|Although|Since|For example)\b")
#: What a sentence that begins so goes on with: "If you move you must tell us", "Although it is free, you need a ticket".
_GOES_ON = quickly(r", (?!(?:and|or)\b)|(?<=\w) (?:you|we|please) (?:\w+ )?(?:must|should|will|can|need|may|have)\b")
_OPEN = Anywhere(
    r"\b(?:is|are|was|were|be|been|will|not|has|have|had|must|may|can|should)$|, (?:\w+ed|sent)$|\bto \w+$|\bthat (?:your|the"
    r"|a|an|its|their|this|these|any|all)? ?[\w’' -]{0,40}$|, (?:in particular|especially|for example|in part)$"
    r"|\bin response$|\b(?:will|must|may|can|shall|should|would|to), [^,]*$|\bby \w+ing$|\bprovides? that$"
    r"|\b(?:comes?|came|goes|went|takes?|took|leads?|led|brings?|puts?|reach(?:es)?|joins?|plays?|raises?|launches|replaces)$"
)
#: "a petition filed" by whom: a participle that is not the verb waits for its agent.
_HANGS = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bbe )\b(?:\w{3,}ed|sent|made|given|held)$")
_BY_WHOM = re.compile(r",? (?:by|from|with|under|in response)\b")
#: "Comments may be sent by post" to whom.
_SENDS = re.compile(r"\b(?:sen[dt]|submit\w*|mail\w*|writ\w+|apply|applied|forward\w*|deliver\w*|address\w*)\b")
_TO_WHOM = re.compile(r"\W*to (?:the |an? )?[A-Z]")
#: The deeds of an office in a list: who does it is in the heading.
_NO_SUBJECT = re.compile(
    r"(?:Helps|Provides|Manages|Develops|Creates|Assesses|Writes|Edits|Implements|Coordinates|Oversees|Serves|Responsible"
    r"|Supports|Ensures|Maintains|Conducts|Advises|Leads|Directs|Performs|Includes|Represents|Disseminates|Shall|Establishes"
    r"|Reviews|Monitors|Prepares|Works|Acts|Identifies|Administers|Formulates|Analyzes|Evaluates)\b"
)
#: "The season comes into effect" since when: a verb whose day, hour or sum is cut off says nothing.
_SINCE_WHEN = re.compile(
    r"\b(?:comes?|came|coming|goes|gets?|taken?|takes?|enters?) (?:back )?(?:in ?to |in )?(?:effect|force|operation|place)$"
    r"|\b(?:begins?|starts?|ends?|opens?|closes?|runs?|lasts?|expires?|ris(?:es?|en)|rose|fall(?:s|en)?"
    r"|fell|increase[sd]?|decrease[sd]?|goes (?:up|down)|held|due"
    r"|scheduled|takes place|available|amounts?)$"
)
_DAY_NEXT = re.compile(
    r"(?:,| among[^.;,]{0,30},)? (?:from|on|at|in|until|for|to|by|between"
    r"|with effect from)\b[^.;,]{0,30}?(?:\d|\w+day\b|January|February|March|April"
    r"|May|June|July|August|September|October|November|December|spring|summer|autumn|winter|midnight|noon)"
)
_DANGLING = re.compile(
    r"(?:[\s,;:–—-]+(?:and|or|the|a|an|of|to|in|for|on|by|with|at|from|that|which|including|under|as|its|their|this"
    r"|who|any|such|both|other|certain|between|than|into|about|how|whether|during|through|after|before|against|upon|onto))+$",
    re.IGNORECASE,
)
_A_DANGLING_WORD = 16
_SPLIT = re.compile(
    r"(?:;|,) (?:and |but )?(?=(?:you|we|they|it|he|she|there|this|these|those|the [a-z]+(?: [a-z]+)?) (?:\w+ly )?(?:is|are"
    r"|was|were|will|can|may|must|should|has|have|need)\b)"
)
_EXAMPLES = re.compile(
    r",? (?:including|such as|as well as|in particular|particularly|especially|namely|because|so that"
    r"|in order to)\b| [–—] |;\s|:\s"
)
_BAN = re.compile(r"\b[Nn]o (?:one|person|vessel|vehicle|boat|aircraft)\b|\b(?:may|must|shall) not\b|\bprohibited\b")
_ENTER_OR = re.compile(
    r"(?P<may>\b(?:may|shall|can|must)(?: not)? )enter(?:,| or| into)(?: [a-z]+){1,3}(?:,(?: or| and)?(?: [a-z]+){1,3}){0,4}?"
    r"(?: or [a-z]+)? (?:in|within|through|into) (?=the|this|that|any|a)\b"
)
_OR_WHOSE = re.compile(r",? or (?:a|an|his|her|their|its|any|the)(?: [\w’'-]+){0,3} representatives?(?=[.,]|$)")
_WHILE_IT_HOLDS = re.compile(r"^During the (?:enforcement|effective|closure) periods?, ")
_IN_TOWN = re.compile(r",? in (?P<town>[A-Z]\w+(?: [A-Z]\w+){0,2}),(?: [A-Z]\w+){1,2},?(?= (?:from|on|at|between) )")
_ANNUAL = re.compile(r"\bthe (?:\d+(?:st|nd|rd|th) )?[Aa]nnual ")
_FEWEST_LEFT = 8
#: Between a deed and "You must do this by 1 May".
_THEN_DO_THIS = re.compile(r"(?<=\.) (?=(?:You|They|Applicants|People|Members) [a-z ]{4,14} do (?:this|so)\b)")
_IN_NAME = re.compile(r" (?:for|on|in|of) (?:the )?[A-Z]")
_FEWEST, _FEW = 5, 7
#: "Entry is free." says enough in three words.
_SHORT_NEWS = re.compile(r"[A-Z]\w+ (?:is|are) (?:free|closed|cancelled|open|compulsory|required|optional)\.$")


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
    conditions = catalogue.phrase("en", "text", "conditions_in_source")
    if text.endswith(conditions):
        made = made_of(text.removesuffix(conditions).rstrip(), phrase=phrase)
        return Made((*made.pieces, conditions), made.whole) if made.pieces else made
    deed = _THEN_DO_THIS.search(text) if " do this" in text or " do so" in text else None
    if deed:
        both = [made_of(part, phrase=phrase) for part in (text[: deed.start()], text[deed.end() :])]
        whole = all(made.whole for made in both)
        return Made(tuple(piece for made in both for piece in made.pieces), True) if whole else Made((), False)
    plain = tidied(text)
    if not fits(plain):
        plain = tidied(shortened(text))
    if not fits(plain):
        plain = _place_once(_shorter_ban(plain))
    if plain.endswith(".m."):
        return Made((), False)  # nobody could say where it ends
    if len(plain.split()) < _FEW and len(plain) < _FEW * len(text) // 10:
        return Made((), False)  # what was left of it says nothing by itself
    if fits(plain):
        return Made((plain,), True) if phrase or _stands(plain) else Made((), False)
    parts = [plain] if _WAITS.match(plain) else [part for part in _SPLIT.split(plain) if part]
    if 1 < len(parts) <= 3 and all(fits(part) and len(part.split()) >= _FEWEST for part in parts):
        return Made(tuple(ended(part) for part in parts), True)
    head = _head(parts[0] if len(parts) > 1 else plain)
    return Made((head,), False) if head else Made((), False)


def _shorter_ban(sentence: str) -> str:
    """What nobody may do, by its first verb, and only then without who else may allow it.

    "No one may enter, cross or stay in the area without leave" is "No one may enter the area without leave".
    """
    if not _BAN.search(sentence):
        return sentence
    said = _ENTER_OR.sub(r"\g<may>enter ", sentence)
    for needless in (_OR_WHOSE, _WHILE_IT_HOLDS):
        if not fits(said):
            said = needless.sub("", said)
    return said[:1].upper() + said[1:]


def _place_once(sentence: str) -> str:
    """A long sentence without the town behind the name of an event that has it: "the Leeds Run, in Leeds, Ohio, from 9"."""
    if fits(sentence):
        return sentence
    place = _IN_TOWN.search(sentence)
    if not place or place["town"] not in sentence[: place.start()]:
        return sentence
    said = sentence[: place.start()] + sentence[place.end() :]
    return said if fits(said) else _ANNUAL.sub("the ", said)


def without_examples(made: Made) -> Made | None:
    """A hard sentence up to where it begins to list examples or reasons; None where nothing would be left that stands."""
    if len(made.pieces) != 1:
        return None
    for found in _EXAMPLES.finditer(made.text):
        head, rest = _without_dangling(made.text[: found.start()]).rstrip(" ,;:–—-"), made.text[found.start() :]
        if len(head.split()) >= _FEWEST_LEFT and _may_end(head, rest):
            return Made((ended(head),), False)
    return None


def _without_dangling(head: str) -> str:
    """The head without the small words that it ends in; most end in none, as a look at the last one shows."""
    return _DANGLING.sub("", head) if _DANGLING.search(head[-_A_DANGLING_WORD:]) else head


def fits(sentence: str) -> bool:
    return len(sentence.split()) <= SENTENCE_WORDS


def _head(sentence: str) -> str:
    """The head of a sentence of 25 words at most that stands by itself; empty when it has none."""
    best = ""
    for pattern in (_ADDS, _PHRASE):
        for found in pattern.finditer(sentence):
            head, rest = _without_dangling(sentence[: found.start()]).rstrip(" ,;:–—-"), sentence[found.start() :]
            if rest[:1] in ",;" and not sentence[: found.start()].endswith(head[-4:]):
                continue  # "the work he was looking for, as well as": what hangs there belongs to it
            if not fits(head) or len(head) <= len(best) or not _may_end(head, rest):
                continue
            if pattern is _PHRASE and _DAY_NEXT.match(rest):
                continue  # "died in battle" without its day
            if pattern is _PHRASE and (_IN_NAME.match(rest) and re.search(r"\b[A-Z]\w+$", head)):
                continue  # "Committee for the Implementation" is one name
            best = head
        if len(best.split()) >= 9:
            break
    return ended(best) if best else ""


def _may_end(head: str, rest: str) -> bool:
    if len(head.split()) < _FEWEST + 1 or not _stands(head + "."):
        return False
    open_that = re.search(r"\bthat ([^,]*)$", head)
    if _OPEN.search(head) or (open_that and not _FINITE.search(open_that[1])):
        return False
    if _SINCE_WHEN.search(head) and _DAY_NEXT.match(rest):
        return False
    if (_HANGS.search(head) and _BY_WHOM.match(rest)) or (_SENDS.search(head) and _TO_WHOM.match(rest)):
        return False
    if "either" in head and " or " not in head.partition("either")[2]:
        return False
    if _NARROWS.search(rest[:200]) or _NARROWS_AT_ONCE.match(rest) or _DENIES.search(head):
        return False
    return head.count("“") == head.count("”") and head.count("(") == head.count(")")


def _stands(sentence: str) -> bool:
    """A sentence with a verb, or one that tells a reader what to do."""
    if len(sentence.split()) < 4 and not _SHORT_NEWS.match(sentence):
        return False
    if sentence[:1].islower() or _NO_SUBJECT.match(sentence) or not _FINITE.search(sentence):
        return False
    # "When you apply for a licence" waits for what is the case then.
    waits = _WAITS.match(sentence)
    return not waits or bool(_GOES_ON.search(sentence, waits.end() + 8))
