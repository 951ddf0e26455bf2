"""Mentions of groups in English documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.publications import Reading
from pushsvc.plain.classes.group_weights import ENGLISH as WEIGHTS
from pushsvc.plain.classes.groups import Mention, Words, families, lowered, words

#: Groups that say by themselves who is meant, in the singular.
_WHOLE = (
    r"small (?:business(?:es)?|entit(?:y|ies)|firm)|businesses|compan(?:y|ie)|(?:concession|licen[cs]e|permit"
    r"|passport|blue badge|pension) ?holder|employer|employee|worker|self-employed people|sole trader"
    r"|student|pupil|teacher|headteacher|lecturer|parent|guardian|childminder|school|universit(?:y|ie)|college"
    r"|education provider|local educational agenc(?:y|ie)|apprentice|graduate"
    r"|(?:learner |new |disabled |lorry |bus )?driver|motorist|motorcyclist|cyclist|pedestrian|passenger|travell?er"
    r"|visitor|tourist|pilots(?! (?:project|program|scheme|stud|test))|airline|(?:aircraft|vessel|ship|boat"
    r"|vehicle|pet|dog|cat|cattle|horse|home|land|property|business|site|building) ?(?:owner|operator|keeper)"
    r"|mariner|seafarer|fisher(?:man|men)|fishing vessel|fisher|seafood dealer|angler|boater|waterway user"
    r"|farmer|grower|rancher|producer|livestock producer|livestock owner|breeder|veterinarian|vet|landowner"
    r"|homeowner|householder|leaseholder|freeholder|tenant|landlord|letting agent|home ?buyer|first-time buyer"
    r"|resident|citizen|consumer|customer"
    r"|smoker|non-smoker|partnership|academ(?:y|ie)|patient|doctor|physician|nurse|clinician|pharmacist"
    r"|health (?:care )?(?:professional|provider|worker)"
    r"|medical professional|hospital|care provider|care home|carer|pensioner|older people|young people"
    r"|disabled people|children|adult|infant|women|veteran"
    r"|(?:people|individuals|persons) with (?:a )?disabilit(?:y|ie)|benefit claimant|claimant|job ?seeker|refugee"
    r"|asylum seeker|migrant|sponsors|tier \d sponsor|taxpayer|voter|candidate|charit(?:y|ie)"
    r"|voluntary organi[sz]ation|trade union|local authorit(?:y|ie)|council|tribe"
    r"|importer|exporter|manufacturer|(?:drug|device|food|furniture|medical device|infant formula|textile"
    r"|vehicle) (?:manufacturer|maker)|maker|retailer|wholesaler|distributor|supplier|processor|dealer|trader"
    r"|contractor|developer|investor|shareholder|broker-dealer|broker|lender|borrower|banks|insurer|credit union"
    r"|motor carrier|carrier|broadcaster|licensee|telecommunications carrier|service provider|provider|utilities"
    r"|railroad|shipper|trucking compan(?:y|ie)|applicant|nominee|respondent|petitioner|grantee|recipient"
    r"|beneficiar(?:y|ie)|participant|stakeholder|researcher|scientist|academic"
    r"|famil(?:y|ie)|household|accounting and legal adviser|accountant|adviser|financial adviser|buyer|seller"
    r"|(?:british|foreign) national|complainant|repackager|dispenser|plan participant|plan administrator|pension scheme member"
    r"|(?:the |general |members of the )?public(?! (?:meeting|hearing|comment|docket|inspection|law|health|sector"
    r"|service|bod|interest|record|transport|spending|holiday|access|advisory|passcode|file|version|authorit"
    r"|procurement|land|safety|utilit|housing|school|company|compan|house|reference|burden|use|disclosure|finance"
    r"|money|purse|notice|reporting|participation|policy|life|good|opinion|place|road|appointment|building|viewing"
    r"|affairs|and\b))"
    r"|(?:any )?interested (?:person|part(?:y|ie)|member)|all interested part(?:y|ie)"
)
#: General nouns: told only with the word before them (cattle keepers, medical professionals).
_GENERAL = (
    r"owner|operator|holder|keeper|user|member|professional|organi[sz]ation|association|group|adviser|advisor|producer"
    r"|provider|handler|maker|manufacturer|importer|exporter|dealer|buyer|seller|licensee|participant|recipient"
    r"|societ(?:y|ie)|institution|facilit(?:y|ie)|firm"
)
_GROUP = re.compile(rf"\b(?:(?P<whole>{_WHOLE})|(?P<kind>[a-z][a-z-]{{3,14}}) (?P<general>{_GENERAL}))s?\b(?![’']s|s[’'])")
#: Words before a general noun that say nothing of who is meant.
_SAYS_NOTHING = words(
    "the a an any all each other such some these those their its our your this that more many most both new "
    "and or of for as by to in with from no not which who will may must can shall should one two three four "
    "five first second current former certain various several same only also either about special time best requires"
    " require select search services chat channel target qualifying registered authorized stable inclusive"
    " infrastructure meets policy "
    "external original profit tracking system information regulated frustrated data non-regulated opt-in "
    "voting paid proposed scheme self-regulatory governmental eligible individual relevant potential existing "
    "appropriate additional committee board council team family staff control working public interested every "
    "between under over into than what when where whose them they have has been being were was are is local "
    "national federal"
)
#: Who must, may, or gets.
_BEHIND = re.compile(
    r"\s(?:who|must|may|can|should|shall|will|need to|needs to|are required|is required|are eligible|is eligible"
    r"|are invited|wishing|wanting|that (?:want|wish|offer|intend|operate)|to (?:apply|submit|comment))\b"
)
_BEFORE = re.compile(
    r"(?:\bfor|\baffects?|\baffecting|\bapplies to|\bapply to|\brelevant for|\brelevant to|\binvites?|\bseek(?:ing"
    r"|s)|\beligible|\bhelps?|\bprotects?|\ballows?|\brequires?|\bif you(?:'|’)?(?: a)?re an?"
    r"|\bmust be an?|\bas an?|\bwhether|\badvises?|\binforms?|\bburdens? on|\bneed to be an?|\bimpact on|\bopen to"
    r"|\bqualified|\badvice to|\bguidance (?:for|to)|\bnotif(?:y|ies))\s(?:all |any |the |those |certain |eligible "
    r"|individual |members of the |new |some )?$",
    re.IGNORECASE,
)
_PLAIN = {
    **dict.fromkeys(("members of the public", "general public", "public"), "the public"),
    **dict.fromkeys(("interested members", "all interested parties"), "the public"),
    **{f"{some}interested {who}": "the public" for some in ("", "any ") for who in ("person", "persons", "party", "parties")},
    **{
        f"{who} with {what}": "people with disabilities"
        for who in ("people", "persons", "individuals")
        for what in ("disabilities", "a disability")
    },
    "fisherman": "fishermen",
}
WORDS = Words(
    common=words(
        "stakeholders participants recipients companies providers states infants holders sponsors makers customers "
        "children councils producers processors members residents carriers banks brokers groups workers contractors"
        " licensees employees adults families "
        "households women students schools"
    ),
    vague=words("applicants respondents petitioners nominees candidates visitors members participants"),
    families=families(
        alike.split(", ")
        for alike in (
            "sponsors, tier 4 sponsors",
            "farmers, livestock producers, cattle keepers",
            "drug manufacturers, manufacturers",
            "disabled people, people with disabilities",
            "fishermen, commercial fishermen",
        )
    ),
    offices=("state agencies", "councils", "local authorities"),
    firms=(
        "businesses",
        "companies",
        "manufacturers",
        "importers",
        "exporters",
        "providers",
        "schools",
        "carriers",
        "operators",
        "dealers",
    ),
    precise=12,
    least=-0.5,
    weights=WEIGHTS,
)
#: Behind a group in a title: an office or a thing that is called after it (Infant Formula).
_OF_AN_OFFICE = re.compile(
    r"\s(?:Committee|Administration|Registration|Board|Office|Council|Company|Corporation|Inc|[Ff]ormula|[Ss]hare)\b"
)
#: Before a group in a title: a committee is named after it (Advisory Committee on … Newborns and Children).
NAMED_AFTER = re.compile(r"\b(?:Committee|Board|Council|Commission|Panel|Department|Office|Bureau) (?:on|of|for)\b[^;:]*$")
#: Whom a standing sentence speaks to, however late it stands: "open to the public", "accommodate persons with disabilities".
_SPOKEN_TO = frozenset(("the public", "people with disabilities"))
#: Before a group: fewer than 25 employees are no readers.
_COUNTED = re.compile(r"\b\d{1,6} $")
#: Characters of the text that are looked at, and those of its opening.
TEXT, _OPENING = 7000, 900


def mentions(reading: Reading) -> Iterator[Mention]:
    """Each mention of a group in the title and the text, with what is by it."""
    for found in _GROUP.finditer(lowered(reading.title[:300])):
        group = _told(found)
        raw = reading.title[found.start() : found.end()]
        passing = NAMED_AFTER.search(reading.title[: found.start()]) or _qualifies(raw, reading.title[found.end() :])
        in_a_firm_s_name = raw.lower() in ("company", "bank")
        if group and not passing and not in_a_firm_s_name and not _OF_AN_OFFICE.match(reading.title, found.end()):
            yield Mention(group, raw)
    text = reading.source_text[:TEXT]
    begins, ends = _opening(text)
    for found in _GROUP.finditer(lowered(text), len(reading.title) if text.startswith(reading.title) else 0):
        group, at = _told(found), found.start()
        if not group or _in_a_name(text, found) or _COUNTED.search(text, max(0, at - 12), at):
            continue
        scope = _BEFORE.search(text[max(0, at - 40) : at]) or _BEHIND.match(text, found.end())
        spoken_to = group in _SPOKEN_TO and bool(scope)
        verb = begins <= at < ends or spoken_to
        if scope or verb or not found["general"]:
            yield Mention(group, text[at : found.end()], at, found.end(), scope=bool(scope), verb=verb)


def _qualifies(raw: str, behind: str) -> bool:
    """Driver licensing, Employee Share Schemes: a singular before another noun says of which kind that is."""
    return not raw.lower().endswith(("s", "people", "men", "children", "public")) and bool(re.match(r" [A-Za-z]{4,}", behind))


def _opening(text: str) -> tuple[int, int]:
    """Where the text says what it is about: the SUMMARY of the Federal Register, else its first lines."""
    summary = re.search(r"^SUMMARY:\s*", text[:3000], re.MULTILINE)
    if summary:
        stop = re.search(r"\n[A-Z][A-Z ]{4,}:", text[summary.end() : summary.end() + 2500])
        return summary.end(), summary.end() + (stop.start() if stop else 1200)
    return 0, _OPENING


def _told(found: re.Match[str]) -> str | None:
    """The group in plain words and in the plural; None where a general noun has nothing to say who is meant."""
    words = " ".join(found.group().split())
    if found["general"] and (found["kind"] in _SAYS_NOTHING or found["kind"].endswith("ly")):
        return None
    words = _PLAIN.get(words, words)
    if words.endswith(("public", "people", "men", "children", "disabilities")) or re.search(r"[^s]s$", words):
        return words.removeprefix("the ") if words != "the public" and words.endswith("public") else words
    if words.endswith("ss"):
        return f"{words}es"
    return f"{words[:-1]}ies" if words.endswith("y") and words[-2] not in "aeiou" else f"{words}s"


def _in_a_name(text: str, found: re.Match[str]) -> bool:
    """Department of Veterans Affairs, Federal Motor Carrier Safety Administration: a group's word in an office's name."""
    if not text[found.start()].isupper():
        return False
    before = text[max(0, found.start() - 2) : found.start()]
    behind = text[found.end() : found.end() + 2]
    sentence_start = not before or before[-1:] in "\n" or before in (". ", "? ", "! ", ": ", "• ")
    return not sentence_start or bool(re.match(r" [A-Z]", behind))
